#include "capture/link_header.hpp"

#include <nowire/frame/radiotap.hpp>

namespace nowire::capture {

namespace {

/// Sets the layout to that of the header which `bytes` start with.
/// @returns whether there is one.
bool find_layout(radiotap::layout& layout, std::span<const std::uint8_t> bytes) {
    const auto found = radiotap::layout::of(bytes);
    if (found) layout = *found;
    return found.has_value();
}

std::optional<link_header> read_radiotap(decoded_frame& d, radiotap::layout& layout,
                                         std::span<const std::uint8_t> bytes) {
    using radiotap::field;
    if (!layout.fits(bytes) && !find_layout(layout, bytes)) {
        d.kind = "damaged radiotap header";
        return std::nullopt;
    }
    take_value(d.rssi, layout.number<std::int8_t>(field::signal, bytes));
    take_value(d.noise, layout.number<std::int8_t>(field::noise, bytes));
    if (const auto mhz = layout.number<std::uint16_t>(field::channel, bytes)) d.on = channel::from_frequency(*mhz);
    const auto flags = layout.number<std::uint8_t>(field::flags, bytes);
    d.rate = radiotap::rate_of(
        {.flags = flags, .rate = layout.number<std::uint8_t>(field::rate, bytes), .mcs = layout.mcs(bytes)});
    link_header h{.size = layout.size()};
    if (flags) {
        h.has_fcs = (*flags & radiotap::flag_fcs) != 0;
        if ((*flags & radiotap::flag_bad_fcs) != 0) d.fcs = fcs_state::bad;
    }
    return h;
}

}  // namespace

std::optional<link_header> read_link_header(decoded_frame& d, radiotap::layout& layout, const packet& p) {
    switch (p.link_type) {
        case link_type::ieee802_11:
            return link_header{};
        case link_type::ieee802_11_radiotap:
            return read_radiotap(d, layout, p.bytes);
        case link_type::ppi:
            return read_ppi_header(d, p.bytes);
    }
    d.kind = "not an 802.11 frame";
    return std::nullopt;
}

}  // namespace nowire::capture
