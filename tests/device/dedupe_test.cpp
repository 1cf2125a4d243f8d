#include "device/dedupe.hpp"

#include "device/dialogue.hpp"

#include <nowire/frame/mpdu.hpp>

#include <gtest/gtest.h>

namespace nowire {
namespace {

using namespace test;

mac_address numbered(int n) {
    return mac_address({0x02, 0, 0, 0, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)});
}

class Duplicates : public testing::Test {
  protected:
    dialogue d;
    participant& ann = d.join(ann_mac);
    participant& bob = d.join(bob_mac);

    void befriend(bool encrypted) {
        const auto p = encrypted ? encrypted_peer(bob_mac) : plain_peer(bob_mac);
        ASSERT_TRUE(ann.dev.add_peer(p));
        if (!encrypted) return;
        ASSERT_TRUE(bob.dev.add_peer(encrypted_peer(ann_mac)));
    }
    static bytes as_retry(bytes mpdu) {
        frame::set_retry(std::span(mpdu).first<2>());
        return mpdu;
    }
};

TEST_F(Duplicates, ALostAckMakesARetryThatIsDeliveredOnce) {
    befriend(false);
    d.script({ack_lost, ack_lost, delivered});
    const auto token = ann.says(bob_mac, "once");
    d.run(10ms);
    EXPECT_EQ(ann.end_of(token).result, tx_status::acked);
    EXPECT_EQ(ann.end_of(token).attempts, 3);
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"once"});
    EXPECT_FALSE(bob.inbox.at(0).retry);
    EXPECT_EQ(bob.counted().duplicates, 2u);
}

TEST_F(Duplicates, ARetryWhoseFirstTransmissionWasLostIsDelivered) {
    befriend(false);
    d.script({lost, ack_lost, delivered});
    ann.says(bob_mac, "once");
    d.run(10ms);
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"once"});
    EXPECT_TRUE(bob.inbox.at(0).retry);
    EXPECT_EQ(bob.counted().duplicates, 1u);
}

TEST_F(Duplicates, WhoGivesUpMayHaveBeenHeard) {
    befriend(true);
    d.script(std::vector<fate>(32, ack_lost));
    const auto token = ann.says(bob_mac, "once");
    d.run(100ms);
    EXPECT_EQ(ann.end_of(token).result, tx_status::not_acked);
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"once"});
    EXPECT_EQ(bob.counted().duplicates, 31u);
}

TEST_F(Duplicates, WithoutTheRetryBitTheSameFrameIsTakenAgain) {
    befriend(false);
    ann.says(bob_mac, "again");
    d.run(10ms);
    bob.hears(d.wire.at(0).mpdu);
    EXPECT_EQ(bob.inbox.size(), 2u);
}

TEST_F(Duplicates, AnotherSenderWithTheSameRandomValueIsNoDuplicate) {
    auto& cat = d.join(cat_mac);
    befriend(false);
    ASSERT_TRUE(cat.dev.add_peer(plain_peer(bob_mac)));
    ann.randoms = {42};
    cat.randoms = {42};
    d.script({delivered, lost, delivered});
    ann.says(bob_mac, "from ann");
    d.run(10ms);
    cat.says(bob_mac, "from cat");
    d.run(10ms);
    EXPECT_EQ(bob.heard(), (std::vector<std::string>{"from ann", "from cat"}));
}

TEST_F(Duplicates, OfTwoSendersWhoseFramesMixAreBothFound) {
    auto& cat = d.join(cat_mac);
    befriend(false);
    ASSERT_TRUE(cat.dev.add_peer(plain_peer(bob_mac)));
    d.script({ack_lost, ack_lost, delivered, delivered});
    ann.says(bob_mac, "from ann");
    cat.says(bob_mac, "from cat");
    d.run(10ms);
    EXPECT_EQ(d.wire.at(0).from, ann_mac);
    EXPECT_EQ(d.wire.at(1).from, cat_mac);
    EXPECT_EQ(bob.heard(), (std::vector<std::string>{"from ann", "from cat"}));
    EXPECT_EQ(bob.counted().duplicates, 2u);
}

TEST_F(Duplicates, ARetryThatComesLateIsStillFound) {
    befriend(false);
    d.script({ack_lost, {.delay = 20ms}});
    ann.says(bob_mac, "one");
    ann.says(bob_mac, "two");
    ann.says(bob_mac, "three");
    d.run(50ms);
    EXPECT_EQ(bob.heard(), (std::vector<std::string>{"one", "two", "three"}));
    EXPECT_EQ(bob.counted().duplicates, 1u);
}

