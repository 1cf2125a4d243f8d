#pragma once

#include <nowire/radio/radio.hpp>

#include <memory>

namespace nowire {

/// Wraps a radio into one that can do no more than `left`: what real adapters lack, for tests of what is above them.
///
/// acks_for_us: takes the addresses away from the radio below, which then must hear promiscuously, and filters by them
///   here; another radio's claim to the same address is not noticed.
/// reports_ack: a unicast ends unconfirmed with unknown attempts.
/// retries: each frame is transmitted once.
/// sets_rate: every frame leaves at 1 Mb/s.
/// keeps_sequence_number: Sequence Control is overwritten with a counter of its own.
/// gives_rssi, gives_time: no RSSI and noise; the time is that of the program that reads.
/// max_mpdu: longer frames end not_sent.
/// gives_fcs only says so: no frame on a simulated air has a wrong FCS.
///
/// @throws std::system_error if the radio refuses to give up its addresses, with its errc.
std::unique_ptr<radio> make_limited(std::unique_ptr<radio> whole, const radio_capabilities& left);

}  // namespace nowire
