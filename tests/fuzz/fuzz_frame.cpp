// Any bytes as an MPDU and as an action body, at both strictness levels; what is read is written and read again.
#include "fuzz/check.hpp"

#include <nowire/frame/action.hpp>
#include <nowire/frame/fcs.hpp>
#include <nowire/frame/mpdu.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace {

using namespace nowire::frame;
using nowire::test::check;

void check_header(std::span<const std::uint8_t> mpdu) {
    const auto header = read_header(mpdu);
    check(header.has_value() == (mpdu.size() >= header_size));
    if (!header) return;
    std::array<std::uint8_t, header_size> written{};
    write_header(written, *header);
    check(std::ranges::equal(written, mpdu.first(header_size)));
}

std::vector<std::uint8_t> payload_of(const action_view& view) {
    std::vector<std::uint8_t> payload(view.payload_size());
    const auto gathered = view.gather(payload);
    check(gathered && gathered->size() == payload.size());
    std::vector<std::uint8_t> walked;
    std::size_t elements = 0;
    for (const auto& element : view) {
        walked.insert(walked.end(), element.body.begin(), element.body.end());
        ++elements;
    }
    check(walked == payload && elements == view.element_count());
    check(view.contiguous_payload().has_value() == (elements == 1));
    return payload;
}

void check_rewritten(const action_view& view, const std::vector<std::uint8_t>& payload, const oui& user_oui) {
    for (const auto v : {version::v1, version::v2}) {
        const auto size = action_size(payload.size(), v);
        if (!size) continue;
        std::vector<std::uint8_t> body(*size);
        check(write_action(body, payload, {.version = v, .random = view.random(), .user_oui = user_oui}).has_value());
        const auto again = parse_action(body, strictness::current, user_oui);
        check(again && again->random() == view.random() && payload_of(*again) == payload);
    }
}

void check_action(std::span<const std::uint8_t> body) {
    const auto tolerant = parse_action(body, strictness::tolerant);
    const oui user_oui = body.size() < 13 ? espressif_oui : oui{body[10], body[11], body[12]};
    const auto current = parse_action(body, strictness::current, user_oui);
    if (!tolerant) {
        check(!to_string(tolerant.error()).empty());
        check(!current);  // what a tolerant receiver drops, a strict one does
        return;
    }
    const auto payload = payload_of(*tolerant);
    check(action_prefix_size + tolerant->element_count() * element_overhead + payload.size() +
              tolerant->trailing_bytes() ==
          body.size());
    check_rewritten(*tolerant, payload, user_oui);
    if (current) check(payload_of(*current) == payload && current->trailing_bytes() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span input(data, size);
    check_header(input);
    check_action(input);
    if (size > header_size) check_action(input.subspan(header_size));
    check(size >= 4 || !ends_in_fcs(input));
    return 0;
}
