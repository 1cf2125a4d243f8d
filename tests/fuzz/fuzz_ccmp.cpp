// Any bytes as a protected MPDU, and any header and body protected and read again.
#include <nowire/ccmp/key.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace {

using namespace nowire;

void check(bool ok) {
    if (!ok) std::abort();
}

std::uint64_t number(std::span<const std::uint8_t> bytes) {
    std::uint64_t value = 0;
    for (const auto byte : bytes)
        value = value << 8 | byte;
    return value;
}

}  // namespace

/// Takes: LMK (16 bytes), packet number (6), then an MPDU.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t prefix = 22;
    if (size < prefix) return 0;
    const std::span input(data, size);
    auto key = ccmp::key::derive(ccmp::pmk::default_pmk(), ccmp::lmk(input.first<16>()));
    const auto pn = number(input.subspan<16, 6>());
    const auto mpdu = input.subspan(prefix);

    std::vector<std::uint8_t> plain(mpdu.size());
    if (const auto result = key.unprotect(plain, mpdu)) {
        check(result->body.data() == plain.data() && result->pn <= ccmp::max_packet_number);
        check(result->body.size() + frame::header_size + ccmp::overhead == mpdu.size());
    } else {
        check(!to_string(result.error()).empty() && result.error() != ccmp::reject::cipher_failed);
    }

    const auto header = frame::read_header(mpdu);
    if (!header) return 0;
    const auto body = mpdu.subspan(frame::header_size);
    std::vector<std::uint8_t> out(mpdu.size() + ccmp::overhead);
    const auto written = key.protect(out, *header, body, pn);
    check(written.has_value() == (!body.empty() && body.size() <= ccmp::max_body));
    if (!written) return 0;
    const auto again = key.unprotect(plain, *written);
    check(again && again->pn == pn && again->form == ccmp::form::data && std::ranges::equal(again->body, body));
    out.back() ^= 1;
    check(key.unprotect(plain, out) == std::unexpected(ccmp::reject::wrong_mic));
    return 0;
}
