#pragma once

#include <string>
#include <vector>

namespace nowire::cli::idf {

struct build_options {
    std::string project;           ///< the folder of the ESP-IDF project
    std::string output;            ///< the program to write
    std::string build_folder;      ///< empty: the output's name with ".build"
    std::string idf_version;       ///< "5.5", "5.4.1"
    std::vector<std::string> set;  ///< "CONFIG_X=value"
    std::string sanitize;          ///< "address,undefined"; empty: none
    unsigned jobs = 0;             ///< compilers at once; 0: one a processor
};

/// Builds a Linux program of an ESP-IDF project: configures it with nowire's IDF_PATH in the build folder, compiles it
/// and copies the program. What CMake and compilers say goes to build.log in the build folder; what the project wants
/// and nowire does not have goes to stderr, a line each, and so does what is wrong in the project itself.
/// @returns the exit status: 0, 1 if it cannot be built, 2 if what is asked for makes no sense.
int build(const build_options& options);

}  // namespace nowire::cli::idf
