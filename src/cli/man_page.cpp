#include "cli/man_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>

namespace nowire::cli {

namespace {

/// `text` so that roff prints it as it is.
std::string escaped(const std::string& text) {
    std::string roff;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool starts_line = i == 0 || text[i - 1] == '\n';
        // At the start of a line these two would make it a request.
        if (starts_line && (text[i] == '.' || text[i] == '\'')) roff += "\\&";
        switch (text[i]) {
            case '\\':
                roff += "\\e";
                break;
            case '-':
                roff += "\\-";
                break;
            case '\'':
                roff += "\\(aq";
                break;
            case '`':
                roff += "\\(ga";
                break;
            case '^':
                roff += "\\(ha";
                break;
            case '~':
                roff += "\\(ti";
                break;
            default:
                roff += text[i];
        }
    }
    return roff;
}

std::string bold(const std::string& text) {
    return "\\fB" + escaped(text) + "\\fR";
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

/// "\fB\-c\fR, \fB\-\-count\fR \fIN\fR"
std::string names_of(const option_entry& option) {
    if (option.is_argument) return "\\fI" + escaped(option.names.front()) + "\\fR" + (option.is_repeated ? "..." : "");
    std::string text;
    for (const auto& name : option.names)
        text += (text.empty() ? "" : ", ") + bold(name);
    if (!option.choices.empty())
        text += " " + escaped(fmt::format("{}", fmt::join(option.choices, "|")));
    else if (!option.value.empty())
        text += " \\fI" + escaped(option.value) + "\\fR";
    return text;
}

void append_synopsis(std::string& page, const command_entry& command) {
    page += bold(command.path());
    if (std::ranges::any_of(command.options, [](const option_entry& o) { return !o.is_argument; }))
        page += " [\\fIoptions\\fR]";
    for (const auto& option : command.options) {
        if (option.is_argument)
            page += option.is_required ? " " + names_of(option) : " [" + names_of(option) + "]";
        else if (option.is_required)
            page += " " + names_of(option);
    }
    if (!command.commands.empty()) page += " \\fIcommand\\fR";
    page += '\n';
}

/// @param own_only  leaves out what the command above has already.
void append_options(std::string& page, const command_entry& command, bool own_only) {
    for (const auto& option : command.options) {
        if (own_only && (option.is_inherited || option.names.back() == "--help")) continue;
        page += ".TP\n" + names_of(option) + '\n' + escaped(option.about);
        if (!option.standard.empty()) page += escaped(" (default: " + option.standard + ")");
        if (!option.environment.empty()) page += ". Environment: " + bold(option.environment);
        page += '\n';
    }
}

/// The text below the options of --help: paragraphs, "Exit status: ..." and "Examples:" with indented lines.
void append_more(std::string& page, const std::string& more, const char* section) {
    constexpr std::string_view exit_status = "Exit status: ";
    bool in_example = false;
    std::istringstream lines(more);
    for (std::string line; std::getline(lines, line);) {
        const bool example = line.starts_with("  ");
        if (example != in_example) page += example ? ".PP\n.EX\n" : ".EE\n";
        in_example = example;
        if (const auto at = line.find(exit_status); at != std::string::npos && !example) {
            if (at > 0) page += escaped(line.substr(0, at - 1)) + '\n';
            page += std::string(section) + " EXIT STATUS\n" + escaped(line.substr(at + exit_status.size())) + '\n';
        } else if (line == "Examples:") {
            page += std::string(section) + " EXAMPLES\n";
        } else if (line.empty()) {
            page += ".PP\n";
        } else {
            page += escaped(example ? line.substr(2) : line) + '\n';
        }
    }
    if (in_example) page += ".EE\n";
}

/// A paragraph that is empty, or that starts right below a heading, says nothing, and linters mind.
std::string without_empty_paragraphs(const std::string& page) {
    const auto is = [](const std::string& line, std::initializer_list<const char*> requests) {
        return std::ranges::any_of(requests, [&](const char* request) { return line.starts_with(request); });
    };
    std::vector<std::string> lines;
    std::istringstream in(page);
    for (std::string line; std::getline(in, line);) {
        if (!lines.empty() && lines.back() == ".PP" && is(line, {".PP", ".SH", ".SS", ".TP"})) lines.pop_back();
        if (line == ".PP" && (lines.empty() || is(lines.back(), {".SH", ".SS"}))) continue;
        lines.push_back(line);
    }
    return fmt::format("{}\n", fmt::join(lines, "\n"));
}

}  // namespace

std::string man_page(const command_entry& command, const std::string& version) {
    const bool whole_program = command.words.size() == 1;
    auto page =
        fmt::format(".TH {} 1 \"\" \"nowire {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n",
                    escaped(upper(command.path("-"))), version, escaped(command.path("-")), escaped(command.about));
    append_synopsis(page, command);
    if (!whole_program) {
        for (const auto& part : command.commands) {
            page += ".br\n";
            append_synopsis(page, part);
        }
    }
    const auto end_of_text =
        std::min({command.more.find("Exit status: "), command.more.find("Examples:\n"), command.more.size()});
    page += ".SH DESCRIPTION\n" + escaped(command.about) + ".\n.PP\n";
    append_more(page, command.more.substr(0, end_of_text), ".SH");
    page += ".SH OPTIONS\n";
    append_options(page, command, false);
    if (!command.commands.empty()) page += ".SH COMMANDS\n";
    for (const auto& part : command.commands) {
        if (whole_program) {
            page += ".TP\n" + bold(part.path("-")) + "(1)\n" + escaped(part.about) + '\n';
            continue;
        }
        page += ".SS " + escaped(part.path()) + '\n' + escaped(part.about) + ".\n";
        append_options(page, part, true);
        // CLI11 hands the text below the options down to commands that have none.
        if (part.more == command.more) continue;
        page += ".PP\n";
        append_more(page, part.more, ".PP\n.B");
    }
    append_more(page, command.more.substr(end_of_text), ".SH");
    if (!whole_program) page += ".SH SEE ALSO\n" + bold("nowire") + "(1)\n";
    return without_empty_paragraphs(page);
}

}  // namespace nowire::cli
