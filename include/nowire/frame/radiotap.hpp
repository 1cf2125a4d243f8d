#pragma once

#include <nowire/frame/channel.hpp>
#include <nowire/frame/rate.hpp>
#include <nowire/frame/require_cxx23.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// The radiotap header (radiotap.org): what a monitor-mode interface tells about a frame, or is told.
namespace nowire::radiotap {

// Flags field (bit 1).
inline constexpr std::uint8_t flag_short_preamble = 0x02;  ///< sent with the short preamble
inline constexpr std::uint8_t flag_wep = 0x04;             ///< encrypted with WEP
inline constexpr std::uint8_t flag_fcs = 0x10;             ///< the frame ends in its FCS
inline constexpr std::uint8_t flag_bad_fcs = 0x40;         ///< the FCS was wrong
// TX flags field (bit 15).
inline constexpr std::uint16_t tx_flag_fail = 0x0001;      ///< all retries are used up, no ACK came
inline constexpr std::uint16_t tx_flag_no_ack = 0x0008;    ///< do not wait for an ACK, do not retry
inline constexpr std::uint16_t tx_flag_no_seqno = 0x0010;  ///< keep the Sequence Control that the frame has
inline constexpr std::uint16_t tx_flag_order = 0x0020;     ///< do not reorder it with others that have this flag
// Channel flags (second half of bit 3).
inline constexpr std::uint16_t channel_flag_cck = 0x0020;   ///< DSSS or CCK
inline constexpr std::uint16_t channel_flag_ofdm = 0x0040;  ///< OFDM
inline constexpr std::uint16_t channel_flag_2ghz = 0x0080;  ///< 2.4 GHz band
inline constexpr std::uint16_t channel_flag_5ghz = 0x0100;  ///< 5 GHz band

// MCS field (bit 19): what is known, and its flags.
inline constexpr std::uint8_t mcs_known_bandwidth = 0x01;            ///< the two bits mcs_flag_bandwidth count
inline constexpr std::uint8_t mcs_known_index = 0x02;                ///< mcs_field::index counts
inline constexpr std::uint8_t mcs_known_guard_interval = 0x04;       ///< mcs_flag_short_guard_interval counts
inline constexpr std::uint8_t mcs_flag_bandwidth = 0x03;             ///< 0: 20 MHz
inline constexpr std::uint8_t mcs_flag_short_guard_interval = 0x04;  ///< 400 ns, else 800 ns

/// The fields used here, as the bits of the present word number them (radiotap.org, Defined Fields).
enum class field : std::uint8_t {
    tsft = 0,           ///< 8 bytes
    flags = 1,          ///< flag_ bits
    rate = 2,           ///< units of 500 kb/s
    channel = 3,        ///< frequency and channel_flag_ bits, 2 bytes each
    signal = 5,         ///< dBm
    noise = 6,          ///< dBm
    tx_power = 10,      ///< dBm
    antenna = 11,       ///< index
    rx_flags = 14,      ///< 2 bytes
    tx_flags = 15,      ///< 2 bytes: tx_flag_ bits
    data_retries = 17,  ///< transmissions after the first
    mcs = 19,           ///< 3 bytes: mcs_field
};

/// The MCS field (bit 19).
struct mcs_field {
    std::uint8_t known = 0;  ///< which of the others count, by mcs_known_ bits
    std::uint8_t flags = 0;  ///< mcs_flag_ bits
    std::uint8_t index = 0;  ///< 0 to 7 with one stream
};

/// The fields used here; the others are skipped on reading.
struct header {
    std::optional<std::uint64_t> tsft = {};               ///< microseconds of the MAC's timer when the first bit came
    std::optional<std::uint8_t> flags = {};               ///< flag_ bits
    std::optional<std::uint8_t> rate = {};                ///< units of 500 kb/s
    std::optional<std::uint16_t> channel_frequency = {};  ///< MHz
    std::optional<std::uint16_t> channel_flags = {};      ///< channel_flag_ bits
    std::optional<std::int8_t> signal = {};               ///< dBm
    std::optional<std::int8_t> noise = {};                ///< dBm
    std::optional<std::int8_t> tx_power = {};             ///< dBm, of a frame that was sent
    std::optional<std::uint8_t> antenna = {};             ///< index, from 0
    std::optional<std::uint16_t> rx_flags = {};           ///< RX flags field (bit 14), as it is
    std::optional<std::uint16_t> tx_flags = {};           ///< tx_flag_ bits
    std::optional<std::uint8_t> data_retries = {};        ///< transmissions after the first, of a frame that was sent
    std::optional<mcs_field> mcs = {};                    ///< set for HT frames, which `rate` cannot name

