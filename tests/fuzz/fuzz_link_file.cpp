// Any text as a table of links: what is read is right, and what is not says where and what would be.
#include "fuzz/check.hpp"

#include <nowire/air/link_file.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nowire;
    using nowire::test::check;
    const auto links = air::parse_link_file({reinterpret_cast<const char*>(data), size}, "links");
    if (!links) {
        check(links.error().code == errc::bad_file && links.error().text.starts_with("links:"));
        return 0;
    }
    for (const auto& [from, to, how] : *links) {
        check(from != to && !from.is_group() && !to.is_group() && (how.loss || how.rssi));
        if (how.loss) check(*how.loss >= 0 && *how.loss <= 1);
    }
    return 0;
}
