#include "cli/command_tree.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

namespace nowire::cli {

namespace {

/// CLI11 keeps the values that an option may have in the name of its type only: "TEXT:{hinch,json}".
std::vector<std::string> choices_in(const std::string& type) {
    std::vector<std::string> choices;
    const auto start = type.find('{');
    const auto end = type.rfind('}');
    if (start == std::string::npos || end == std::string::npos) return choices;
    std::istringstream list(type.substr(start + 1, end - start - 1));
    for (std::string choice; std::getline(list, choice, ',');)
        choices.push_back(choice);
    return choices;
}

std::string value_of(const std::string& type) {
    for (const auto* special : {"MAC", "HEX"})
        if (type.ends_with(std::string(":") + special)) return special;
    const auto base = type.substr(0, type.find_first_of(":{ "));
    if (base == "INT" || base == "UINT") return "N";
    return base == "FLOAT" ? "NUMBER" : "TEXT";
}

option_entry read_option(const CLI::Option& option) {
    option_entry entry;
    entry.is_argument = option.get_positional();
    if (entry.is_argument) {
        entry.names.push_back(option.get_name(true));
    } else {
        for (const auto& name : option.get_snames())
            entry.names.push_back("-" + name);
        for (const auto& name : option.get_lnames())
            entry.names.push_back("--" + name);
    }
    entry.is_required = option.get_required();
    entry.is_repeated = option.get_items_expected_max() > 1;
    if (option.get_items_expected_max() > 0) {
        const auto type = option.get_type_name();
        entry.choices = choices_in(type);
        entry.value = value_of(type);
    }
    entry.about = option.get_description();
    entry.standard = option.get_default_str();
    entry.environment = option.get_envname();
    return entry;
}

command_entry read_command(const CLI::App& app, const std::vector<std::string>& above,
                           const std::vector<option_entry>& handed_down) {
    command_entry entry;
    entry.words = above;
    entry.words.push_back(app.get_name());
    entry.about = app.get_description();
    entry.more = app.get_footer();
    for (const auto* option : app.get_options())
        if (!option->get_group().empty()) entry.options.push_back(read_option(*option));
    // What a command lets fall through to it, its parts take too.
    std::vector<option_entry> inherited;
    if (app.get_fallthrough()) {
        std::ranges::copy_if(entry.options, std::back_inserter(inherited),
                             [](const option_entry& o) { return !o.is_argument && o.names.back() != "--help"; });
    }
    for (auto& option : inherited)
        option.is_inherited = true;
    entry.options.insert(entry.options.end(), handed_down.begin(), handed_down.end());
    for (const auto* part : app.get_subcommands([](const CLI::App* a) { return !a->get_group().empty(); }))
        entry.commands.push_back(read_command(*part, entry.words, inherited));
    return entry;
}

}  // namespace

std::string command_entry::path(const std::string& separator) const {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : separator) + word;
    return text;
}

command_entry read_commands(const CLI::App& app) {
    return read_command(app, {}, {});
}

}  // namespace nowire::cli
