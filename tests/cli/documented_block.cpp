#include "cli/documented_block.hpp"

#include "cli/demo/broker.hpp"
#include "cli/program.hpp"

#include <filesystem>
#include <regex>
#include <sstream>

namespace nowire::test {

namespace {

namespace fs = std::filesystem;

/// Takes what a line of comment before a block says about it.
void read_marker(const std::string& line, documented_block& next) {
    std::smatch found;
    if (std::regex_match(line, found, std::regex("<!-- not run:? ?(.*?) ?-->"))) next.not_run = found[1];
    if (line == "<!-- run with a broker -->") next.needs_broker = true;
}

bool shows_command(const documented_block& block) {
    for (const auto& line : block.lines)
        if (line.starts_with("nowire ") || line.starts_with("$ nowire ")) return true;
    return false;
}

/// A command of a block, taken apart.
struct command {
    std::string text;
    int status = 0;
    bool in_background = false;
};

command read_command(std::string line, const std::string& broker) {
    command c;
    std::smatch found;
    if (std::regex_search(line, found, std::regex(" +#.*"))) {
        const auto comment = found.str();
        std::smatch status;
        if (std::regex_search(comment, status, std::regex("# status ([0-9]+)$"))) c.status = std::stoi(status[1]);
        line.erase(static_cast<std::size_t>(found.position()));
    }
    if (line.ends_with(" &")) {
        c.in_background = true;
        line.erase(line.size() - 2);
    }
    c.text = std::regex_replace(line, std::regex("mqtt://127\\.0\\.0\\.1(?![:0-9])"), "mqtt://127.0.0.1:" + broker);
    return c;
}

/// As one types it: in bash, in `folder`.
std::vector<std::string> in_shell(const fs::path& folder, const command& c) {
    const std::string replace_the_shell = c.in_background ? "exec " : "";
    return {"bash",
            "-c",
            "cd \"$1\" && PATH=$1/bin:$PATH && eval \"$2\"",
            "bash",
            folder.string(),
            replace_the_shell + c.text};
}

}  // namespace

std::vector<documented_block> read_blocks(const std::string& name, const std::string& text) {
    enum class inside { text, fence_of_commands, other_fence, indented };
    std::vector<documented_block> blocks;
    documented_block block;
    auto where = inside::text;
    std::istringstream in(text);
    std::string line;
    const auto finish = [&] {
        if (where == inside::fence_of_commands || (where == inside::indented && shows_command(block)))
            blocks.push_back(block);
        block = {};
        where = inside::text;
    };
    bool after_empty = true;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        const bool fence = line.starts_with("```");
        const bool indented = line.starts_with("    ");
        if (where == inside::text && (fence || (indented && after_empty))) {
            block.place = name + ":" + std::to_string(number);
            where = !fence                                                         ? inside::indented
                    : line == "```sh" || line == "```bash" || line == "```console" ? inside::fence_of_commands
                                                                                   : inside::other_fence;
            if (indented) block.lines.push_back(line.substr(4));
        } else if (where == inside::indented && !indented) {
            finish();
        } else if (where != inside::text && fence) {
            finish();
        } else if (where == inside::text) {
            // A marker belongs to the block right below it, an empty line between them or not.
            if (!line.empty()) block = {};
            read_marker(line, block);
        } else {
            block.lines.push_back(where == inside::indented ? line.substr(4) : line);
        }
        after_empty = line.empty() || line.starts_with("<!--");
    }
    finish();
    return blocks;
}

std::string run_block(const documented_block& block, const std::vector<std::pair<std::string, std::string>>& files) {
    const sandbox box;
    const auto folder = box.folder();
    for (const auto* place : {"bin", "build/release"}) {
        fs::create_directories(folder / place);
        fs::create_symlink(NOWIRE_PROGRAM, folder / place / "nowire");
    }
    fs::create_symlink(NOWIRE_SOURCE "/examples", folder / "examples");
    for (const auto& [name, content] : files)
        box.file(name, content);
    std::optional<cli::demo::broker> broker;
    if (block.needs_broker) {
        auto started = cli::demo::broker::start(folder);
        if (!started) return started.error();
        broker.emplace(std::move(*started));
    }

    std::vector<std::pair<std::string, sandbox::running>> background;
    for (const auto& line : block.lines) {
        const auto c = read_command(line, std::to_string(broker ? broker->port : 1883));
        if (c.text.empty()) continue;
        if (c.in_background) {
            background.emplace_back(c.text, box.start(in_shell(folder, c)));
            if (!background.back().second.says(block.needs_broker ? "connected to the broker" : "nowire: "))
                return c.text + ": said nothing: " + background.back().second.err();
            continue;
        }
        const auto result = box.run(in_shell(folder, c));
        if (result.status != c.status)
            return c.text + ": status " + std::to_string(result.status) + " instead of " + std::to_string(c.status) +
                   "\n" + result.out + result.err;
    }
    for (auto& [text, program] : background)
        if (const auto status = program.process.status(); status.value_or(0) != 0)
            return text + ": status " + std::to_string(*status) + "\n" + program.err();
    return "";
}

}  // namespace nowire::test
