// docs/esp-idf.md, the headers and the library say the same.
#include "support/files.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace nowire::test {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::Not;

const fs::path headers = fs::path(NOWIRE_SOURCE) / "include/nowire/esp_idf";

/// Those whose tables are compared.
constexpr std::array documented{"freertos/task.h",
                                "freertos/queue.h",
                                "freertos/semphr.h",
                                "freertos/event_groups.h",
                                "freertos/timers.h",
                                "freertos/ringbuf.h",
                                "freertos/stream_buffer.h",
                                "freertos/message_buffer.h",
                                "freertos/idf_additions.h",
                                "esp_now.h",
                                "esp_wifi.h",
                                "esp_attr.h",
                                "esp_check.h",
                                "esp_chip_info.h",
                                "esp_crc.h",
                                "esp_err.h",
                                "esp_event.h",
                                "esp_event_base.h",
                                "esp_heap_caps.h",
                                "esp_idf_version.h",
                                "esp_log.h",
                                "esp_mac.h",
                                "esp_netif.h",
                                "esp_random.h",
                                "esp_rom_crc.h",
                                "esp_rom_sys.h",
                                "esp_sleep.h",
                                "esp_system.h",
                                "esp_task_wdt.h",
                                "esp_timer.h",
                                "esp_wifi_default.h",
                                "nvs.h",
                                "nvs_flash.h",
                                "rom/crc.h",
                                "string.h"};

/// A header without comments and preprocessor lines, and what it defines as macros.
struct header {
    std::string code;
    std::set<std::string> macros;
};

header read_header(const std::string& name) {
    auto text = content_of(headers / name);
    text = std::regex_replace(text, std::regex(R"(/\*[^*]*\*+([^/*][^*]*\*+)*/)"), "");
    text = std::regex_replace(text, std::regex(R"(//[^\n]*)"), "");
    text = std::regex_replace(text, std::regex(R"(\\\n)"), " ");
    header result;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::smatch macro;
        if (std::regex_search(line, macro, std::regex(R"(^\s*#\s*define\s+(\w+))"))) result.macros.insert(macro[1]);
        if (!line.starts_with("#") && line != "extern \"C\" {") result.code += line + "\n";
    }
    return result;
}

/// The functions that `code` declares or defines, each with its declaration.
std::map<std::string, std::string> functions_in(const std::string& code) {
    std::map<std::string, std::string> functions;
    std::string statement;
    int depth = 0;
    for (const char c : code) {
        if (c == '}' && depth > 0) --depth;
        if (depth == 0 && c != '}') statement += c;
        if (c == '{') ++depth;
        if (depth > 1 || (depth == 1 && c != '{') || (c != ';' && c != '{')) continue;
        std::smatch name;
        if (!statement.contains("typedef") && !statement.contains("extern ") &&
            std::regex_search(statement, name, std::regex(R"((\w+)\s*\()")))
            functions[name[1]] = statement;
        statement.clear();
    }
    return functions;
}

/// What the section `## <name>` says of each function: its state.
std::map<std::string, std::string> rows_of(const std::string& name) {
    std::map<std::string, std::string> rows;
    std::istringstream lines(content_of(fs::path(NOWIRE_SOURCE) / "docs/esp-idf.md"));
    bool here = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("## ")) here = line == "## " + name;
        std::smatch cells;
        if (!here || !std::regex_match(line, cells, std::regex(R"(\| (`.*`) \| (\w+) \|.*\|)"))) continue;
        const std::string names = cells[1];
        const std::regex word("`(\\w+)`");
        for (std::sregex_iterator at(names.begin(), names.end(), word), end; at != end; ++at)
            rows[at->str(1)] = cells[2];
    }
    return rows;
}

/// The functions and variables that the library defines for C.
std::set<std::string> library_symbols() {
    const auto* command = "'" NOWIRE_NM "' -g --defined-only '" NOWIRE_IDF_LIBRARY "'";
    const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen(command, "r"), ::pclose);
    std::set<std::string> symbols;
    std::array<char, 4096> line{};
    while (std::fgets(line.data(), line.size(), output.get()) != nullptr) {
        std::smatch symbol;
        const std::string text = line.data();
        if (std::regex_search(text, symbol, std::regex(R"( [TDBRVW] (\w+)\n)")) && !symbol.str(1).starts_with("_Z"))
            symbols.insert(symbol[1]);
    }
    return symbols;
}

TEST(IdfDocs, ListEveryFunctionOfTheHeadersAsItIs) {
    const auto symbols = library_symbols();
    ASSERT_THAT(symbols, Not(IsEmpty()));
    for (const std::string name : documented) {
        const auto [code, macros] = read_header(name);
        const auto functions = functions_in(code);
        const auto rows = rows_of(name);
        EXPECT_THAT(rows, Not(IsEmpty())) << name << " has no table";
        for (const auto& [function, declaration] : functions)
            EXPECT_TRUE(rows.contains(function)) << name << ": no row for " << function;
        for (const auto& [function, state] : rows) {
            const bool is_function = functions.contains(function);
            EXPECT_TRUE(is_function || macros.contains(function)) << name << " does not have " << function;
            if (!is_function) continue;
            const auto& declaration = functions.at(function);
            const bool is_refused = declaration.contains("__attribute__((error(");
            EXPECT_EQ(state == "refused", is_refused) << function;
            const bool is_inline = declaration.contains("static inline");
            EXPECT_EQ(symbols.contains(function), !is_refused && !is_inline) << function;
            EXPECT_TRUE(state == "real" || state == "harmless" || is_refused) << function;
        }
    }
}

TEST(IdfDocs, TheLibraryHasNothingForCThatNoHeaderNames) {
    std::set<std::string> words;
    const std::regex word("\\w+");
    for (const auto& entry : fs::recursive_directory_iterator(headers)) {
        if (!entry.is_regular_file()) continue;
        const auto text = content_of(entry.path());
        for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at)
            words.insert(at->str());
    }
    // What the linker redirects has no header of ours.
    const auto redirected = rows_of("The C library's time");
    for (const auto& symbol : library_symbols())
        EXPECT_TRUE(words.contains(symbol) ||
                    (symbol.starts_with("__wrap_") && redirected.contains(symbol.substr(std::strlen("__wrap_")))))
            << symbol;
}

}  // namespace
}  // namespace nowire::test
