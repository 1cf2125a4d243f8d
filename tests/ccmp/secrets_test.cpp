#include <nowire/ccmp/key.hpp>
#include <nowire/ccmp/secrets.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

namespace nowire::ccmp {
namespace {

constexpr std::string_view hex_key = "00112233445566778899AAbbccddeeff";
constexpr std::array<std::uint8_t, 16> hex_key_bytes = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                                        0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};

std::vector<std::uint8_t> copy(const secret_key& key) {
    return {key.bytes().begin(), key.bytes().end()};
}

/// What is in the memory of a T after its destructor ran.
template <typename T>
std::vector<std::uint8_t> remains_of(T value) {
    alignas(T) static std::array<unsigned char, sizeof(T)> memory;
    auto* object = ::new (memory.data()) T(std::move(value));
    std::destroy_at(object);
    asm volatile("" ::: "memory");  // or the compiler may call the memory of a dead object anything
    return {memory.begin(), memory.end()};
}

bool contains(const std::vector<std::uint8_t>& memory, std::span<const std::uint8_t> bytes) {
    return !std::ranges::search(memory, bytes).empty();
}

template <typename T>
concept printable = requires(std::ostream& stream, const T& value) {
    stream << value;
};

TEST(Secrets, AreReadFrom32HexDigits) {
    const auto key = lmk::parse(hex_key);
    ASSERT_TRUE(key);
    EXPECT_TRUE(std::ranges::equal(key->bytes(), hex_key_bytes));
}

TEST(Secrets, AreReadFrom16CharactersAsTheyAre) {
    const auto key = pmk::parse("pmk1234567890123");
    ASSERT_TRUE(key);
    EXPECT_EQ(std::string(key->bytes().begin(), key->bytes().end()), "pmk1234567890123");
    const std::string with_zero("0123456789abcde\0", 16);
    ASSERT_TRUE(lmk::parse(with_zero));
    EXPECT_EQ(lmk::parse(with_zero)->bytes()[15], 0);
}

TEST(Secrets, AreNotReadFromAnyOtherLength) {
    for (std::size_t size = 0; size < 80; ++size) {
        const std::string text(size, '5');
        EXPECT_EQ(lmk::parse(text).has_value(), size == 16 || size == 32) << size;
        EXPECT_EQ(pmk::parse(text).has_value(), size == 16 || size == 32) << size;
    }
}

TEST(Secrets, AreNotReadFrom32CharactersThatAreNotAllHexDigits) {
    for (std::size_t at = 0; at < hex_key.size(); ++at)
        for (const char c : {'g', ' ', '/', ':', '@', 'G', '`', '\0', '\xff'}) {
            std::string text(hex_key);
            text[at] = c;
            EXPECT_FALSE(lmk::parse(text)) << at << " " << static_cast<int>(c);
        }
}

TEST(Secrets, DefaultPmkIsTheSquareOfEachIndex) {
    EXPECT_EQ(pmk::default_pmk(), *pmk::parse("00010409101924314051647990a9c4e1"));
}

TEST(Secrets, CompareByValueInEveryByte) {
    const lmk key(hex_key_bytes);
    EXPECT_EQ(key, lmk(hex_key_bytes));
    for (std::size_t at = 0; at < key_size; ++at) {
        auto other = hex_key_bytes;
        other[at] ^= 0x80;
        EXPECT_NE(key, lmk(other)) << at;
    }
}

TEST(Secrets, WipeTheirMemoryWhenDestroyed) {
    EXPECT_EQ(remains_of(lmk(hex_key_bytes)), std::vector<std::uint8_t>(sizeof(lmk)));
    EXPECT_EQ(remains_of(pmk(hex_key_bytes)), std::vector<std::uint8_t>(sizeof(pmk)));
}

TEST(Secrets, WipeWhatTheyAreMovedFrom) {
    lmk from(hex_key_bytes);
    lmk to(std::move(from));
    EXPECT_EQ(copy(from), std::vector<std::uint8_t>(key_size));
    EXPECT_TRUE(std::ranges::equal(to.bytes(), hex_key_bytes));

    lmk assigned = *lmk::parse("0123456789abcdef");
    assigned = std::move(to);
    EXPECT_EQ(copy(to), std::vector<std::uint8_t>(key_size));
    EXPECT_TRUE(std::ranges::equal(assigned.bytes(), hex_key_bytes));

    auto& same = assigned;
    assigned = std::move(same);
    EXPECT_TRUE(std::ranges::equal(assigned.bytes(), hex_key_bytes));
}

TEST(Secrets, ADerivedKeyLeavesNothingBehindWhenDestroyedOrMoved) {
    auto key = key::derive(pmk::default_pmk(), lmk(hex_key_bytes));
    const std::vector<std::uint8_t> bytes(key.bytes().begin(), key.bytes().end());
    auto moved = std::move(key);
    EXPECT_TRUE(std::ranges::equal(moved.bytes(), bytes));
    EXPECT_TRUE(std::ranges::all_of(key.bytes(), [](auto byte) { return byte == 0; }));
    const auto remains = remains_of(std::move(moved));
    EXPECT_FALSE(contains(remains, bytes));
    EXPECT_FALSE(contains(remains, std::span(bytes).first(4)));
}

TEST(Secrets, WipeTextThatAKeyWasReadFrom) {
    std::string text(hex_key);
    wipe(std::span<char>(text));
    EXPECT_EQ(text, std::string(hex_key.size(), '\0'));
}

TEST(Secrets, CannotBePrintedByAccident) {
    static_assert(!printable<lmk> && !printable<pmk> && !printable<key>);
    static_assert(!std::is_convertible_v<lmk, pmk>);
    static_assert(!std::is_copy_constructible_v<key> && std::is_nothrow_move_constructible_v<key>);
}

}  // namespace
}  // namespace nowire::ccmp
