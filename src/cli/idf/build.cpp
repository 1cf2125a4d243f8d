#include "cli/idf/build.hpp"

#include "boards/process.hpp"
#include "cli/command.hpp"
#include "cli/idf/build_log.hpp"
#include "cli/idf/project.hpp"
#include "cli/signals.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>
#include <thread>

namespace nowire::cli::idf {

namespace {

namespace fs = std::filesystem;

/// The shell's status for a program that SIGINT ended.
constexpr int status_interrupted = 130;

bool is_in_path(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::string_view rest = path != nullptr ? path : "";
    while (!rest.empty()) {
        const auto end = std::min(rest.find(':'), rest.size());
        if (access((fs::path(rest.substr(0, end)) / program).c_str(), X_OK) == 0) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool is_assignment(const std::string& text) {
    const auto equals = text.find('=');
    return text.starts_with("CONFIG_") && equals != std::string::npos && equals > 7 &&
           std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(equals),
                       [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }) &&
           text.find('\n') == std::string::npos;
}

/// One build, step by step.
class builder {
  public:
    builder(const build_options& options, fs::path project, fs::path idf_path)
        : options_(options),
          project_(std::move(project)),
          idf_path_(std::move(idf_path)),
          output_(fs::absolute(options.output)),
          folder_(options.build_folder.empty() ? fs::path(output_.string() + ".build")
                                               : fs::absolute(options.build_folder)) {}

    int run() {
        std::error_code failed;
        fs::create_directories(folder_, failed);
        if (failed) return fail(status_failure, folder_.string() + ": " + failed.message());
        log_.open(log_file(), std::ios::trunc);
        if (!log_) return fail(status_failure, log_file().string() + ": it cannot be written");
        if (const int status = configure(); status != status_ok) return status;
        if (const int status = compile(); status != status_ok) return status;
        return copy_program();
    }

  private:
    fs::path log_file() const { return folder_ / "build.log"; }
    fs::path state_file(const char* name) const { return folder_ / "nowire" / name; }

    struct outcome {
        int status;
        std::string said;
    };
    /// Runs a tool to its end, its output into the log.
    outcome run_tool(const std::vector<std::string>& arguments) {
        log_ << fmt::format("$ {}\n", fmt::join(arguments, " "));
        boards::process tool(
            {.arguments = arguments,
             .environment = {{"IDF_PATH", idf_path_.string()}, {"LC_ALL", "C"}, {"CLICOLOR_FORCE", "0"}},
             .error_file = {}});
        outcome result{.status = 0, .said = {}};
        while (tool.descriptor() >= 0) {
            std::array<pollfd, 2> waiting = {{{.fd = tool.descriptor(), .events = POLLIN, .revents = 0},
                                              {.fd = stop_.descriptor(), .events = POLLIN, .revents = 0}}};
            poll(waiting.data(), waiting.size(), -1);
            if ((waiting[1].revents & POLLIN) != 0) {
                // Its compilers are of its group, and end with it.
                tool.signal_group(SIGTERM);
                return {.status = status_interrupted, .said = {}};
            }
            for (const auto& line : tool.lines())
                result.said += line + '\n';
        }
        result.status = tool.wait(std::chrono::steady_clock::now() + std::chrono::minutes(1)).value_or(-1);
        log_ << result.said << std::flush;
        return result;
    }

    void forget_other_project() {
        const auto cache = content_of(folder_ / "CMakeCache.txt");
        const auto home = "CMAKE_HOME_DIRECTORY:INTERNAL=" + project_.string() + "\n";
        if (cache.empty() || cache.find(home) != std::string::npos) return;
        std::error_code ignored;
        fs::remove(folder_ / "CMakeCache.txt", ignored);
        fs::remove_all(folder_ / "CMakeFiles", ignored);
    }

    int configure() {
        forget_other_project();
        std::error_code ignored;
        fs::create_directories(folder_ / "nowire", ignored);
        fs::remove(state_file("program.txt"), ignored);
        fs::remove(folder_ / "nowire-problems.txt", ignored);
        {
            std::ofstream set(state_file("set.config"));
            for (const auto& assignment : options_.set)
                set << assignment << '\n';
        }
        std::vector<std::string> arguments = {"cmake",
                                              "-S",
                                              project_.string(),
                                              "-B",
                                              folder_.string(),
                                              "-DNOWIRE_IDF_VERSION=" + options_.idf_version,
                                              "-DNOWIRE_IDF_SET_FILE=" + state_file("set.config").string(),
                                              "-DNOWIRE_SANITIZE=" + options_.sanitize};
        if (!fs::exists(folder_ / "CMakeCache.txt") && is_in_path("ninja"))
            arguments.insert(arguments.end(), {"-G", "Ninja"});
        const auto result = run_tool(arguments);
        if (result.status == status_interrupted) return result.status;
        if (result.status != 0) return tell_configure_problems(result.said);
        if (!fs::exists(state_file("program.txt")))
            return fail(status_failure,
                        options_.project + ": its CMakeLists.txt does not reach project(), which builds the program");
        for (std::size_t at = result.said.find(note_mark); at != std::string::npos;
             at = result.said.find(note_mark, at + 1))
            std::cerr << result.said.substr(at + 3, result.said.find('\n', at) - at - 2);
        return status_ok;
    }

    int tell_configure_problems(const std::string& said) {
        const auto problems = content_of(folder_ / "nowire-problems.txt");
        if (!problems.empty()) {
            std::cerr << fmt::format("nowire: {} cannot be built:\n{}", options_.project, problems);
        } else {
            const auto error = said.find("CMake Error");
            std::cerr << fmt::format("nowire: {} cannot be configured. CMake says:\n{}", options_.project,
                                     error == std::string::npos ? said : said.substr(error));
        }
        return tell_log();
    }

    int tell_log() {
        std::cerr << fmt::format("The whole log: {}\n", log_file().string());
        return status_failure;
    }

    int compile() {
        const auto jobs = options_.jobs != 0 ? options_.jobs : std::max(1U, std::thread::hardware_concurrency());
        std::vector<std::string> arguments = {"cmake", "--build", folder_.string(), "--parallel", std::to_string(jobs),
                                              "--"};
        // All that is missing is told at once.
        if (fs::exists(folder_ / "build.ninja"))
            arguments.insert(arguments.end(), {"-k", "0"});
        else
            arguments.emplace_back("-k");
        const auto result = run_tool(arguments);
        if (result.status == status_interrupted) return result.status;
        auto headers = content_of(state_file("headers.txt"));
        while (headers.ends_with('\n'))
            headers.pop_back();
        const auto findings =
            read_build_log(result.said, {.project = project_, .headers = headers, .build = fs::absolute(folder_)});
        if (result.status == 0) {
            if (findings.warnings > 0)
                std::cerr << fmt::format("nowire: the compilers warn {} time(s): see {}\n", findings.warnings,
                                         log_file().string());
            return status_ok;
        }
        std::cerr << fmt::format("nowire: {} cannot be built:\n", options_.project);
        for (const auto& line : findings.own)
            std::cerr << line << '\n';
        for (const auto& line : findings.missing)
            std::cerr << line << '\n';
        if (findings.own.empty() && findings.missing.empty()) std::cerr << result.said;
        if (std::ranges::any_of(findings.missing,
                                [](const auto& line) { return line.find(" nowire ") != std::string::npos; }))
            std::cerr << "What nowire has is listed in docs/esp-idf.md.\n";
        return tell_log();
    }

    /// Renamed into its place when it is whole: a program of that name may be running.
    int copy_program() {
        auto program = content_of(state_file("program.txt"));
        while (program.ends_with('\n'))
            program.pop_back();
        std::error_code failed;
        const auto partial = output_.string() + ".partial";
        fs::copy_file(program, partial, fs::copy_options::overwrite_existing, failed);
        if (!failed) fs::rename(partial, output_, failed);
        if (failed) return fail(status_failure, output_.string() + ": " + failed.message());
        std::cerr << fmt::format("nowire: built {}\n", options_.output);
        return status_ok;
    }

    static constexpr const char* note_mark = "-- nowire: ";

    const build_options& options_;
    fs::path project_;
    fs::path idf_path_;
    fs::path output_;
    fs::path folder_;
    std::ofstream log_;
    stop_signals stop_;
};

}  // namespace

int build(const build_options& options) {
    for (const auto& assignment : options.set)
        if (!is_assignment(assignment))
            return fail(status_usage, "--set " + assignment + ": it looks like CONFIG_ESPNOW_CHANNEL=6");
    const auto project = check_project(options.project);
    if (!project) return fail(status_usage, project.error());
    const auto output = fs::absolute(options.output);
    std::error_code failed;
    if (fs::is_directory(output, failed))
        return fail(status_usage, options.output + ": this is a folder, no place for a program");
    if (!fs::is_directory(output.parent_path(), failed))
        return fail(status_usage, output.parent_path().string() + ": there is no such folder for the program");
    const auto idf_path = find_idf_path();
    if (!idf_path) return fail(status_failure, idf_path.error());
    for (const auto* tool : {"cmake", "cc", "c++"})
        if (!is_in_path(tool))
            return fail(status_failure, fmt::format("there is no {}: building needs cmake, ninja-build, gcc, g++ and "
                                                    "python3-kconfiglib",
                                                    tool));
    return builder(options, *project, *idf_path).run();
}

}  // namespace nowire::cli::idf