    /// Whether the MPDU behind it ends in its FCS.
    constexpr bool has_fcs() const { return flags && (*flags & flag_fcs) != 0; }
};

/// Sets the fields that say where and how a frame was sent: Channel, Flags' short preamble, and Rate or MCS. Long Range
/// has no place in radiotap: then neither of the two is set.
void set_channel_and_rate(header& fields, channel on, std::optional<rate> r);
/// The rate that MCS or Rate name; nothing where they name none that ESP-NOW devices send at (40 MHz, two streams).
constexpr std::optional<rate> rate_of(const header& fields) {
    if (!fields.mcs) {
        if (!fields.rate) return std::nullopt;
        return rate_from_half_megabits(*fields.rate, (fields.flags.value_or(0) & flag_short_preamble) != 0);
    }
    const auto& mcs = *fields.mcs;
    const bool wide = (mcs.known & mcs_known_bandwidth) != 0 && (mcs.flags & mcs_flag_bandwidth) != 0;
    if ((mcs.known & mcs_known_index) == 0 || wide) return std::nullopt;
    const bool short_guard_interval =
        (mcs.known & mcs_known_guard_interval) != 0 && (mcs.flags & mcs_flag_short_guard_interval) != 0;
    return rate_from_mcs(mcs.index, short_guard_interval);
}

/// Why a header cannot be read.
enum class error : std::uint8_t {
    too_short,      ///< fewer bytes than the fixed part, or than it says it has
    wrong_version,  ///< the first byte is not 0
    bad_length,     ///< its length is less than its present words and fields need
};
/// What is wrong, in words: "radiotap header is cut short".
std::string_view to_string(error e);

/// Where a header has its fields. That depends on its length and its present words alone, which most headers of a
/// capture have in common: who reads many looks for the fields once. Value type.
class layout {
  public:
    /// That of the shortest header, which has no fields.
    layout() = default;

    /// Finds the fields of the header at the start of `bytes`: any number of present words; those behind one of unknown
    /// size are left out. The fields of the first radiotap namespace count where one comes again (per antenna).
    /// Allocates nothing. Errors: too_short, wrong_version and bad_length, as `error` explains them.
    static std::expected<layout, error> of(std::span<const std::uint8_t> bytes);

    /// Whether `bytes` start with a whole header of this layout. May be false for one with many present words that is.
    bool fits(std::span<const std::uint8_t> bytes) const {
        if (bytes.size() < size_ || bytes[0] != 0 || little_endian<std::uint16_t>(bytes, 2) != size_) return false;
        if (little_endian<std::uint32_t>(bytes, 4) != first_word_) return false;
        if (more_words_ > more_.size()) return false;
        for (std::size_t i = 0; i < more_words_; ++i)
            if (little_endian<std::uint32_t>(bytes, 8 + 4 * i) != more_[i]) return false;
        return true;
    }

    /// A field of a header of this layout, which `bytes` start with; nothing if it is not there.
    /// @tparam T  the type that `header` gives the field; for the channel, that of the frequency
    template <std::integral T>
    std::optional<T> number(field f, std::span<const std::uint8_t> bytes) const {
        const std::size_t at = offset_of(f);
        if (at == 0) return std::nullopt;
        return little_endian<T>(bytes, at);
    }
    /// MCS, likewise.
    std::optional<mcs_field> mcs(std::span<const std::uint8_t> bytes) const {
        const std::size_t at = offset_of(field::mcs);
        if (at == 0) return std::nullopt;
        return mcs_field{.known = bytes[at], .flags = bytes[at + 1], .index = bytes[at + 2]};
    }

    /// All fields of a header of this layout, which `bytes` start with.
    header read(std::span<const std::uint8_t> bytes) const;

    /// Bytes to skip to the MPDU.
    std::size_t size() const { return size_; }

  private:
    std::size_t offset_of(field f) const { return offsets_[static_cast<std::size_t>(f)]; }

    template <std::integral T>
    static T little_endian(std::span<const std::uint8_t> bytes, std::size_t at) {
        T value = 0;
        std::memcpy(&value, &bytes[at], sizeof(T));
        return std::endian::native == std::endian::little ? value : std::byteswap(value);
    }

    std::array<std::uint16_t, 20> offsets_{};  ///< by `field`; 0: not there
    std::uint16_t size_ = 8;                   ///< bytes of the header
    std::uint16_t more_words_ = 0;             ///< present words behind the first one
    std::uint32_t first_word_ = 0;
    std::array<std::uint32_t, 3> more_{};  ///< those words, if they are no more
};

/// What parse() read.
struct parsed {
    header fields;         ///< those that are present
    std::size_t size = 0;  ///< bytes to skip to the MPDU
};

/// Reads the header at the start of `bytes`. Errors, and which fields: as layout::of(). Allocates nothing. Thread-safe.
std::expected<parsed, error> parse(std::span<const std::uint8_t> bytes);

/// The bytes of `fields` as a header with one present word.
std::vector<std::uint8_t> build(const header& fields);

}  // namespace nowire::radiotap
