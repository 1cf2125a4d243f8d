#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

/// The body of an ESP-NOW action frame, versions 1 and 2:
///
///     7f | 18 fe 34 | random (4) | element | element ...
///     element: dd | LEN | OUI (3) | 04 | VER | body (0 to 250)        LEN = 5 + body
///     VER: bits 3..0 version, bit 4 more data follows, bits 7..5 zero
///
/// Source: ESP-IDF docs, api-reference/network/esp_now (Frame Format), and the behaviour of Espressif's drivers.
namespace nowire::frame {

/// An organisation's identifier, in the order on the air.
using oui = std::array<std::uint8_t, 3>;
/// Espressif's, 18-fe-34.
inline constexpr oui espressif_oui = {0x18, 0xfe, 0x34};

inline constexpr std::uint8_t category_vendor = 0x7f;    ///< of vendor-specific action frames
inline constexpr std::uint8_t vendor_element_id = 0xdd;  ///< of vendor-specific elements
inline constexpr std::uint8_t espnow_type = 0x04;        ///< what Espressif's elements of ESP-NOW have behind the OUI

inline constexpr std::size_t action_prefix_size = 8;  ///< bytes: category, OUI and random value
inline constexpr std::size_t element_overhead = 7;    ///< bytes: id, LEN, OUI, type and VER
inline constexpr std::size_t max_element_body = 250;  ///< bytes; LEN, of one byte, then is 255
inline constexpr std::size_t max_elements = 6;        ///< as many as max_payload_v2_received takes
inline constexpr std::size_t max_payload_v1 = 250;    ///< bytes: ESP_NOW_MAX_DATA_LEN of esp_now.h
inline constexpr std::size_t max_payload_v2 = 1470;   ///< bytes: ESP_NOW_MAX_DATA_LEN_V2 of esp_now.h
/// Bytes: what ESP-IDF 5.4 and 5.4.1 send at most; later ones still receive it.
inline constexpr std::size_t max_payload_v2_received = 1490;

/// The version of ESP-NOW that a frame is written in.
enum class version : std::uint8_t {
    v1 = 1,  ///< one element
    v2 = 2,  ///< ESP-IDF 5.4 and later: several elements
};

/// How exact a receiver is.
enum class strictness : std::uint8_t {
    /// ESP-IDF 5.5 and later: every element must have id, length, OUI and type right, or the whole frame is dropped.
    current,
    /// Drivers before that: neither OUI, element id nor type is checked, and what follows the first element may be
    /// anything. Further elements count as far as they are well-formed.
    tolerant,
};

/// Why a frame body is not delivered.
enum class reject : std::uint8_t {
    not_espnow,          ///< category is not 127, or (current) the byte where an element has its type is not 4
    too_short,           ///< fewer bytes than category, OUI, random value and one element's head
    wrong_action_oui,    ///< (current) the OUI behind the category is not Espressif's
    not_vendor_element,  ///< (current) an element's id is not 0xdd: trailing junk, for example a forgotten FCS
    element_too_short,   ///< an element's LEN is less than 5
    element_overruns,    ///< an element ends behind the body
    wrong_element_oui,   ///< (current) an element's OUI is not the user's
    wrong_element_type,  ///< (current) an element's type is not 4
    empty,               ///< the elements hold no payload at all
};
inline constexpr std::size_t reject_count = 9;  ///< how many enumerators `reject` has

/// The name of the reason, as statistics show it: "wrong_action_oui".
std::string_view to_string(reject reason);

/// One vendor element; `body` points into the frame.
struct element {
    std::span<const std::uint8_t> body;  ///< 0 to 250 bytes of the message
    frame::oui oui;                      ///< Espressif's, or that of esp_now_set_user_oui
    std::uint8_t type;                   ///< 4 for ESP-NOW
    std::uint8_t ver;                    ///< the byte VER, whole

    /// The low four bits of VER: 1 or 2.
    constexpr int version() const { return ver & 0x0f; }
    /// Whether another element of the same message follows.
    constexpr bool more_data() const { return (ver & 0x10) != 0; }
};

/// Walks elements that parse_action() has checked. Value type; the bytes must outlive it.
class element_iterator {
  public:
    using value_type = element;              ///< what it walks
    using difference_type = std::ptrdiff_t;  ///< as input iterators have it

    constexpr element_iterator() = default;  ///< the end
    /// @param rest  whole elements and nothing else.
    constexpr explicit element_iterator(std::span<const std::uint8_t> rest) : rest_(rest) {}

    /// The element it stands at; not to be asked for at the end.
    constexpr element operator*() const {
        return {.body = rest_.subspan(element_overhead, size() - element_overhead),
                .oui = {rest_[2], rest_[3], rest_[4]},
                .type = rest_[5],
                .ver = rest_[6]};
    }
    /// Goes on to the next element, or to the end.
    constexpr element_iterator& operator++() {
        rest_ = rest_.subspan(size());
        return *this;
    }
    /// The same; returns where it stood.
    constexpr element_iterator operator++(int) {
        auto before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const element_iterator& a, std::default_sentinel_t) { return a.rest_.empty(); }
    friend bool operator==(const element_iterator& a, const element_iterator& b) {
        return a.rest_.size() == b.rest_.size();
    }

  private:
    /// Of the element, with its id and LEN.
    constexpr std::size_t size() const { return 2U + rest_[1]; }