TEST_F(Duplicates, AFrameThatWasRejectedIsNotRemembered) {
    befriend(false);
    d.script({{.ack_lost = true, .change = [](bytes& mpdu) { mpdu.push_back(0); }}, delivered});
    ann.says(bob_mac, "whole at the second time");
    d.run(10ms);
    EXPECT_EQ(bob.counted().rejected[static_cast<std::size_t>(frame::reject::not_vendor_element)], 1u);
    EXPECT_EQ(bob.inbox.size(), 1u);
}

TEST_F(Duplicates, PlainFramesWithAnEncryptedPeersAddressPushNothingOut) {
    befriend(true);
    ann.says(bob_mac, "secret");
    d.run(10ms);
    auto& mallory = d.join({.station_mac = cat_mac});
    ASSERT_TRUE(mallory.dev.add_peer(plain_peer(everybody)));
    for (int i = 0; i < 100; ++i) {
        mallory.says(everybody, "I am ann");
        d.run(2ms);
        auto forged = d.wire.back().mpdu;
        std::copy(ann_mac.octets().begin(), ann_mac.octets().end(), forged.begin() + 10);
        bob.hears(forged);
    }
    EXPECT_EQ(bob.counted().delivered, 201u);
    bob.hears(as_retry(d.wire.at(0).mpdu));
    EXPECT_EQ(bob.counted().duplicates, 1u);
}

TEST_F(Duplicates, FramesOfManyStrangersPushNoPeerOut) {
    befriend(true);
    ann.says(bob_mac, "secret");
    d.run(10ms);
    const auto encrypted = d.wire.at(0).mpdu;
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(everybody)));
    ann.says(everybody, "x");
    d.run(10ms);
    auto forged = d.wire.back().mpdu;
    for (int i = 0; i < 1000; ++i) {
        const auto address = numbered(i);
        std::copy(address.octets().begin(), address.octets().end(), forged.begin() + 10);
        bob.hears(forged);
    }
    EXPECT_EQ(bob.counted().delivered, 1002u);
    bob.hears(as_retry(encrypted));
    EXPECT_EQ(bob.counted().duplicates, 1u);
}

TEST(DedupeCache, KeepsTheLastValuesOfASource) {
    detail::dedupe_cache cache;
    for (std::uint8_t i = 0; i < 10; ++i)
        cache.insert(ann_mac, {i, 0, 0, 0});
    EXPECT_FALSE(cache.contains(ann_mac, {5, 0, 0, 0}));
    for (std::uint8_t i = 6; i < 10; ++i)
        EXPECT_TRUE(cache.contains(ann_mac, {i, 0, 0, 0}));
    EXPECT_FALSE(cache.contains(bob_mac, {9, 0, 0, 0}));
}

TEST(DedupeCache, AZeroIsNotThereBeforeItCame) {
    detail::dedupe_cache cache;
    cache.insert(ann_mac, {1, 2, 3, 4});
    EXPECT_FALSE(cache.contains(ann_mac, {}));
    cache.insert(ann_mac, {});
    EXPECT_TRUE(cache.contains(ann_mac, {}));
}

TEST(DedupeCache, TheSourceHeardLongestAgoMakesRoom) {
    constexpr int limit = detail::dedupe_cache::max_sources;
    detail::dedupe_cache cache;
    for (int i = 0; i < limit; ++i)
        cache.insert(numbered(i), {1, 2, 3, 4});
    cache.insert(numbered(0), {5, 6, 7, 8});  // heard again: now 1 is the oldest
    cache.insert(numbered(limit), {9, 9, 9, 9});
    EXPECT_EQ(cache.size(), detail::dedupe_cache::max_sources);
    EXPECT_TRUE(cache.contains(numbered(0), {1, 2, 3, 4}));
    EXPECT_FALSE(cache.contains(numbered(1), {1, 2, 3, 4}));
    EXPECT_TRUE(cache.contains(numbered(limit), {9, 9, 9, 9}));
    EXPECT_FALSE(cache.contains(numbered(limit), {1, 2, 3, 4}));  // what the one before it in its place said
    for (int i = 0; i < 10 * limit; ++i)
        cache.insert(numbered(i), {1, 2, 3, 4});
    EXPECT_EQ(cache.size(), detail::dedupe_cache::max_sources);
    EXPECT_FALSE(cache.contains(numbered(9 * limit - 1), {1, 2, 3, 4}));
    EXPECT_TRUE(cache.contains(numbered(9 * limit), {1, 2, 3, 4}));
}

}  // namespace
}  // namespace nowire
