#pragma once

#include <optional>
#include <string>
#include <vector>

namespace nowire::test {

/// A block of a document that shows what to type: fenced as `sh`, or indented by four spaces with a line that starts
/// with `nowire`. A line above it says what is special about it, to programs and not to readers:
///
///     <!-- not run: WHY -->     it is no command (a synopsis), or needs what a test has not
///     <!-- run with a broker -->  mosquitto runs, mqtt://127.0.0.1 is its address, and what is left running is a
///     gateway
///
/// Each of its lines is a command that must end with status 0, or N where it ends in a comment `# status N`. One that
/// ends in `&` is left running until the block is over; the next waits until it has said something on stderr, a
/// gateway until it is connected.
struct documented_block {
    std::string place;  ///< "docs/air.md:10"
    std::vector<std::string> lines;
    std::optional<std::string> not_run;  ///< why; may be empty, which is an error of the document
    bool needs_broker = false;
};

/// The blocks of the document `text`, called `name`.
std::vector<documented_block> read_blocks(const std::string& name, const std::string& text);

/// Runs the block in a sandbox of its own, in a folder with `files` (name, content) and with `nowire` on the PATH and
/// at build/release/nowire.
/// @returns what went wrong; empty: nothing.
std::string run_block(const documented_block& block, const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace nowire::test