    std::span<const std::uint8_t> rest_;
};

/// A checked view of an action body. It owns nothing: the bytes must outlive it. Value type.
class action_view {
  public:
    /// The random value, as on the air.
    std::array<std::uint8_t, 4> random() const { return {body_[4], body_[5], body_[6], body_[7]}; }
    /// The first element; there always is one.
    element first() const { return *begin(); }
    /// The elements, in their order.
    element_iterator begin() const { return element_iterator(body_.subspan(action_prefix_size, used_)); }
    /// Behind the last element.
    std::default_sentinel_t end() const { return {}; }
    /// 1 or more.
    std::size_t element_count() const { return count_; }
    /// The length of the payload of all elements together, in bytes.
    std::size_t payload_size() const { return used_ - count_ * element_overhead; }
    /// The payload in one piece, if it is in one element.
    std::optional<std::span<const std::uint8_t>> contiguous_payload() const {
        if (count_ != 1) return std::nullopt;
        return first().body;
    }
    /// Copies the payload of all elements to `out`.
    /// @returns the part of `out` that was written; nothing if `out` is shorter than payload_size().
    std::optional<std::span<std::uint8_t>> gather(std::span<std::uint8_t> out) const;
    /// How many bytes behind the last element belong to none (tolerant only).
    std::size_t trailing_bytes() const { return body_.size() - action_prefix_size - used_; }

  private:
    friend std::expected<action_view, reject> parse_action(std::span<const std::uint8_t>, strictness, const oui&);
    static std::expected<action_view, reject> parse_current(std::span<const std::uint8_t> body, const oui& user_oui);
    static std::expected<action_view, reject> parse_tolerant(std::span<const std::uint8_t> body);

    static bool is_oui(std::span<const std::uint8_t> bytes, const oui& wanted) {
        return bytes[0] == wanted[0] && bytes[1] == wanted[1] && bytes[2] == wanted[2];
    }
    /// Whether the bytes at the start of `rest` cannot be read as an element of any OUI and type; `why` says why.
    static bool is_no_element(std::span<const std::uint8_t> rest, reject& why) {
        if (rest.size() < 2)
            why = reject::element_overruns;
        else if (rest[1] < element_overhead - 2)
            why = reject::element_too_short;
        else if (rest.size() < 2U + rest[1])
            why = reject::element_overruns;
        else
            return false;
        return true;
    }

    action_view(std::span<const std::uint8_t> body, std::size_t count, std::size_t used)
        : body_(body), count_(count), used_(used) {}

    std::span<const std::uint8_t> body_;
    std::size_t count_;  ///< of elements
    std::size_t used_;   ///< bytes of the elements
};

/// Checks `body` (a frame body without MAC header, CCMP header, MIC and FCS) in the order in which the drivers do.
/// Any number of elements is taken, as the drivers do, though none sends more than six.
/// `user_oui` is what elements must carry at strictness::current (esp_now_set_user_oui). Errors: the first `reject`
/// that holds.
/// Allocates and copies nothing. Thread-safe.
inline std::expected<action_view, reject> parse_action(std::span<const std::uint8_t> body,
                                                       strictness level = strictness::current,
                                                       const oui& user_oui = espressif_oui) {
    return level == strictness::current ? action_view::parse_current(body, user_oui)
                                        : action_view::parse_tolerant(body);
}

inline std::expected<action_view, reject> action_view::parse_current(std::span<const std::uint8_t> body,
                                                                     const oui& user_oui) {
    constexpr std::size_t first_type_at = action_prefix_size + 5;
    if (body.size() <= first_type_at || body[0] != category_vendor || body[first_type_at] != espnow_type)
        return std::unexpected(reject::not_espnow);
    if (body.size() < action_prefix_size + element_overhead) return std::unexpected(reject::too_short);
    if (!is_oui(body.subspan(1), espressif_oui)) return std::unexpected(reject::wrong_action_oui);

    std::size_t count = 0;
    for (auto rest = body.subspan(action_prefix_size); !rest.empty(); rest = rest.subspan(2U + rest[1])) {
        auto why = reject::not_vendor_element;
        if (rest[0] != vendor_element_id || is_no_element(rest, why)) return std::unexpected(why);
        if (!is_oui(rest.subspan(2), user_oui)) return std::unexpected(reject::wrong_element_oui);
        if (rest[5] != espnow_type) return std::unexpected(reject::wrong_element_type);
        ++count;
    }
    const auto used = body.size() - action_prefix_size;
    if (used == count * element_overhead) return std::unexpected(reject::empty);
    return action_view(body, count, used);
}

/// What write_action() writes beside the payload.
struct action_options {
    frame::version version = frame::version::v2;  ///< how many elements, and their VER
    std::array<std::uint8_t, 4> random{};         ///< as on the air; a new one for each message
    oui user_oui = espressif_oui;                 ///< of the elements; the one behind the category is Espressif's
};

/// The size in bytes of an action body with `payload_size` bytes of payload; nothing if the version cannot carry it:
/// v1 1 to 250, v2 1 to 1490.
std::optional<std::size_t> action_size(std::size_t payload_size, version v);

/// Writes an action body to `out`: one element in version 1 (VER 0x01), as many full ones as it takes in version 2
/// (VER 0x12, and 0x02 on the last).
/// @returns the part of `out` written; nothing if the payload is no size for the version or `out` is too short.
std::optional<std::span<std::uint8_t>> write_action(std::span<std::uint8_t> out, std::span<const std::uint8_t> payload,
                                                    const action_options& options);

}  // namespace nowire::frame
