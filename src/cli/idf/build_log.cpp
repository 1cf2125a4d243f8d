#include "cli/idf/build_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>

namespace nowire::cli::idf {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// What compilers say is shorter; what is longer are commands, on which regular expressions would take long.
constexpr std::size_t longest_line = 4096;

/// What one compiler or linker said, without its command line.
using block = std::vector<std::string>;

/// Whether ninja or make says this, not what they run.
bool is_progress(const std::string& line) {
    static const std::regex progress(R"(\[ *\d+(/\d+|%)\] .*|ninja: .*|g?make(\[\d+\])?: .*)");
    return std::regex_match(line, progress);
}

/// Ninja prints what each command said in one piece, after a line of its own.
std::vector<block> blocks_of(const std::vector<std::string>& lines) {
    std::vector<block> blocks(1);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool failed = lines[i].starts_with("FAILED: ");
        if (failed || is_progress(lines[i])) {
            blocks.emplace_back();
            if (failed) ++i;  // the command line
        } else {
            blocks.back().push_back(lines[i]);
        }
    }
    std::erase_if(blocks, [](const block& b) { return b.empty(); });
    return blocks;
}

std::string near(const fs::path& file, const build_places& places) {
    const auto relative =
        (places.build / file).lexically_normal().lexically_relative(places.project.lexically_normal());
    return relative.empty() || *relative.begin() == ".." ? file.string() : relative.string();
}

bool contains_word(const std::string& text, const std::string& word) {
    const auto is_part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const auto end = at + word.size();
        if ((at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end]))) return true;
    }
    return false;
}

/// The header of nowire's in which a name stands, if there is one.
std::optional<std::string> header_with(const std::string& name, const build_places& places) {
    std::error_code failed;
    if (places.headers.empty()) return std::nullopt;
    for (const auto& entry : fs::recursive_directory_iterator(places.headers, failed)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path());
        const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        if (contains_word(text, name)) return entry.path().lexically_relative(places.headers).string();
    }
    return std::nullopt;
}

/// The header of the project's that an #include would mean, if its folder were looked into.
std::optional<fs::path> header_in_project(const std::string& included, const build_places& places) {
    std::error_code failed;
    for (auto it =
             fs::recursive_directory_iterator(places.project, fs::directory_options::skip_permission_denied, failed);
         !failed && it != fs::recursive_directory_iterator(); it.increment(failed)) {
        const auto name = it->path().filename().string();
        if (it->is_directory() && (name.starts_with(".") || name == "build")) {
            it.disable_recursion_pending();
        } else if (it->path().string().ends_with("/" + included)) {
            return it->path();
        }
    }
    return std::nullopt;
}

/// The name of the component that a file of the project belongs to: the folder with the nearest CMakeLists.txt above
/// it.
std::string component_of(const fs::path& file, const build_places& places) {
    for (auto folder = file.parent_path(); folder != places.project && folder.has_relative_path();
         folder = folder.parent_path())
        if (fs::exists(folder / "CMakeLists.txt")) return folder.filename().string();
    return {};
}

std::string missing_header(const std::string& where, const std::string& header, const build_places& places) {
    const auto there = header_in_project(header, places);
    if (!there) return fmt::format("{} includes {}, which nowire does not have", where, header);
    const auto component = component_of(*there, places);
    return fmt::format("{} includes {}, which is {}: its component must name {} in REQUIRES", where, header,
                       near(*there, places), component.empty() ? "the one that has it" : component);
}

std::string missing_name(const std::string& where, const std::string& name, const build_places& places) {
    if (const auto header = header_with(name, places))
        return fmt::format("{} uses {} without including {}", where, name, *header);
    return fmt::format("{} uses {}, which nowire does not have", where, name);
}

