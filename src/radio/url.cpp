#include "radio/nearest.hpp"

#include <nowire/radio/url.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace nowire {

namespace {

constexpr std::string_view form = "a radio's URL looks like air:?name=kitchen&channel=6";

std::unexpected<error> bad_url(std::string_view url, std::string_view what) {
    std::string text = "\"";
    text.append(url).append("\": ").append(what);
    return std::unexpected(error{errc::bad_url, std::move(text)});
}

bool is_scheme(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '+';
    });
}

std::optional<int> hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

/// `text` with each %XX replaced by its byte; nothing if a % is followed by anything else, or by 00, which no path and
/// no name can hold.
std::optional<std::string> unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const auto high = hex_digit(text[i + 1]);
        const auto low = hex_digit(text[i + 2]);
        if (!high || !low || (*high == 0 && *low == 0)) return std::nullopt;
        out += static_cast<char>(*high << 4 | *low);
        i += 2;
    }
    return out;
}

std::vector<std::string> schemes_of(std::span<const radio_backend> backends) {
    std::vector<std::string> schemes;
    for (const auto& backend : backends)
        schemes.push_back(backend.scheme);
    return schemes;
}

}  // namespace

std::expected<radio_url, error> radio_url::parse(std::string_view text) {
    constexpr std::string_view escape = "a % must be followed by two hex digits, not 00 (%25 is the % itself)";
    if (const auto zero = text.find('\0'); zero != std::string_view::npos)
        return bad_url(text.substr(0, zero), "a zero byte follows, which no path and no name can hold");
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || !is_scheme(text.substr(0, colon)))
        return bad_url(text, "there is no scheme; " + std::string(form));

    radio_url url;
    url.scheme = text.substr(0, colon);
    auto rest = text.substr(colon + 1);
    const auto question = rest.find('?');
    const auto path = unescape(rest.substr(0, question));
    if (!path) return bad_url(text, escape);
    url.path = *path;
    if (question == std::string_view::npos) return url;

    rest.remove_prefix(question + 1);
    for (bool last = false; !last;) {
        const auto end = rest.find('&');
        const auto pair = rest.substr(0, end);
        last = end == std::string_view::npos;
        if (!last) rest.remove_prefix(end + 1);

        const auto equals = pair.find('=');
        const std::string key(pair.substr(0, equals));
        if (key.empty()) return bad_url(text, "a parameter is missing behind ? or &; " + std::string(form));
        if (equals == std::string_view::npos || equals + 1 == pair.size())
            return bad_url(text, std::string("\"").append(key).append("\" has no value; write ").append(key) + "=...");
        const auto value = unescape(pair.substr(equals + 1));
        if (!value) return bad_url(text, escape);
        if (!url.parameters.emplace(key, *value).second)
            return bad_url(text, "\"" + key + "\" is given twice; once is right");
    }
    return url;
}

std::optional<std::string> radio_help(std::string_view url, std::span<const radio_backend> backends) {
    if (url == "help") {
        std::string text;
        for (const auto& backend : backends)
            text.append(text.empty() ? "" : "\n").append(backend.help);
        return text;
    }
    for (const auto& backend : backends)
        if (url == backend.scheme + ":help") return backend.help;
    return std::nullopt;
}

std::expected<std::unique_ptr<radio>, error> open_radio(std::string_view url, std::span<const radio_backend> backends) {
    if (auto help = radio_help(url, backends)) return std::unexpected(error{errc::bad_url, *help});
    const auto parsed = radio_url::parse(url);
    if (!parsed) return std::unexpected(parsed.error());
    for (const auto& backend : backends)
        if (backend.scheme == parsed->scheme) return backend.open(*parsed);

    const auto schemes = schemes_of(backends);
    auto text = "there is no radio \"" + parsed->scheme + ":\" here; ";
    if (const auto meant = nearest(parsed->scheme, schemes))
        text += "did you mean \"" + *meant + ":\"?";
    else
        text += "there are " + list_of(schemes) + " (SCHEME:help tells about each)";
    return bad_url(url, text);
}

}  // namespace nowire
