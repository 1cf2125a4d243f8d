// Any bytes as a message from a node, from a gateway, and as a topic.
#include "fuzz/check.hpp"

#include <nowire/frame/text.hpp>
#include <nowire/node/json.hpp>
#include <nowire/node/messages.hpp>
#include <nowire/node/topic.hpp>

#include <algorithm>
#include <span>
#include <string>

namespace {

using namespace nowire::node;
using nowire::test::check;

std::span<const std::uint8_t> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span bytes(data, size);
    const std::string_view text(reinterpret_cast<const char*>(data), size);

    if (const auto up = parse_uplink(bytes)) {
        // What was understood is written so that it is understood again.
        const auto written = encode(*up);
        if (written.size() <= 1490) check(parse_uplink(bytes_of(written)) == up);
    } else {
        check(nowire::is_ascii(up.error().text));
        check(std::ranges::none_of(up.error().text, [](char c) { return c < 0x20; }));
    }
    if (const auto down = parse_downlink(bytes)) {
        const auto written = encode(*down);
        if (written.size() <= 1490) check(parse_downlink(bytes_of(written)) == down);
    }

    std::string quoted;
    nowire::append_json_string(quoted, text);
    const auto read = json::parse(quoted, {.bytes = quoted.size()});
    check(read && read->string() && *read->string() == text);

    if (!topic_fault(text)) {
        check(nowire::is_utf8(text));
        check(!filter_fault(text));
        check(matches(text, text) && covers(text, text));
    }
    const auto half = text.size() / 2;
    const auto a = text.substr(0, half);
    const auto b = text.substr(half);
    if (!filter_fault(a) && !topic_fault(b)) check(covers(a, b) == matches(a, b));
    return 0;
}
