#pragma once

#include <nowire/frame/channel.hpp>
#include <nowire/frame/rate.hpp>
#include <nowire/frame/time.hpp>

#include <cstddef>
#include <cstdint>

/// How long things take on the air: IEEE 802.11-2020 clauses 15 and 16 (DSSS, CCK), 17 (OFDM, 5 GHz), 18 (ERP: OFDM
/// at 2.4 GHz) and 19 (HT, 20 MHz, mixed format). Espressif's Long Range is not published: see airtime.cpp for what is
/// assumed of it. All lengths are in bytes of the MPDU with its FCS.
///
/// Figures measured from outside often give OFDM at 2.4 GHz without the 6 us of silence that ERP appends to each frame
/// (signal extension, 18.3.2.4) and count a SIFS of 16 us instead of 10, which makes the same sum: an ACK at 6 Mb/s is
/// 44 us + 6 here, and SIFS + ACK is 60 us either way. The 70 us of 293 bytes at 54 Mb/s include the 6.
namespace nowire::air {

/// The bytes of an ACK frame, FCS included.
inline constexpr std::size_t ack_size = 14;

/// SIFS: 10 us at 2.4 GHz, 16 us at 5 GHz (tables 18-6 and 17-21).
duration sifs(channel on);
/// A slot: 20 us at 2.4 GHz, where DSSS stations may listen, 9 us at 5 GHz.
duration slot_time(channel on);
/// SIFS and so many slots: AIFS (10.23.2.4). AIFSN 2 is that of AC_VO, which ESP-NOW frames use, and makes a DIFS.
duration aifs(channel on, unsigned aifsn = 2);
/// How much longer than AIFS a radio waits after a frame that it could not make out: SIFS and an ACK at the lowest rate
/// (EIFS less DIFS, 10.3.2.3.7).
duration eifs_extension(channel on);
/// For so long a radio does not notice that another has begun (aCCATime: 15 us where slots are long, else 4 us).
duration sensing_delay(channel on);

/// The rate that a frame meant for `r` is sent at: there is no DSSS, CCK or LR at 5 GHz, where 6 Mb/s is the lowest.
rate usable_rate(rate r, channel on);

/// From the start of the preamble to the end of the frame, ERP's signal extension included.
duration airtime(std::size_t bytes, rate r, channel on);

/// The rate of the ACK to a frame at `r`: DSSS and CCK frames are acknowledged at their own rate and with their own
/// preamble, OFDM and HT frames at 6 Mb/s, as Espressif's chips do; LR frames, it is assumed, at their own.
rate ack_rate(rate r);
/// The airtime of the ACK to a frame at `r`.
duration ack_airtime(rate r, channel on);
/// How long a sender waits from the end of its frame for an ACK to begin: SIFS, a slot and the time a receiver takes to
/// notice a frame (10.3.2.11; aRxPHYStartDelay = preamble and PHY header of the ACK: 192, 96 or 20 us).
duration ack_timeout(rate r, channel on);
/// The Duration field of a unicast at `r`, in microseconds: what SIFS and ACK take, rounded up (9.2.5.2).
std::uint16_t duration_field(rate r, channel on);

}  // namespace nowire::air
