#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

/// The commands and options that the program has, read from the table that parses them and makes --help: what completes
/// words in a shell and what man pages show cannot differ from it.
namespace nowire::cli {

struct option_entry {
    std::vector<std::string> names;  ///< "-c", "--count"; of an argument, its one name
    bool is_argument = false;        ///< it has no dashes: its place says what it is
    bool is_required = false;
    bool is_repeated = false;
    bool is_inherited = false;         ///< it belongs to the command above, which takes it here too
    std::string value;                 ///< what it takes, "TEXT" or "N"; empty: it is a switch
    std::vector<std::string> choices;  ///< the values there are, where these are few
    std::string about;
    std::string standard;     ///< what it is when it is not given; may be empty
    std::string environment;  ///< the variable that gives it too; may be empty
};

struct command_entry {
    std::vector<std::string> words;  ///< "nowire", "air", "status"
    std::string about;
    std::string more;  ///< what follows the options in --help: exit status and examples
    std::vector<option_entry> options;
    std::vector<command_entry> commands;

    /// "nowire air status", or with another separator.
    std::string path(const std::string& separator = " ") const;
};

/// What `app` has, but for what its help hides.
command_entry read_commands(const CLI::App& app);

/// Calls `f` with each command of the tree, the whole before its parts.
template <typename F>
void for_each_command(const command_entry& command, const F& f) {
    f(command);
    for (const auto& part : command.commands)
        for_each_command(part, f);
}

}  // namespace nowire::cli
