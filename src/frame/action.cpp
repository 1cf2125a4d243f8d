#include <nowire/frame/action.hpp>

#include <algorithm>

namespace nowire::frame {

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

std::expected<action_view, reject> action_view::parse_tolerant(std::span<const std::uint8_t> body) {
    if (body.empty() || body[0] != category_vendor) return std::unexpected(reject::not_espnow);
    if (body.size() < action_prefix_size + element_overhead) return std::unexpected(reject::too_short);

    const auto elements = body.subspan(action_prefix_size);
    auto why = reject::not_vendor_element;
    if (is_no_element(elements, why)) return std::unexpected(why);
    std::size_t count = 1;
    auto rest = elements.subspan(2U + elements[1]);
    while (!rest.empty() && rest[0] == vendor_element_id && !is_no_element(rest, why)) {
        ++count;
        rest = rest.subspan(2U + rest[1]);
    }
    const auto used = elements.size() - rest.size();
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
        *at++ = static_cast<std::uint8_t>(element_overhead - 2 + part.size());
        at = std::ranges::copy(options.user_oui, at).out;
        *at++ = espnow_type;
        *at++ = static_cast<std::uint8_t>(static_cast<unsigned>(options.version) | (payload.empty() ? 0x00U : 0x10U));
        at = std::ranges::copy(part, at).out;
    }
    return out.first(*size);
}

}  // namespace nowire::frame
