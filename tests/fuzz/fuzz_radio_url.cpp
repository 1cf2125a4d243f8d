// Any text as a radio's URL, and its parameters as every kind of value: what is understood is written so that it is
// understood again, and what is not says what would be right.
#include "fuzz/check.hpp"

#include <nowire/radio/url.hpp>
#include <nowire/radio/url_reader.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace nowire;
using nowire::test::check;

/// Every byte of `text` as %XX.
std::string escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', digits[byte >> 4U], digits[byte & 0xfU]};
    }
    return out;
}

void check_written(const radio_url& url) {
    auto text = url.scheme + ":" + escaped(url.path);
    char before = '?';
    for (const auto& [key, value] : url.parameters) {
        text.append(1, before).append(key).append("=").append(escaped(value));
        before = '&';
    }
    const auto again = radio_url::parse(text);
    check(again && again->scheme == url.scheme && again->path == url.path && again->parameters == url.parameters);
}

/// Reads what a backend would. @returns whether all was right
bool read_values(const radio_url& url) {
    url_reader read(url);
    read.text("name");
    if (const auto mac = read.mac("mac")) check(!mac->is_group() && !mac->is_zero());
    if (const auto on = read.channel("channel")) check(channel::from_number(on->number()).has_value());
    for (const auto* key : {"x", "y"})
        if (const auto value = read.number(key, -1000, 1000)) check(*value >= -1000 && *value <= 1000);
    read.flag("hidden");
    const auto done = read.finish();
    if (!done) check(done.error().code == errc::bad_url && done.error().text.starts_with(url.scheme + ": "));
    return done.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    bool right = false;
    const auto open = [&right](const radio_url& url) -> std::expected<std::unique_ptr<radio>, error> {
        check_written(url);
        right = read_values(url);
        return std::unexpected(error{errc::radio, "nothing is opened here"});
    };
    const std::array backends = {radio_backend{.scheme = "air", .help = "the simulated air", .open = open},
                                 radio_backend{.scheme = "wlan", .help = "an adapter", .open = open}};
    const auto opened = open_radio(text, backends);
    check(!opened && !opened.error().text.empty());
    check(!right || opened.error().code == errc::radio);
    check((opened.error().code == errc::bad_url) != (opened.error().code == errc::radio));
    return 0;
}
