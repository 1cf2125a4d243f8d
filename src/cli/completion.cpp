#include "cli/completion.hpp"

#include <fmt/format.h>

#include <iterator>

namespace nowire::cli {

namespace {

/// `text` as one word in bash, zsh and fish, whatever is in it.
std::string in_quotes(const std::string& text, bool fish = false) {
    std::string word = "'";
    for (const char c : text) {
        if (c == '\'')
            word += fish ? "\\'" : "'\\''";
        else if (c == '\\' && fish)
            word += "\\\\";
        else
            word += c;
    }
    return word + "'";
}

std::string joined(const std::vector<std::string>& words, const std::string& separator = " ") {
    return fmt::format("{}", fmt::join(words, separator));
}

/// A case pattern of all the paths of the tree but the program's own: 'nowire air' | 'nowire air status' | ...
std::string paths_of(const command_entry& program, const std::string& separator) {
    std::vector<std::string> paths;
    for_each_command(program, [&](const command_entry& command) {
        if (command.words.size() > 1) paths.push_back(in_quotes(command.path()));
    });
    return joined(paths, separator);
}

/// Calls `f` for each option that takes a value, with the patterns of its names ('nowire air --socket') and its
/// choices.
template <typename F>
void for_each_value(const command_entry& program, const F& f) {
    for_each_command(program, [&](const command_entry& command) {
        for (const auto& option : command.options) {
            if (option.is_argument || option.value.empty()) continue;
            std::vector<std::string> patterns;
            patterns.reserve(option.names.size());
            for (const auto& name : option.names)
                patterns.push_back(in_quotes(command.path() + " " + name));
            f(patterns, option.choices);
        }
    });
}

std::vector<std::string> words_of(const command_entry& command, bool with_options) {
    std::vector<std::string> words;
    words.reserve(command.commands.size() + command.options.size());
    for (const auto& part : command.commands)
        words.push_back(part.words.back());
    for (const auto& option : command.options) {
        if (option.is_argument)
            words.insert(words.end(), option.choices.begin(), option.choices.end());
        else if (with_options)
            words.insert(words.end(), option.names.begin(), option.names.end());
    }
    return words;
}

/// A "name:what it is" of zsh's _describe, in which a colon ends the name.
std::string described(const std::string& name, const std::string& about) {
    std::string escaped;
    for (const char c : name)
        escaped += (c == ':' ? "\\" : "") + std::string(1, c);
    return in_quotes(escaped + ":" + about);
}

}  // namespace

std::string bash_completion(const command_entry& program) {
    std::string script = R"(# Completion of nowire for bash: source it, or put it into
# ~/.local/share/bash-completion/completions/nowire
_nowire() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} at=nowire words='' i
    # bash takes --option=value for three words.
    if [[ $word == = ]]; then
        word=''
    elif [[ $previous == = ]] && ((COMP_CWORD > 2)); then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$at ${COMP_WORDS[i]}" in
)";
    fmt::format_to(std::back_inserter(script), "            {}) at+=\" ${{COMP_WORDS[i]}}\" ;;\n",
                   paths_of(program, " | "));
    script += "        esac\n    done\n    case \"$at $previous\" in\n";
    std::vector<std::string> files;
    for_each_value(program, [&](const auto& patterns, const auto& choices) {
        if (choices.empty())
            files.insert(files.end(), patterns.begin(), patterns.end());
        else
            fmt::format_to(std::back_inserter(script), "        {}) words={} ;;\n", joined(patterns, " | "),
                           in_quotes(joined(choices)));
    });
    fmt::format_to(std::back_inserter(script), "        {}) ;;\n        *)\n            case $at in\n",
                   joined(files, " | "));
    for_each_command(program, [&](const command_entry& command) {
        fmt::format_to(std::back_inserter(script), "                {}) words={} ;;\n", in_quotes(command.path()),
                       in_quotes(joined(words_of(command, true))));
    });
    script += R"(            esac
            ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o default -F _nowire nowire
)";
    return script;
}

