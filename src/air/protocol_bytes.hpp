#pragma once

#include <nowire/air/protocol.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nowire::air::protocol {

/// Times on the wire are nearer to 0 than this (146 years), so that sums and differences of two always fit.
inline constexpr std::int64_t time_limit = std::int64_t{1} << 62;

/// Appends one message: the header when it is made, the length of the body when it goes.
class message_writer {
  public:
    message_writer(std::vector<std::uint8_t>& packet, std::uint8_t type);
    ~message_writer();
    message_writer(const message_writer&) = delete;
    message_writer& operator=(const message_writer&) = delete;

    template <std::integral T>
    message_writer& put(T value) {
        const auto bits = static_cast<std::uint64_t>(value);
        for (std::size_t i = 0; i < sizeof(T); ++i)
            packet_.push_back(static_cast<std::uint8_t>(bits >> (8 * i)));
        return *this;
    }
    message_writer& put(bool value) { return put(static_cast<std::uint8_t>(value)); }
    message_writer& put(std::span<const std::uint8_t> bytes);
    message_writer& put(const mac_address& address) { return put(std::span(address.octets())); }
    message_writer& put(time_point t);
    message_writer& put(const pace& p);
    message_writer& put(const std::optional<position>& at);
    message_writer& put(const radio_setup& setup);
    message_writer& put(const medium_radio& radio);
    message_writer& put(const peer_report& peers);
    /// In millionths.
    message_writer& put_probability(double p);
    message_writer& put_text(std::string_view text, std::size_t limit);

  private:
    std::vector<std::uint8_t>& packet_;
    std::size_t start_;
};

/// Reads a body. A read behind its end gives zeros and is remembered, and so is a value that can never be right, so
/// that whoever reads asks once, at the end.
class body_reader {
  public:
    explicit body_reader(std::span<const std::uint8_t> body) : rest_(body) {}

    template <std::integral T>
    T get() {
        std::uint64_t bits = 0;
        const auto bytes = get_bytes(sizeof(T));
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bits |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
        return static_cast<T>(bits);
    }
    /// 0 or 1.
    bool get_bool();
    /// One of the numbers `low` to `high`.
    template <class Enum>
    Enum get_enum(int low, int high) {
        const auto number = get<std::underlying_type_t<Enum>>();
        require(number >= low && number <= high);
        return static_cast<Enum>(number);
    }
    /// Exactly `size` bytes, or none.
    std::span<const std::uint8_t> get_bytes(std::size_t size);
    std::span<const std::uint8_t> get_rest() { return get_bytes(rest_.size()); }
    mac_address get_address();
    time_point get_time();
    pace get_pace();
    std::optional<position> get_position();
    radio_setup get_setup();
    medium_radio get_radio();
    peer_report get_peers();
    double get_probability();
    std::string get_text(std::size_t limit);

    void require(bool right) { wrong_ = wrong_ || !right; }
    /// What is wrong with the body once all its members have been read.
    std::optional<problem> finish() const;

  private:
    std::span<const std::uint8_t> rest_;
    bool overrun_ = false;
    bool wrong_ = false;
    bool too_many_ = false;
};

/// Type and body of the first message of `packet`, taken off it.
struct raw_message {
    std::uint8_t type;
    std::span<const std::uint8_t> body;
};
std::expected<raw_message, decode_error> take_raw(std::span<const std::uint8_t>& packet);

}  // namespace nowire::air::protocol
