#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace nowire::cli::idf {

/// nowire's IDF_PATH, whose tools/cmake/project.cmake ESP-IDF projects include: what NOWIRE_IDF_PATH says, else idf/
/// beside this program (in a build folder), else ../share/nowire/idf from there.
/// @returns why there is none.
std::expected<std::filesystem::path, std::string> find_idf_path();

/// Looks whether a folder is an ESP-IDF project that can be read. @returns its absolute path, or what is wrong with it.
std::expected<std::filesystem::path, std::string> check_project(const std::string& folder);

}  // namespace nowire::cli::idf
