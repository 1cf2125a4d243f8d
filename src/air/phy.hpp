#pragma once

#include <nowire/frame/channel.hpp>
#include <nowire/frame/rate.hpp>

/// What receivers can make out. Powers are in dBm, as seen from a 20 MHz channel.
namespace nowire::air {

/// The weakest frame that is received at this rate, as the data sheets of the ESP32 series have it to within 2 dB; LR
/// as 4 dB better than the lowest DSSS rate (ESP-IDF, Wi-Fi driver guide, "Wi-Fi Protocol Mode").
double sensitivity(rate r);
/// The weakest frame of this kind whose preamble is noticed: the sensitivity of its lowest rate.
double preamble_sensitivity(modulation m);
/// From here on anything makes the channel busy, a frame whose preamble was missed too (17.3.10.6: -62 dBm).
inline constexpr double energy_threshold = -62;
/// What is weaker than this at a receiver is lost in its noise and left out.
inline constexpr double least_power = -102;

/// How many times as strong as all others together a frame must be to be received all the same ("capture"), as a ratio
/// of powers: 10 dB, more where the modulation needs more. Measurements have 8 to 12 dB at the low rates (J. Lee et
/// al., "An Experimental Study on the Capture Effect in 802.11a Networks", WiNTECH 2007).
double capture_ratio(rate r);

/// What a receiver tuned `channels` beside a DSSS signal (22 MHz wide) gets of it, in dB, 0 or negative; nothing
/// audible from 5 on (A. Mishra et al., "Partially Overlapped Channels Not Considered Harmful", SIGMETRICS 2006, figure
/// 1).
double leakage(int channels);
/// How many channels of 5 MHz lie between the two; 5 or more wherever they do not overlap.
int channels_between(channel a, channel b);

/// dBm to mW.
double milliwatts(double dbm);

}  // namespace nowire::air
