#include <nowire/ccmp/secrets.hpp>

#include <openssl/crypto.h>

#include <algorithm>

namespace nowire::ccmp {

namespace {

std::optional<std::uint8_t> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
    return std::nullopt;
}

}  // namespace

void wipe(std::span<std::uint8_t> bytes) {
    OPENSSL_cleanse(bytes.data(), bytes.size());
}
void wipe(std::span<char> text) {
    OPENSSL_cleanse(text.data(), text.size());
}

secret_key::secret_key(std::span<const std::uint8_t, key_size> bytes) {
    std::ranges::copy(bytes, bytes_.begin());
}

secret_key::secret_key(secret_key&& other) noexcept : bytes_(other.bytes_) {
    wipe(other.bytes_);
}

secret_key& secret_key::operator=(secret_key&& other) noexcept {
    if (this != &other) {
        bytes_ = other.bytes_;
        wipe(other.bytes_);
    }
    return *this;
}

secret_key::~secret_key() {
    wipe(bytes_);
}

bool secret_key::equal(const secret_key& a, const secret_key& b) {
    return CRYPTO_memcmp(a.bytes_.data(), b.bytes_.data(), key_size) == 0;
}

bool secret_key::read(std::string_view text, std::span<std::uint8_t, key_size> out) {
    if (text.size() == key_size) {
        std::ranges::transform(text, out.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
        return true;
    }
    if (text.size() != 2 * key_size) return false;
    for (std::size_t i = 0; i < key_size; ++i) {
        const auto high = hex_digit(text[2 * i]);
        const auto low = hex_digit(text[2 * i + 1]);
        if (!high || !low) return false;
        out[i] = static_cast<std::uint8_t>(*high << 4 | *low);
    }
    return true;
}

pmk pmk::default_pmk() {
    pmk result;
    for (std::size_t i = 0; i < key_size; ++i)
        result.writable()[i] = static_cast<std::uint8_t>(i * i);
    return result;
}

std::optional<pmk> pmk::parse(std::string_view text) {
    pmk result;
    if (!read(text, result.writable())) return std::nullopt;
    return result;
}

std::optional<lmk> lmk::parse(std::string_view text) {
    lmk result;
    if (!read(text, result.writable())) return std::nullopt;
    return result;
}

}  // namespace nowire::ccmp
