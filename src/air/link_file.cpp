#include <nowire/air/link_file.hpp>

#include <charconv>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace nowire::air {

namespace {

constexpr std::string_view space = " \t\r";
constexpr std::string_view form = "a line is: FROM TO loss=0.3 rssi=-71";

std::string_view take_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(space), line.size()));
    const auto word = line.substr(0, line.find_first_of(space));
    line.remove_prefix(word.size());
    return word;
}

template <class number>
std::optional<number> read_number(std::string_view text, number low, number high) {
    number value{};
    const auto* end = text.data() + text.size();
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): from_chars() is told the end
    const auto read = std::from_chars(text.data(), end, value);
    // NaN is neither.
    if (read.ec != std::errc() || read.ptr != end || !(value >= low && value <= high)) return std::nullopt;
    return value;
}

std::optional<mac_address> read_station(std::string_view text) {
    const auto mac = mac_address::parse(text);
    return mac && !mac->is_group() && !mac->is_zero() ? mac : std::nullopt;
}

/// Reads one setting. @returns what is wrong with it; empty: nothing
std::string take_setting(std::string_view word, link& how) {
    const auto equals = word.find('=');
    const auto key = word.substr(0, equals);
    const auto value = equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
    if (key == "loss") {
        if (how.loss) return "loss is given twice";
        how.loss = read_number(value, 0.0, 1.0);
        return how.loss ? "" : "loss must be 0 to 1, as in loss=0.3";
    }
    if (key == "rssi") {
        if (how.rssi) return "rssi is given twice";
        const auto dbm = read_number(value, -128, 127);
        if (!dbm) return "rssi must be -128 to 127 dBm, as in rssi=-71";
        how.rssi = static_cast<std::int8_t>(*dbm);
        return "";
    }
    return "there is loss=P and rssi=DBM, not this word";
}

}  // namespace

std::expected<std::vector<recording::setting::set_link>, error> parse_link_file(std::string_view text,
                                                                                std::string_view name) {
    std::vector<recording::setting::set_link> links;
    std::set<std::pair<mac_address, mac_address>> known;
    for (int number = 1; !text.empty(); ++number) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto wrong = [&](std::string_view what) {
            return std::unexpected(
                error{errc::bad_file,
                      std::string(name).append(":").append(std::to_string(number)).append(": ").append(what)});
        };
        line = line.substr(0, line.find('#'));
        const auto first = take_word(line);
        if (first.empty()) continue;
        const auto from = read_station(first);
        const auto to = read_station(take_word(line));
        if (!from || !to) return wrong(std::string("two addresses of stations come first; ").append(form));
        if (from == to) return wrong("a link goes from one station to another");
        if (!known.emplace(*from, *to).second) return wrong("this link is given already");
        link how;
        for (auto word = take_word(line); !word.empty(); word = take_word(line))
            if (auto what = take_setting(word, how); !what.empty()) return wrong(what);
        if (!how.loss && !how.rssi) return wrong(std::string("nothing is said of this link; ").append(form));
        links.push_back({.from = *from, .to = *to, .how = how});
    }
    return links;
}

}  // namespace nowire::air
