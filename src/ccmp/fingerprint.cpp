#include <nowire/ccmp/fingerprint.hpp>

namespace nowire::ccmp {

std::string fingerprint::to_hex() const {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 0xf];
    }
    return text;
}

}  // namespace nowire::ccmp
