#include "cli/idf/project.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

namespace nowire::cli::idf {

namespace {

namespace fs = std::filesystem;

bool is_idf_path(const fs::path& folder) {
    std::error_code failed;
    return fs::is_regular_file(folder / "tools/cmake/project.cmake", failed);
}

}  // namespace

std::expected<fs::path, std::string> find_idf_path() {
    if (const char* named = std::getenv("NOWIRE_IDF_PATH"); named != nullptr && *named != '\0') {
        if (is_idf_path(named)) return fs::absolute(named);
        return std::unexpected(fmt::format("NOWIRE_IDF_PATH names {}, which has no tools/cmake/project.cmake", named));
    }
    std::error_code failed;
    const auto own = fs::read_symlink("/proc/self/exe", failed).parent_path();
    for (const auto& folder : {own / "idf", own / "../share/nowire/idf"})
        if (is_idf_path(folder)) return folder.lexically_normal();
    return std::unexpected(fmt::format(
        "there is neither {} nor {}: nowire's idf/ is not installed (Debian: libnowire-dev). NOWIRE_IDF_PATH can "
        "name it",
        (own / "idf").string(), (own / "../share/nowire/idf").lexically_normal().string()));
}

std::expected<fs::path, std::string> check_project(const std::string& folder) {
    std::error_code failed;
    const auto path = fs::absolute(folder).lexically_normal();
    if (!fs::exists(path, failed)) return std::unexpected(folder + ": there is no such folder");
    if (!fs::is_directory(path, failed))
        return std::unexpected(folder +
                               ": this is no folder. An ESP-IDF project is one, with a CMakeLists.txt and main/");
    if (access(path.c_str(), R_OK | X_OK) != 0) return std::unexpected(folder + ": " + std::strerror(errno));
    const auto top = path / "CMakeLists.txt";
    if (!fs::exists(top, failed))
        return std::unexpected(folder + ": it has no CMakeLists.txt. An ESP-IDF project has one, and main/");
    std::ifstream in(top);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in) return std::unexpected(top.string() + ": it cannot be read");
    if (text.find("tools/cmake/project.cmake") == std::string::npos)
        return std::unexpected(
            folder +
            ": its CMakeLists.txt does not include $ENV{IDF_PATH}/tools/cmake/project.cmake, as those of "
            "ESP-IDF projects do");
    // absolute() keeps the slash at the end, which is no part of the name.
    return path.has_filename() ? path : path.parent_path();
}

}  // namespace nowire::cli::idf
