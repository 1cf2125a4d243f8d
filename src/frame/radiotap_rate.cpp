// How radiotap says where and how a frame was sent.

#include <nowire/frame/radiotap.hpp>

namespace nowire::radiotap {

void set_channel_and_rate(header& fields, channel on, std::optional<rate> r) {
    int flags = on.is_2ghz() ? channel_flag_2ghz : channel_flag_5ghz;
    if (r) {
        const auto m = modulation_of(*r);
        flags |= m == modulation::ofdm || m == modulation::ht ? channel_flag_ofdm : channel_flag_cck;
        const int preamble = fields.flags.value_or(0) & ~flag_short_preamble;
        fields.flags = static_cast<std::uint8_t>(preamble | (has_short_preamble(*r) ? flag_short_preamble : 0));
        if (const int units = half_megabits(*r); units > 0) fields.rate = static_cast<std::uint8_t>(units);
        if (const auto index = mcs_index(*r)) {
            fields.mcs =
                mcs_field{.known = mcs_known_bandwidth | mcs_known_index | mcs_known_guard_interval,
                          .flags = has_short_guard_interval(*r) ? mcs_flag_short_guard_interval : std::uint8_t{0},
                          .index = static_cast<std::uint8_t>(*index)};
        }
    }
    fields.channel_frequency = static_cast<std::uint16_t>(on.frequency());
    fields.channel_flags = static_cast<std::uint16_t>(flags);
}

}  // namespace nowire::radiotap
