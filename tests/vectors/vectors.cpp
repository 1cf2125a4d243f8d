#include "vectors/vectors.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <stdexcept>

namespace nowire::test {

namespace {

constexpr std::array frame_names = {"r1", "r2", "r5", "p1", "p2", "p3", "p4", "s1", "s3"};

std::string path_of(std::string_view name, std::string_view extension) {
    return std::string(NOWIRE_TEST_DATA "/vectors/").append(name).append(extension);
}

bytes read_hex_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path + ": cannot be read");
    std::string digits;
    for (std::string line; std::getline(file, line);)
        digits += line.substr(0, line.find('#'));
    return from_hex(digits);
}

template <class T>
T required(const toml::table& table, std::string_view key) {
    const auto value = table[key].value<T>();
    if (!value) throw std::runtime_error(std::string(key) + ": missing or of another type");
    return *value;
}

bytes required_hex(const toml::table& table, std::string_view key) {
    return from_hex(required<std::string>(table, key));
}

bytes optional_hex(const toml::table& table, std::string_view key) {
    return from_hex(table[key].value_or(std::string()));
}

template <std::size_t N>
std::array<std::uint8_t, N> to_array(const bytes& from) {
    if (from.size() != N) throw std::runtime_error("expected " + std::to_string(N) + " bytes");
    std::array<std::uint8_t, N> to{};
    std::ranges::copy(from, to.begin());
    return to;
}

mac_address required_mac(const toml::table& table, std::string_view key) {
    const auto mac = mac_address::parse(required<std::string>(table, key));
    if (!mac) throw std::runtime_error(std::string(key) + ": no MAC address");
    return *mac;
}

vector_radiotap read_radiotap(const toml::table& table) {
    vector_radiotap radiotap{.size = required<std::uint32_t>(table, "size"),
                             .flags = required<int>(table, "flags"),
                             .rate = required<int>(table, "rate"),
                             .frequency = required<int>(table, "frequency"),
                             .signal = required<int>(table, "signal"),
                             .antenna = required<int>(table, "antenna"),
                             .tsft = {}};
    if (table.contains("tsft")) radiotap.tsft = static_cast<std::uint64_t>(required<std::int64_t>(table, "tsft"));
    return radiotap;
}

frame::management_header read_header(const toml::table& table) {
    return {.control = {required<std::uint16_t>(table, "frame_control")},
            .duration = required<std::uint16_t>(table, "duration"),
            .a1 = required_mac(table, "a1"),
            .a2 = required_mac(table, "a2"),
            .a3 = required_mac(table, "a3"),
            .sequence_control = required<std::uint16_t>(table, "sequence_control")};
}

vector_ccmp read_ccmp(const toml::table& table) {
    return {.pmk = to_array<16>(required_hex(table, "pmk")),
            .lmk = to_array<16>(required_hex(table, "lmk")),
            .key = to_array<16>(required_hex(table, "key")),
            .pn = table["pn"].value_or(std::uint64_t{0}),
            .nonce = optional_hex(table, "nonce"),
            .aad = optional_hex(table, "aad"),
            .plaintext = optional_hex(table, "plaintext")};
}

vector_action read_action(const toml::table& table) {
    vector_action action;
    if (table.contains("random")) action.random = to_array<4>(required_hex(table, "random"));
    const auto* elements = table["element"].as_array();
    if (elements == nullptr) throw std::runtime_error("element: missing or no array");
    for (const auto& node : *elements) {
        const auto& element = *node.as_table();
        action.elements.push_back(
            {.ver = required<std::uint8_t>(element, "ver"), .body = required_hex(element, "body")});
    }
    return action;
}

frame_vector read_vector(std::string_view name) {
    const auto path = path_of(name, ".toml");
    try {
        const auto table = toml::parse_file(path);
        frame_vector vector;
        vector.name = required<std::string>(table, "name");
        vector.origin = required<std::string>(table, "origin");
        vector.complete = table["complete"].value_or(false);
        vector.fcs = table["fcs"].value_or(false);
        if (const auto* t = table["radiotap"].as_table()) vector.radiotap = read_radiotap(*t);
        if (const auto* t = table["header"].as_table()) vector.header = read_header(*t);
        if (const auto* t = table["ccmp"].as_table()) vector.ccmp = read_ccmp(*t);
        if (const auto* t = table["action"].as_table()) vector.action = read_action(*t);
        if (std::ranges::find(frame_names, name) != frame_names.end())
            vector.data = read_hex_file(path_of(name, ".hex"));
        return vector;
    } catch (const std::exception& fault) {
        throw std::runtime_error(path + ": " + fault.what());
    }
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    throw std::invalid_argument("not a hex digit: " + std::string(1, c));
}

}  // namespace

bytes vector_action::payload() const {
    bytes all;
    for (const auto& element : elements)
        all.insert(all.end(), element.body.begin(), element.body.end());
    return all;
}

std::span<const std::uint8_t> frame_vector::mpdu() const {
    auto rest = std::span(data).subspan(radiotap ? radiotap->size : 0);
    return fcs ? rest.first(rest.size() - frame::fcs_size) : rest;
}

const frame_vector& load_vector(std::string_view name) {
    static std::map<std::string, frame_vector, std::less<>> loaded;
    auto found = loaded.find(name);
    if (found == loaded.end()) found = loaded.emplace(name, read_vector(name)).first;
    return found->second;
}

std::vector<const frame_vector*> frame_vectors() {
    std::vector<const frame_vector*> all;
    for (const auto* name : frame_names)
        all.push_back(&load_vector(name));
    return all;
}

bytes from_hex(std::string_view text) {
    bytes out;
    std::optional<int> high;
    for (char c : text) {
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r') continue;
        const int value = hex_value(c);
        if (high) out.push_back(static_cast<std::uint8_t>(*high << 4 | value));
        high = high ? std::nullopt : std::optional(value);
    }
    if (high) throw std::invalid_argument("odd number of hex digits");
    return out;
}

std::string to_hex(std::span<const std::uint8_t> data) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(data.size() * 2);
    for (auto byte : data) {
        text += digits[byte >> 4];
        text += digits[byte & 0xf];
    }
    return text;
}

}  // namespace nowire::test
