#include <nowire/frame/action.hpp>

#include <algorithm>

namespace nowire::frame {

namespace {

constexpr std::uint8_t category_vendor = 0x7f;
constexpr std::uint8_t vendor_element_id = 0xdd;
constexpr std::uint8_t espnow_type = 4;
constexpr std::size_t length_before_body = element_overhead - 2;  // what LEN counts besides the body
constexpr std::size_t min_action_size = action_prefix_size + element_overhead;
constexpr std::size_t first_type_offset = action_prefix_size + 5;

bool is_oui(std::span<const std::uint8_t> bytes, const oui& wanted) {
    return bytes[0] == wanted[0] && bytes[1] == wanted[1] && bytes[2] == wanted[2];
}

/// Why the bytes at the start of `rest` cannot be read as an element of any OUI and type.
std::optional<reject> fault_of_extent(std::span<const std::uint8_t> rest) {
    if (rest.size() < 2) return reject::element_overruns;
    if (rest[1] < length_before_body) return reject::element_too_short;
    if (rest.size() < 2U + rest[1]) return reject::element_overruns;
    return std::nullopt;
}

std::optional<reject> fault_of_element(std::span<const std::uint8_t> rest, const oui& user_oui) {
    if (rest[0] != vendor_element_id) return reject::not_vendor_element;
    if (const auto fault = fault_of_extent(rest)) return fault;
    if (!is_oui(rest.subspan(2), user_oui)) return reject::wrong_element_oui;
    if (rest[5] != espnow_type) return reject::wrong_element_type;
    return std::nullopt;
}

}  // namespace

std::string_view to_string(reject reason) {
    switch (reason) {
        case reject::not_espnow:
            return "not_espnow";
        case reject::too_short:
            return "too_short";
        case reject::wrong_action_oui:
            return "wrong_action_oui";
        case reject::not_vendor_element:
            return "not_vendor_element";
        case reject::element_too_short:
            return "element_too_short";
        case reject::element_overruns:
            return "element_overruns";
        case reject::wrong_element_oui:
            return "wrong_element_oui";
        case reject::wrong_element_type:
            return "wrong_element_type";
        case reject::empty:
            return "empty";
    }
    return "?";
}

std::optional<std::span<std::uint8_t>> action_view::gather(std::span<std::uint8_t> out) const {
    if (out.size() < payload_size()) return std::nullopt;
    auto at = out.begin();
    for (const auto& e : *this)
        at = std::ranges::copy(e.body, at).out;
    return out.first(payload_size());
}

std::expected<action_view, reject> parse_action(std::span<const std::uint8_t> body, strictness level,
                                                const oui& user_oui) {
    const bool strict = level == strictness::current;
    if (body.empty() || body[0] != category_vendor) return std::unexpected(reject::not_espnow);
    if (strict && (body.size() <= first_type_offset || body[first_type_offset] != espnow_type))
        return std::unexpected(reject::not_espnow);
    if (body.size() < min_action_size) return std::unexpected(reject::too_short);
    if (strict && !is_oui(body.subspan(1), espressif_oui)) return std::unexpected(reject::wrong_action_oui);

    const auto elements = body.subspan(action_prefix_size);
    std::size_t used = 0;
    std::size_t count = 0;
    while (used < elements.size()) {
        const auto rest = elements.subspan(used);
        if (strict) {
            if (const auto fault = fault_of_element(rest, user_oui)) return std::unexpected(*fault);
        } else if (count == 0) {
            if (const auto fault = fault_of_extent(rest)) return std::unexpected(*fault);
        } else if (rest[0] != vendor_element_id || fault_of_extent(rest)) {
            break;
        }
        ++count;
        used += 2U + rest[1];
    }
    if (used == count * element_overhead) return std::unexpected(reject::empty);
    return action_view(body, count, used);
}

std::optional<std::size_t> action_size(std::size_t payload_size, version v) {
    const std::size_t limit = v == version::v1 ? max_payload_v1 : max_payload_v2_received;
    if (payload_size == 0 || payload_size > limit) return std::nullopt;
    const std::size_t elements = (payload_size + max_element_body - 1) / max_element_body;
    return action_prefix_size + payload_size + elements * element_overhead;
}

std::optional<std::span<std::uint8_t>> write_action(std::span<std::uint8_t> out, std::span<const std::uint8_t> payload,
                                                    const action_options& options) {
    const auto size = action_size(payload.size(), options.version);
    if (!size || out.size() < *size) return std::nullopt;
    auto at = out.begin();
    *at++ = category_vendor;
    at = std::ranges::copy(espressif_oui, at).out;
    at = std::ranges::copy(options.random, at).out;
    while (!payload.empty()) {
        const auto part = payload.first(std::min(payload.size(), max_element_body));
        payload = payload.subspan(part.size());
        *at++ = vendor_element_id;
        *at++ = static_cast<std::uint8_t>(length_before_body + part.size());
        at = std::ranges::copy(options.user_oui, at).out;
        *at++ = espnow_type;
        *at++ = static_cast<std::uint8_t>(static_cast<unsigned>(options.version) | (payload.empty() ? 0x00U : 0x10U));
        at = std::ranges::copy(part, at).out;
    }
    return out.first(*size);
}

}  // namespace nowire::frame
