#pragma once

#include <nowire/capture/decode.hpp>

#include <string>

namespace nowire::capture {

/// Appends one line of text for people, with its line end:
///
///     12.345678 24:0a:c4:1d:58:68 > ff:ff:ff:ff:ff:ff ch 8 -68 dBm 1M seq 1 v1 20 bytes "This is the message"
///
/// What is not known is left out. A payload that is not printable is given in hex. Before it may stand: retry,
/// encrypted, "no key", "MIC WRONG", "FCS WRONG", "cut short", and why ESP-IDF 5.5 drops the frame. Anything else than
/// ESP-NOW reads "not ESP-NOW: beacon" instead of version and payload. Whatever the payload is, it is one line, without
/// control characters.
void append_text_line(std::string& out, const decoded_frame& d);

/// Appends one line with a JSON object (RFC 8259). Its keys are always these, null where nothing is known:
///
///     time       number: seconds since 1970, or since the beginning of a simulated air; nine decimals
///     src, dst   string: "24:0a:c4:1d:58:68"
///     channel    number
///     rssi       number: dBm
///     version    number: the version in the first element, 1 or 2
///     seq        number: 0 to 4095
///     retry      true or false
///     random     string: eight hex digits
///     encrypted  true or false
///     mic_ok     true or false; null if it is not encrypted or there is no key
///     fcs_ok     true or false; null if the capture has no FCS
///     payload    string: hex, all elements together
///     text       string: the payload, where it is printable UTF-8; zeros at its end are left out
///
/// A line about anything else than ESP-NOW has two more:
///
///     espnow     false
///     kind       string: what it is ("beacon", "ACK", "vendor action", "damaged ESP-NOW")
void append_json_line(std::string& out, const decoded_frame& d);

}  // namespace nowire::capture
