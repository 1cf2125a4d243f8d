// 250 bytes protected and unprotected, against OpenSSL's EVP with the same cipher, a kept key and a nonce a frame.
#include "bare_ccm.hpp"
#include "measure.hpp"
#include "touch.hpp"

#include <nowire/ccmp/key.hpp>

#include <array>
#include <stdexcept>
#include <vector>

namespace nowire::bench {
namespace {

constexpr std::size_t body_size = 250;

void benchmark(const suite& s) {
    const std::array<std::uint8_t, 16> lmk = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    auto key = ccmp::key::derive(ccmp::pmk::default_pmk(), ccmp::lmk(lmk));
    const std::vector<std::uint8_t> body(body_size, 0x55);
    const frame::management_header header{.a1 = mac_address({2, 0, 0, 0, 0, 1}), .a2 = mac_address({2, 0, 0, 0, 0, 2})};
    std::vector<std::uint8_t> mpdu(frame::header_size + body_size + ccmp::overhead);
    std::vector<std::uint8_t> opened(body_size);

    std::array<std::uint8_t, 13> nonce{};
    const std::array<std::uint8_t, 22> aad{};
    std::vector<std::uint8_t> bare(body_size + bare_ccm::mic_size);
    bare_ccm encrypting(key.bytes(), true);
    bare_ccm decrypting(key.bytes(), false);
    const std::uint64_t frames = s.is_smoke() ? 100 : 200000;

    s.measure({.name = "ccmp: protect 250 bytes",
               .unit = "frames",
               .subject =
                   [&] {
                       for (std::uint64_t pn = 1; pn <= frames; ++pn)
                           if (!key.protect(mpdu, header, body, pn)) throw std::runtime_error("nothing is protected");
                       keep(touch(mpdu));
                       return frames;
                   },
               .baseline =
                   [&] {
                       for (std::uint64_t pn = 1; pn <= frames; ++pn) {
                           nonce[12] = static_cast<std::uint8_t>(pn);
                           encrypting.encrypt(nonce, aad, body, bare.data());
                       }
                       keep(touch(bare));
                       return frames;
                   },
               .ratio = 0.9});
    s.measure({.name = "ccmp: unprotect 250 bytes",
               .unit = "frames",
               .subject =
                   [&] {
                       for (std::uint64_t i = 0; i < frames; ++i)
                           if (!key.unprotect(opened, mpdu)) throw std::runtime_error("a frame is not opened");
                       keep(touch(opened));
                       return frames;
                   },
               .baseline =
                   [&] {
                       for (std::uint64_t i = 0; i < frames; ++i)
                           decrypting.decrypt(nonce, aad, bare, opened.data());
                       keep(touch(opened));
                       return frames;
                   },
               .ratio = 0.9});
}

}  // namespace
}  // namespace nowire::bench

int main(int count, char** arguments) {
    return nowire::bench::run(count, arguments, nowire::bench::benchmark);
}
