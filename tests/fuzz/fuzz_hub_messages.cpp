// Any bytes as a packet from a hub, as its clients read it: what is read is what would be written.
#include "fuzz/check.hpp"

#include <nowire/air/protocol.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nowire::air;
    using nowire::test::check;
    std::span<const std::uint8_t> rest(data, size);
    while (!rest.empty()) {
        const auto before = rest;
        const auto message = protocol::take_hub_message(rest);
        if (!message) {
            check(!to_string(message.error()).empty());
            return 0;
        }
        std::vector<std::uint8_t> again;
        protocol::append(again, *message);
        check(std::ranges::equal(again, before.first(before.size() - rest.size())));
        if (const auto* radio = std::get_if<protocol::radio_status>(&*message))
            check(radio->peers.listed.size() <= nowire::peer_report::limit);
        // Whatever a hub says about its time can be reckoned with.
        if (const auto* time = std::get_if<protocol::time_is>(&*message)) {
            const auto now = time->pace.air_at(real_clock::now());
            time->pace.real_at(now);
        }
    }
    return 0;
}
