#include <nowire/gateway/broker_url.hpp>

#include <algorithm>
#include <charconv>

namespace nowire::gateway {

namespace {

constexpr std::string_view scheme = "mqtt://";

std::unexpected<std::string> wrong(std::string_view text, const std::string& what) {
    return std::unexpected("the broker \"" + std::string(text) + "\" " + what +
                           ": write mqtt://host or mqtt://host:1883");
}

bool is_host(std::string_view host) {
    return !host.empty() && std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-._:%").contains(c);
    });
}

}  // namespace

std::expected<broker_url, std::string> broker_url::parse(std::string_view text) {
    if (!text.starts_with(scheme)) {
        if (text.starts_with("mqtts://")) return wrong(text, "asks for TLS, which this gateway has not got yet");
        return wrong(text, "has no mqtt:// in front");
    }
    auto rest = text.substr(scheme.size());
    broker_url url;
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        // Said without the text, which has the password in it.
        if (rest.substr(0, at).contains(':'))
            return std::unexpected(
                "a password does not belong into the broker's URL, which others can see: give it in a file");
        url.user = rest.substr(0, at);
        rest = rest.substr(at + 1);
    }
    if (rest.ends_with('/')) rest.remove_suffix(1);
    std::string_view port;
    if (rest.starts_with('[')) {
        const auto end = rest.find(']');
        if (end == std::string_view::npos) return wrong(text, "has [ without ]");
        url.host = rest.substr(1, end - 1);
        port = rest.substr(end + 1);
        if (!port.empty() && !port.starts_with(':')) return wrong(text, "has something behind the ]");
    } else {
        const auto colon = rest.find(':');
        url.host = rest.substr(0, colon);
        if (colon != std::string_view::npos) port = rest.substr(colon);
    }
    if (!is_host(url.host)) return wrong(text, "has no host that could be one");
    if (!port.empty()) {
        port.remove_prefix(1);
        const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), url.port);
        if (failed != std::errc() || end != port.data() + port.size() || url.port == 0)
            return wrong(text, "has a port that is not 1 to 65535");
    }
    return url;
}

}  // namespace nowire::gateway
