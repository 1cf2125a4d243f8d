#include "radio/nearest.hpp"

#include <nowire/radio/url_reader.hpp>

#include <algorithm>
#include <charconv>

namespace nowire {

namespace {

/// The whole of `text` as a number, or nothing.
template <class number>
std::optional<number> read_number(std::string_view text) {
    number value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// The shortest text of a limit: "0", "0.5", "-1000".
std::string shortest(double value) {
    char text[32];
    const auto [end, failed] = std::to_chars(text, text + sizeof text, value);
    return failed == std::errc() ? std::string(text, end) : std::string();
}

}  // namespace

const std::string* url_reader::find(std::string_view key) {
    known_.emplace_back(key);
    const auto found = url_.parameters.find(key);
    return found == url_.parameters.end() ? nullptr : &found->second;
}

void url_reader::wrong(std::string_view key, std::string_view value, std::string_view right) {
    if (problem_) return;
    problem_ = url_.scheme + ": " + std::string(key) + "=" + std::string(value) + " is wrong; " + std::string(right);
}

std::optional<std::string> url_reader::text(std::string_view key) {
    const auto* value = find(key);
    return value ? std::optional(*value) : std::nullopt;
}

std::optional<mac_address> url_reader::mac(std::string_view key) {
    const auto* value = find(key);
    if (!value) return std::nullopt;
    const auto address = mac_address::parse(*value);
    if (address && !address->is_group() && !address->is_zero()) return address;
    wrong(key, *value,
          address ? "it must be the address of one radio: not zero, and no group (even first octet)"
                  : "a MAC address looks like 02:4e:57:00:00:10");
    return std::nullopt;
}

std::optional<channel> url_reader::channel(std::string_view key) {
    const auto* value = find(key);
    if (!value) return std::nullopt;
    const auto number = read_number<int>(*value);
    const auto on = number ? channel::from_number(*number) : std::nullopt;
    if (!on) wrong(key, *value, "it must be 1 to 14, or a 5 GHz channel such as 36");
    return on;
}

std::optional<double> url_reader::number(std::string_view key, double low, double high) {
    const auto* text = find(key);
    if (!text) return std::nullopt;
    const auto value = read_number<double>(*text);
    if (value && *value >= low && *value <= high) return value;
    wrong(key, *text, "it must be a number from " + shortest(low) + " to " + shortest(high));
    return std::nullopt;
}

std::optional<bool> url_reader::flag(std::string_view key) {
    const auto* value = find(key);
    if (!value) return std::nullopt;
    if (*value == "yes" || *value == "on" || *value == "true" || *value == "1") return true;
    if (*value == "no" || *value == "off" || *value == "false" || *value == "0") return false;
    wrong(key, *value, "it must be yes or no");
    return std::nullopt;
}

std::expected<void, error> url_reader::finish() const {
    if (problem_) return std::unexpected(error{errc::bad_url, *problem_});
    for (const auto& [key, value] : url_.parameters) {
        if (std::ranges::find(known_, key) != known_.end()) continue;
        auto text = url_.scheme + ": there is no parameter \"" + key + "\"; ";
        if (known_.empty())
            text += "this radio has none";
        else if (const auto meant = nearest(key, known_))
            text += "did you mean \"" + *meant + "\"?";
        else
            text += "there are " + list_of(known_);
        return std::unexpected(error{errc::bad_url, text});
    }
    return {};
}

}  // namespace nowire
