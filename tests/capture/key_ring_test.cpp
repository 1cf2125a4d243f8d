#include <nowire/capture/key_ring.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace nowire::capture {
namespace {

using bytes = std::vector<std::uint8_t>;

mac_address peer(int number) {
    return mac_address({2, 0, 0, 0, 0, static_cast<std::uint8_t>(number)});
}

ccmp::key key(int number) {
    auto text = "an LMK, number " + std::to_string(number);
    text.resize(16);
    return ccmp::key::derive(ccmp::pmk::default_pmk(), *ccmp::lmk::parse(text));
}

/// What `from` sends `to` with a key, as an MPDU.
bytes frame_of(int from, int to, int number, const bytes& body) {
    bytes mpdu(frame::header_size + ccmp::overhead + body.size());
    const frame::management_header header{.a1 = peer(to), .a2 = peer(from)};
    EXPECT_TRUE(key(number).protect(mpdu, header, body, 1));
    return mpdu;
}

/// What is in a frame, or why it was not opened.
std::string text_of(key_ring& keys, const bytes& mpdu) {
    bytes out(mpdu.size());
    const auto opened = keys.unprotect(out, mpdu);
    if (!opened) return std::string(to_string(opened.error()));
    return {opened->body.begin(), opened->body.end()};
}

TEST(KeyRing, FindsTheKeyOfEachFrameWhicheverFittedBefore) {
    // Peer 1 has had three keys and peer 2 two; what they send each other may have any of them, what they send to
    // others only their own.
    key_ring keys;
    for (const auto& [who, number] : {std::pair(2, 4), {1, 1}, {9, 9}, {1, 2}, {2, 5}, {1, 3}})
        keys.add(peer(who), key(number));
    ASSERT_EQ(keys.size(), 6U);
    struct expected {
        bytes mpdu;
        std::string text;
    };
    std::vector<expected> frames;
    const auto add = [&](int from, int to, int number, bool has_key) {
        const auto text = std::to_string(from) + " to " + std::to_string(to) + " by " + std::to_string(number);
        frames.push_back({frame_of(from, to, number, {text.begin(), text.end()}), has_key ? text : "wrong_mic"});
    };
    for (int number = 1; number <= 6; ++number) {
        add(1, 2, number, number <= 5);
        add(2, 1, number, number <= 5);
        add(1, 7, number, number <= 3);
        add(7, 2, number, number == 4 || number == 5);
        add(7, 8, number, false);
    }
    std::minstd_rand random(1);
    for (int i = 0; i < 2000; ++i) {
        const auto& each = frames[random() % frames.size()];
        ASSERT_EQ(text_of(keys, each.mpdu), each.text);
    }
}

TEST(KeyRing, TakesKeysBetweenFramesAndCanBeMoved) {
    const auto first = frame_of(5, 6, 1, {'a'});
    const auto second = frame_of(3, 4, 2, {'b'});
    key_ring keys;
    EXPECT_EQ(text_of(keys, first), "wrong_mic");
    keys.add(peer(5), key(1));
    EXPECT_EQ(text_of(keys, first), "a");
    // It comes to stand where the one that fitted last was.
    keys.add(peer(3), key(2));
    EXPECT_EQ(text_of(keys, first), "a");
    EXPECT_EQ(text_of(keys, second), "b");
    auto other = std::move(keys);
    EXPECT_EQ(text_of(other, second), "b");
    EXPECT_EQ(text_of(other, first), "a");
    keys = key_ring();
    EXPECT_EQ(text_of(keys, first), "wrong_mic");
}

TEST(KeyRing, SaysWhetherThereIsAKeyForTwoAndRefusesWhatIsNoFrame) {
    key_ring keys;
    keys.add(peer(1), key(1));
    EXPECT_TRUE(keys.has_key(peer(1), peer(2)));
    EXPECT_TRUE(keys.has_key(peer(2), peer(1)));
    EXPECT_FALSE(keys.has_key(peer(2), peer(3)));
    auto mpdu = frame_of(1, 2, 1, {'a'});
    mpdu.resize(frame::header_size - 1);
    EXPECT_EQ(text_of(keys, mpdu), "too_short");
    mpdu.clear();
    EXPECT_EQ(text_of(keys, mpdu), "too_short");
}

}  // namespace
}  // namespace nowire::capture
