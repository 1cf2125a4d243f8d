#pragma once

#include "boards/process.hpp"
#include "support/files.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace nowire::test {

/// A place of its own for a test that runs programs: runtime folder, state folder and air are nobody else's. What was
/// started in it is ended and removed with it.
class sandbox {
  public:
    sandbox() = default;
    ~sandbox();
    sandbox(const sandbox&) = delete;
    sandbox& operator=(const sandbox&) = delete;

    const std::filesystem::path& folder() const { return folder_.path(); }
    /// The file with this content, mode 0600.
    std::string file(const std::string& name, const std::string& content) const;

    struct result {
        int status;  ///< -1: it did not end in time and was killed
        std::string out;
        std::string err;
    };
    /// Runs a program to its end. @param arguments  the program first
    result run(std::vector<std::string> arguments) const;
    /// Runs `nowire` with these arguments to its end.
    result nowire(std::vector<std::string> arguments) const;

    /// A program that goes on running.
    struct running {
        boards::process process;
        std::string error_file;
        std::vector<std::string> seen;

        /// Waits for the next line of its output. @returns "" if none comes in time.
        std::string next_line();
        /// What it has written to stderr by now.
        std::string err() const;
        /// Waits until its stderr has this text.
        bool says(const std::string& text);
    };
    running start(std::vector<std::string> arguments) const;
    running start_nowire(std::vector<std::string> arguments) const;

  private:
    std::vector<std::pair<std::string, std::string>> environment() const;
    temporary_folder folder_;
    mutable int started_ = 0;
};

/// A `nowire listen` that is on the air when this returns. @throws std::runtime_error with what it said instead.
sandbox::running start_listening(const sandbox& box, const std::string& radio,
                                 const std::vector<std::string>& more = {});

}  // namespace nowire::test
