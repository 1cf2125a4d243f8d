#pragma once

#include <nowire/frame/mpdu.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The frames of tests/vectors/ with what they mean (README.md there).
namespace nowire::test {

using bytes = std::vector<std::uint8_t>;

struct vector_radiotap {
    std::size_t size = 0;
    int flags = 0;
    int rate = 0;       ///< units of 500 kb/s
    int frequency = 0;  ///< MHz
    int signal = 0;     ///< dBm
    int antenna = 0;
    std::optional<std::uint64_t> tsft;  ///< microseconds
};

struct vector_ccmp {
    std::array<std::uint8_t, 16> pmk{};
    std::array<std::uint8_t, 16> lmk{};
    std::array<std::uint8_t, 16> key{};
    std::uint64_t pn = 0;
    bytes nonce;      ///< empty: not given
    bytes aad;        ///< empty: not given
    bytes plaintext;  ///< of the frame body; empty: not given
};

struct vector_element {
    std::uint8_t ver = 0;
    bytes body;
};

struct vector_action {
    std::optional<std::array<std::uint8_t, 4>> random;
    std::vector<vector_element> elements;

    /// The bodies of all elements, one behind the other.
    bytes payload() const;
};

struct frame_vector {
    std::string name;
    std::string origin;  ///< "real", "emulator" or "synthetic"
    bool complete = false;
    bool fcs = false;
    bytes data;  ///< all bytes of the file
    std::optional<vector_radiotap> radiotap;
    std::optional<frame::management_header> header;
    std::optional<vector_ccmp> ccmp;
    std::optional<vector_action> action;

    /// The bytes behind the radiotap header, without FCS.
    std::span<const std::uint8_t> mpdu() const;
};

/// The vector of that name ("r1"). A missing or wrong file throws std::runtime_error with the file's name.
const frame_vector& load_vector(std::string_view name);

/// All vectors that hold a frame.
std::vector<const frame_vector*> frame_vectors();

/// Reads hex digits; white space is skipped. Throws std::invalid_argument for anything else.
bytes from_hex(std::string_view text);
std::string to_hex(std::span<const std::uint8_t> data);

}  // namespace nowire::test