/// What a line says is missing, if that is what it says.
std::optional<std::string> missing_in(const std::string& line, const build_places& places) {
    static const std::regex header(R"((.+?):(\d+)(:\d+)?: fatal error: (.+): No such file or directory)");
    static const std::regex refused(
        R"re((.+?):(\d+):\d+: error: call to '(\w+)' declared with attribute error: (.+))re");
    static const std::regex name(R"((.+?):(\d+):\d+: error: (.*))");
    static const std::regex quoted_name(
        R"(implicit declaration of function '(\w+)'.*|unknown type name '(\w+)'.*|'(\w+)' undeclared .*|'(\w+)' was not declared in this scope.*|'(\w+)' does not name a type.*)");
    std::smatch found;
    const auto where = [&] { return near(found[1].str(), places) + ":" + found[2].str(); };
    if (std::regex_match(line, found, header)) return missing_header(where(), found[4].str(), places);
    if (std::regex_match(line, found, refused))
        return fmt::format("{} calls {}: {}", where(), found[3].str(), found[4].str());
    if (!std::regex_match(line, found, name)) return std::nullopt;
    const std::string text = found[3].str();
    std::smatch parts;
    if (!std::regex_match(text, parts, quoted_name)) return std::nullopt;
    for (std::size_t i = 1; i < parts.size(); ++i)
        if (parts[i].matched && looks_like_esp_idf(parts[i].str()))
            return missing_name(where(), parts[i].str(), places);
    return std::nullopt;
}

/// What a linker's line says is missing.
/// @param member  the object file of the last line that named one
std::optional<std::string> missing_symbol(const std::string& line, std::string& member, const build_places& places) {
    static const std::regex object(R"(.*[(/]([^()/]+)\.o\).*)");
    static const std::regex undefined(R"((.*?): undefined reference to `(.+)')");
    static const std::regex source(R"((?:.*ld: )?(/.+):(\d+))");
    std::smatch found;
    if (std::regex_match(line, found, object)) member = found[1].str();
    if (!std::regex_match(line, found, undefined)) return std::nullopt;
    const std::string symbol = found[2].str();
    if (symbol == "app_main")
        return "the project has no app_main(), with which a program begins (in C++ it is extern \"C\")";
    const std::string at = found[1].str();
    std::smatch place;
    const auto where =
        std::regex_match(at, place, source) ? near(place[1].str(), places) + ":" + place[2].str() : member;
    return fmt::format("{} uses {}, which neither the project nor nowire has", where.empty() ? "the program" : where,
                       symbol);
}

bool is_error(const std::string& line) {
    static const std::regex error(
        R"(.*(: |^)(fatal )?error: .*|.*undefined reference to .*|.*multiple definition of .*|CMake Error.*)");
    return std::regex_match(line, error);
}

}  // namespace

bool looks_like_esp_idf(std::string_view name) {
    static constexpr std::array<std::string_view, 46> starts = {
        "esp_",   "ESP_",    "nvs_",       "NVS_",       "gpio_",  "GPIO_",   "adc_",   "ADC_",   "adc1_",  "i2c_",
        "I2C_",   "spi_",    "SPI_",       "uart_",      "UART_",  "ledc_",   "LEDC_",  "rmt_",   "RMT_",   "mcpwm_",
        "touch_", "wifi_",   "WIFI_",      "rtc_",       "RTC_",   "xTask",   "vTask",  "xQueue", "vQueue", "xTimer",
        "vTimer", "pvTimer", "xSemaphore", "vSemaphore", "uxTask", "ulTask",  "pcTask", "xEvent", "vEvent", "xRing",
        "vRing",  "xStream", "xMessage",   "portM",      "portE",  "mbedtls_"};
    return std::ranges::any_of(starts, [&](std::string_view start) { return name.starts_with(start); });
}

build_findings read_build_log(std::string_view log, const build_places& places) {
    build_findings findings;
    std::string member;
    const auto add = [&](const std::string& text) {
        if (std::ranges::find(findings.missing, text) == findings.missing.end()) findings.missing.push_back(text);
    };
    for (const auto& said : blocks_of(lines_of(log))) {
        bool is_own = false;
        for (const auto& line : said) {
            if (line.size() > longest_line) continue;
            if (line.find(": warning: ") != std::string::npos) ++findings.warnings;
            auto missing = missing_in(line, places);
            if (!missing) missing = missing_symbol(line, member, places);
            if (missing)
                add(*missing);
            else
                is_own = is_own || (is_error(line) && !line.starts_with("collect2: error: "));
        }
        if (is_own) findings.own.insert(findings.own.end(), said.begin(), said.end());
    }
    return findings;
}

}  // namespace nowire::cli::idf
