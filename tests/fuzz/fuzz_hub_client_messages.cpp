// Any bytes as a packet from a client, as the hub reads it: what is read is what would be written.
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
        const auto message = protocol::take_client_message(rest);
        if (!message) {
            check(!to_string(message.error()).empty());
            return 0;
        }
        std::vector<std::uint8_t> again;
        protocol::append(again, *message);
        check(std::ranges::equal(again, before.first(before.size() - rest.size())));
        if (const auto* hello = std::get_if<protocol::hello>(&*message))
            check(hello->kind == protocol::client_kind::control || protocol::is_name(hello->radio.name));
        if (const auto* report = std::get_if<protocol::report_peers>(&*message))
            check(report->peers.listed.size() <= nowire::peer_report::limit);
        if (const auto* frame = std::get_if<protocol::transmit_frame>(&*message)) check(frame->mpdu.size() <= max_mpdu);
    }
    return 0;
}