std::string zsh_completion(const command_entry& program) {
    std::string script = R"(#compdef nowire
# Completion of nowire for zsh: source it after compinit, or put it as _nowire into a folder of $fpath
_nowire() {
    local at=nowire i
    local -a commands options values
    for ((i = 2; i < CURRENT; i++)); do
        case "$at ${words[i]}" in
)";
    fmt::format_to(std::back_inserter(script), "            ({}) at+=\" ${{words[i]}}\" ;;\n", paths_of(program, "|"));
    script += "        esac\n    done\n    case \"$at ${words[CURRENT - 1]}\" in\n";
    std::vector<std::string> files;
    for_each_value(program, [&](const auto& patterns, const auto& choices) {
        if (choices.empty())
            files.insert(files.end(), patterns.begin(), patterns.end());
        else
            fmt::format_to(std::back_inserter(script), "        ({}) compadd -- {}; return ;;\n", joined(patterns, "|"),
                           joined(choices));
    });
    fmt::format_to(std::back_inserter(script), "        ({}) _files; return ;;\n    esac\n    case $at in\n",
                   joined(files, "|"));
    for_each_command(program, [&](const command_entry& command) {
        fmt::format_to(std::back_inserter(script), "        ({})\n", in_quotes(command.path()));
        script += "            commands=(\n";
        for (const auto& part : command.commands)
            fmt::format_to(std::back_inserter(script), "                {}\n",
                           described(part.words.back(), part.about));
        script += "            )\n            options=(\n";
        for (const auto& option : command.options)
            for (const auto& name : option.names)
                if (!option.is_argument)
                    fmt::format_to(std::back_inserter(script), "                {}\n", described(name, option.about));
        script += "            )\n";
        for (const auto& option : command.options)
            if (option.is_argument && !option.choices.empty())
                fmt::format_to(std::back_inserter(script), "            values=({})\n", joined(option.choices));
        script += "            ;;\n";
    });
    script += R"(    esac
    if [[ ${words[CURRENT]} == -* ]]; then
        _describe -o option options
    elif (($#commands)); then
        _describe command commands
    elif (($#values)); then
        compadd -- $values
    else
        _files
    fi
}
if [[ ${funcstack[1]} == _nowire ]]; then
    _nowire "$@"
else
    compdef _nowire nowire
fi
)";
    return script;
}

std::string fish_completion(const command_entry& program) {
    std::string script =
        R"(# Completion of nowire for fish: source it, or put it into ~/.config/fish/completions/nowire.fish
function __nowire_at
    set -l at nowire
    for word in (commandline -opc)[2..-1]
        switch "$at $word"
)";
    fmt::format_to(std::back_inserter(script), "            case {}\n", paths_of(program, " "));
    script += R"(                set at "$at $word"
        end
    end
    test "$at" = "$argv"
end
)";
    for_each_command(program, [&](const command_entry& command) {
        const auto here = in_quotes("__nowire_at " + command.path());
        for (const auto& part : command.commands)
            fmt::format_to(std::back_inserter(script), "complete -c nowire -n {} -f -a {} -d {}\n", here,
                           part.words.back(), in_quotes(part.about, true));
        for (const auto& option : command.options) {
            std::string line = "complete -c nowire -n " + here;
            if (option.is_argument) {
                if (option.choices.empty()) continue;
                line += " -f -a " + in_quotes(joined(option.choices));
            }
            for (const auto& name : option.names)
                if (!option.is_argument)
                    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            if (!option.is_argument && !option.value.empty())
                line += option.choices.empty() ? " -r -F" : " -x -a " + in_quotes(joined(option.choices));
            fmt::format_to(std::back_inserter(script), "{} -d {}\n", line, in_quotes(option.about, true));
        }
    });
    return script;
}

}  // namespace nowire::cli
