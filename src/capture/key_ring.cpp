#include <nowire/capture/key_ring.hpp>

namespace nowire::capture {

std::expected<ccmp::unprotected, ccmp::reject> key_ring::unprotect(std::span<std::uint8_t> out,
                                                                   std::span<const std::uint8_t> mpdu) {
    const auto header = frame::read_header(mpdu);
    if (!header) return std::unexpected(ccmp::reject::too_short);
    for (const auto& peer : {header->a2, header->a1}) {
        const auto [first, last] = keys_.equal_range(peer);
        for (auto it = first; it != last; ++it) {
            auto opened = it->second.unprotect(out, mpdu);
            if (opened || opened.error() != ccmp::reject::wrong_mic) return opened;
        }
    }
    return std::unexpected(ccmp::reject::wrong_mic);
}

}  // namespace nowire::capture
