#include "cli/command.hpp"
#include "cli/completion.hpp"
#include "cli/man_page.hpp"

#include <nowire/version.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

namespace nowire::cli {

namespace {

struct pages_options {
    std::string shell;
    std::string command;
    std::string folder;
};

int complete(const CLI::App& app, const std::string& shell) {
    const auto commands = read_commands(app);
    if (shell == "bash")
        std::cout << bash_completion(commands);
    else
        std::cout << (shell == "zsh" ? zsh_completion(commands) : fish_completion(commands));
    return status_ok;
}

/// Writes `text` to `file`, whose folder is made if it is not there.
bool write(const std::filesystem::path& file, const std::string& text) {
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    std::ofstream out(file, std::ios::binary);
    out << text;
    return static_cast<bool>(out.flush());
}

int write_all(const command_entry& commands, const std::filesystem::path& folder) {
    std::vector<std::pair<std::filesystem::path, std::string>> files = {
        {folder / "completions" / "nowire.bash", bash_completion(commands)},
        {folder / "completions" / "_nowire", zsh_completion(commands)},
        {folder / "completions" / "nowire.fish", fish_completion(commands)},
        {folder / "man" / "nowire.1", man_page(commands, version_text)},
    };
    for (const auto& command : commands.commands)
        files.emplace_back(folder / "man" / (command.path("-") + ".1"), man_page(command, version_text));
    for (const auto& [file, text] : files)
        if (!write(file, text)) return fail(status_failure, "cannot write " + file.string());
    return status_ok;
}

int print_page(const CLI::App& app, const pages_options& options) {
    const auto commands = read_commands(app);
    if (!options.folder.empty()) return write_all(commands, options.folder);
    if (options.command.empty()) {
        std::cout << man_page(commands, version_text);
        return status_ok;
    }
    const auto found = std::ranges::find(commands.commands, options.command,
                                         [](const command_entry& command) { return command.words.back(); });
    if (found == commands.commands.end())
        return fail(status_usage, "there is no command \"" + options.command + "\"; nowire --help lists them");
    std::cout << man_page(*found, version_text);
    return status_ok;
}

}  // namespace

void add_pages(program& p) {
    auto options = std::make_shared<pages_options>();
    auto* completion = p.app.add_subcommand("completion", "Print a script that completes words in a shell");
    completion->add_option("SHELL", options->shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    completion->footer(R"(Commands and options come from the table that parses them.

Exit status: 0 ok, 2 usage.

Examples:
  source <(nowire completion bash)                 in ~/.bashrc, or ~/.zshrc with zsh, after compinit
  nowire completion fish | source
)");
    completion->callback([&p, options] { p.run = [&p, options] { return complete(p.app, options->shell); }; });

    auto* man = p.app.add_subcommand("man", "Print the manual page of a command, as roff")->group("");
    man->add_option("COMMAND", options->command, "The command; without it, nowire itself");
    man->add_option("--write", options->folder, "Write all pages and completions below this folder instead");
    man->footer("\nExamples:\n  nowire man listen | man -l -\n");
    man->callback([&p, options] { p.run = [&p, options] { return print_page(p.app, *options); }; });
}

}  // namespace nowire::cli
