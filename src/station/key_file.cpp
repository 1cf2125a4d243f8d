
#include <nowire/air/unique_descriptor.hpp>
#include <nowire/station/key_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

namespace nowire {

namespace {

constexpr std::size_t max_file_size = 1 << 20;
constexpr const char* key_forms = "a key is 32 hex digits or exactly 16 characters, in quotes";

std::unexpected<error> bad_file(std::string text) {
    return std::unexpected(error{errc::bad_file, std::move(text)});
}

std::unexpected<error> bad_line(std::string_view name, std::uint32_t line, std::string_view what) {
    return bad_file(std::string(name) + ":" + std::to_string(line) + ": " + std::string(what));
}

void wipe_strings(toml::node& node) {
    if (auto* text = node.as_string()) {
        ccmp::wipe(std::span<char>(text->get()));
    } else if (auto* table = node.as_table()) {
        for (auto&& [name, value] : *table)
            wipe_strings(value);
    } else if (auto* array = node.as_array()) {
        for (auto&& value : *array)
            wipe_strings(value);
    }
}

/// A parsed file; wipes what it read.
struct document {
    toml::table root;
    ~document() { wipe_strings(root); }
};

/// The key in `node`, which `what` names: "pmk".
template <typename Key>
std::expected<Key, error> key_in(const toml::node& node, const std::string& what, std::string_view file) {
    const auto line = node.source().begin.line;
    const auto* text = node.as_string();
    if (text == nullptr) return bad_line(file, line, what + " is no text; " + key_forms);
    if (auto key = Key::parse(text->get())) return std::move(*key);
    const auto size = text->get().size();
    if (size == 2 * ccmp::key_size)
        return bad_line(file, line, what + " has a character that is no hex digit; " + key_forms);
    return bad_line(file, line, what + " has " + std::to_string(size) + " characters; " + key_forms);
}

std::expected<std::map<mac_address, ccmp::lmk>, error> lmks_in(const toml::node& node, std::string_view file) {
    const auto* table = node.as_table();
    if (table == nullptr)
        return bad_line(file, node.source().begin.line, "lmk is no table; write [lmk] and under it \"MAC\" = \"key\"");
    std::map<mac_address, ccmp::lmk> lmks;
    for (auto&& [name, value] : *table) {
        const auto line = name.source().begin.line;
        const std::string text(name.str());
        const auto mac = mac_address::parse(text);
        if (!mac)
            return bad_line(file, line, "what stands before = is no MAC address; it looks like \"24:0a:c4:1d:58:68\"");
        if (mac->is_group())
            return bad_line(file, line, text + " is a group address; ESP-NOW encrypts to single devices only");
        auto key = key_in<ccmp::lmk>(value, "the key of " + text, file);
        if (!key) return std::unexpected(std::move(key.error()));
        if (!lmks.emplace(*mac, std::move(*key)).second)
            return bad_line(file, line, mac->to_string() + " has a key further up already");
    }
    return lmks;
}

std::string octal(mode_t mode) {
    std::string text = "0000";
    for (int digit = 3; digit >= 0; --digit, mode >>= 3)
        text[static_cast<std::size_t>(digit)] = static_cast<char>('0' + (mode & 7));
    return text;
}

}  // namespace

std::expected<key_file, error> parse_key_file(std::string_view text, std::string_view name) {
    document doc;
    try {
        doc.root = toml::parse(text, name);
    } catch (const toml::parse_error& e) {
        // The parser's own words may quote what it read, which may be a key.
        return bad_line(name, e.source().begin.line,
                        "this is no TOML; a key file has lines like pmk = \"...\", [lmk] and \"MAC\" = \"...\"");
    }
    key_file result;
    for (auto&& [key, value] : doc.root) {
        if (key == "pmk") {
            auto parsed = key_in<ccmp::pmk>(value, "pmk", name);
            if (!parsed) return std::unexpected(std::move(parsed.error()));
            result.pmk = std::move(*parsed);
        } else if (key == "lmk") {
            auto parsed = lmks_in(value, name);
            if (!parsed) return std::unexpected(std::move(parsed.error()));
            result.lmks = std::move(*parsed);
        } else {
            return bad_line(name, key.source().begin.line,
                            "what stands here is neither pmk nor lmk; it knows only these");
        }
    }
    return result;
}

std::expected<key_file, error> read_key_file(const std::filesystem::path& path) {
    const auto name = path.string();
    // O_NONBLOCK: opening a FIFO would wait for a writer.
    const unique_descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0)
        return bad_file(name + ": cannot open this key file: " + std::generic_category().message(errno));
    if (!S_ISREG(status.st_mode))
        return bad_file(name + ": is no regular file; keys are read from one that is yours alone");
    if ((status.st_mode & 077) != 0)
        return bad_file(name + ": its mode is " + octal(status.st_mode & 07777) +
                        ", so others can get at the keys; make it yours alone: chmod 600 " + name);
    if (status.st_size > static_cast<off_t>(max_file_size))
        return bad_file(name + ": is larger than 1 MiB: no key file");

    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const auto got = ::read(file.get(), text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            const auto reason = std::generic_category().message(errno);
            ccmp::wipe(std::span<char>(text));
            return bad_file(std::string(name).append(": cannot read this key file: ").append(reason));
        }
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    auto result = parse_key_file(std::string_view(text).substr(0, size), name);
    ccmp::wipe(std::span<char>(text));
    return result;
}

}  // namespace nowire
