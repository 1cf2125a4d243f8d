// Any text as a broker's URL: what is understood is written so that it is understood again.
#include "fuzz/check.hpp"

#include <nowire/gateway/broker_url.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using nowire::gateway::broker_url;
    using nowire::test::check;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto url = broker_url::parse(text);
    if (!url) {
        check(!url.error().empty());
        return 0;
    }
    check(!url->host.empty() && url->port != 0 && url->user.find(':') == std::string::npos);
    std::string written = "mqtt://";
    if (!url->user.empty()) written.append(url->user).append("@");
    const bool is_ipv6 = url->host.find(':') != std::string::npos;
    written.append(is_ipv6 ? "[" : "").append(url->host).append(is_ipv6 ? "]" : "");
    written.append(":").append(std::to_string(url->port));
    const auto again = broker_url::parse(written);
    check(again && again->host == url->host && again->port == url->port && again->user == url->user);
    return 0;
}
