#include <nowire/frame/action.hpp>

#include <algorithm>

namespace nowire::frame {

namespace {

constexpr std::uint8_t category_vendor = 0x7f;
constexpr std::uint8_t vendor_element_id = 0xdd;
constexpr std::uint8_t espnow_type = 4;
constexpr std::size_t length_before_body = 5;  // what LEN counts besides the body: OUI, type and VER
constexpr std::size_t min_action_size = action_prefix_size + element_overhead;
constexpr std::size_t first_type_offset = action_prefix_size + 5;

oui read_oui(std::span<const std::uint8_t> bytes, std::size_t at) {
    return {bytes[at], bytes[at + 1], bytes[at + 2]};
}

/// The element at the start of `rest`, whose size has been checked.
element read_element(std::span<const std::uint8_t> rest) {
    return {.body = rest.subspan(element_overhead, rest[1] - length_before_body),
            .oui = read_oui(rest, 2),
            .type = rest[5],
            .ver = rest[6]};
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
    if (read_oui(rest, 2) != user_oui) return reject::wrong_element_oui;
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

element element_iterator::operator*() const {
    return read_element(rest_);
}

element_iterator& element_iterator::operator++() {
    rest_ = rest_.subspan(2U + rest_[1]);
    return *this;
}

element_iterator element_iterator::operator++(int) {
    auto before = *this;
    ++*this;
    return before;
}

std::optional<std::span<const std::uint8_t>> action_view::contiguous_payload() const {
    if (count_ != 1) return std::nullopt;
    return first().body;
}

std::optional<std::span<std::uint8_t>> action_view::gather(std::span<std::uint8_t> out) const {
    if (out.size() < payload_size_) return std::nullopt;
    auto at = out.begin();
    for (const auto& e : *this)
        at = std::ranges::copy(e.body, at).out;
    return out.first(payload_size_);
}

std::expected<action_view, reject> parse_action(std::span<const std::uint8_t> body, strictness level,
                                                const oui& user_oui) {
    const bool strict = level == strictness::current;
    if (body.empty() || body[0] != category_vendor) return std::unexpected(reject::not_espnow);
    if (strict && (body.size() <= first_type_offset || body[first_type_offset] != espnow_type))
        return std::unexpected(reject::not_espnow);
    if (body.size() < min_action_size) return std::unexpected(reject::too_short);
    if (strict && read_oui(body, 1) != espressif_oui) return std::unexpected(reject::wrong_action_oui);

    action_view view;
    std::ranges::copy(body.subspan(4, 4), view.random_.begin());
    const auto elements = body.subspan(action_prefix_size);
    std::size_t used = 0;
    while (used < elements.size()) {
        const auto rest = elements.subspan(used);
        if (strict) {
            if (const auto fault = fault_of_element(rest, user_oui)) return std::unexpected(*fault);
        } else if (view.count_ == 0) {
            if (const auto fault = fault_of_extent(rest)) return std::unexpected(*fault);
        } else if (rest[0] != vendor_element_id || fault_of_extent(rest)) {
            break;
        }
        view.payload_size_ += rest[1] - length_before_body;
        ++view.count_;
        used += 2U + rest[1];
    }
    if (view.payload_size_ == 0) return std::unexpected(reject::empty);
    view.elements_ = elements.first(used);
    view.trailing_ = elements.size() - used;
    return view;
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
