#include "device/dialogue.hpp"
#include "vectors/vectors.hpp"

#include <nowire/ccmp/key.hpp>
#include <nowire/frame/mpdu.hpp>

#include <gtest/gtest.h>

#include <set>

namespace nowire {
namespace {

using namespace test;

/// The packet number in the CCMP header of a protected frame.
std::uint64_t packet_number(std::span<const std::uint8_t> mpdu) {
    const auto h = mpdu.subspan(frame::header_size, 8);
    return h[0] | std::uint64_t{h[1]} << 8 | std::uint64_t{h[4]} << 16 | std::uint64_t{h[5]} << 24 |
           std::uint64_t{h[6]} << 32 | std::uint64_t{h[7]} << 40;
}

void make_friends(participant& a, const mac_address& a_mac, participant& b, const mac_address& b_mac,
                  const ccmp::lmk& lmk = first_lmk()) {
    ASSERT_TRUE(a.dev.add_peer(encrypted_peer(b_mac, lmk)));
    ASSERT_TRUE(b.dev.add_peer(encrypted_peer(a_mac, lmk)));
}

class Encrypted : public testing::Test {
  protected:
    dialogue d;
    participant& ann = d.join(ann_mac);
    participant& bob = d.join(bob_mac);

    void say(participant& who, const mac_address& to, std::string_view what) {
        who.says(to, what);
        d.run(50ms);
    }
};

TEST_F(Encrypted, AMessageCrossesAndOnlyItsLengthIsOnTheWire) {
    make_friends(ann, ann_mac, bob, bob_mac);
    say(ann, bob_mac, "secret words");
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"secret words"});
    EXPECT_TRUE(bob.inbox.at(0).was_encrypted);
    ASSERT_EQ(d.wire.size(), 1u);
    const auto& mpdu = d.wire[0].mpdu;
    EXPECT_EQ(mpdu.size(), 24u + 8 + 8 + 7 + 12 + 8);
    EXPECT_EQ(to_hex(std::span(mpdu).first(2)), "d040");
    EXPECT_EQ(to_hex(std::span(mpdu).subspan(24, 8)), "010000e000000000");  // PN 1, ExtIV, key id 3
    EXPECT_EQ(std::string(mpdu.begin(), mpdu.end()).find("secret"), std::string::npos);
}

TEST_F(Encrypted, PacketNumbersCountUpByOneAndARetryKeepsItsNumber) {
    make_friends(ann, ann_mac, bob, bob_mac);
    d.script({lost, lost, delivered});
    for (int i = 0; i < 3; ++i)
        say(ann, bob_mac, "x");
    ASSERT_EQ(d.wire.size(), 5u);
    const std::uint64_t expected[] = {1, 1, 1, 2, 3};
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_EQ(packet_number(d.wire[i].mpdu), expected[i]);
    EXPECT_EQ(bob.inbox.size(), 3u);
}

TEST_F(Encrypted, AnotherKeyMeansAcknowledgedAndSilent) {
    ASSERT_TRUE(ann.dev.add_peer(encrypted_peer(bob_mac, first_lmk())));
    ASSERT_TRUE(bob.dev.add_peer(encrypted_peer(ann_mac, second_lmk())));
    const auto token = ann.says(bob_mac, "hello");
    d.run(10ms);
    EXPECT_EQ(ann.end_of(token).result, tx_status::acked);
    EXPECT_TRUE(bob.inbox.empty());
    EXPECT_EQ(bob.counted().undecryptable, 1u);
}

TEST_F(Encrypted, AnotherPmkMeansAcknowledgedAndSilent) {
    bob.dev.set_pmk(*ccmp::pmk::parse("pmk1234567890123"));
    make_friends(ann, ann_mac, bob, bob_mac);
    say(ann, bob_mac, "hello");
    EXPECT_EQ(bob.counted().undecryptable, 1u);
    EXPECT_EQ(ann.counted().acked, 1u);
}

TEST_F(Encrypted, WhoHasNoKeyAcknowledgesAndIsSilent) {
    ASSERT_TRUE(ann.dev.add_peer(encrypted_peer(bob_mac)));
    say(ann, bob_mac, "hello");
    EXPECT_EQ(bob.counted().no_key, 1u);
    EXPECT_EQ(ann.counted().acked, 1u);
}

TEST_F(Encrypted, ThePmkCountsThatWasSetWhenThePeerWasAdded) {
    make_friends(ann, ann_mac, bob, bob_mac);
    ann.dev.set_pmk(*ccmp::pmk::parse("pmk1234567890123"));
    auto as_it_was = *ann.dev.find_peer(bob_mac);
    as_it_was.user_data = 7;
    ASSERT_TRUE(ann.dev.modify_peer(as_it_was));
    say(ann, bob_mac, "old key");
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"old key"});
    ASSERT_TRUE(ann.dev.remove_peer(bob_mac));
    ASSERT_TRUE(ann.dev.add_peer(as_it_was));
    say(ann, bob_mac, "new key");
    EXPECT_EQ(bob.counted().undecryptable, 1u);
}

TEST_F(Encrypted, ABitChangedAnywhereThatIsAuthenticatedMakesItUndecryptable) {
    make_friends(ann, ann_mac, bob, bob_mac);
    const auto flip = [](std::size_t at, std::uint8_t bit) {
        return fate{.change = [at, bit](bytes& mpdu) { mpdu.at(at) ^= bit; }};
    };
    // A3, fragment number, packet number, first and last byte of the body, MIC, ExtIV, key id
    d.script({flip(16, 0x01), flip(22, 0x01), flip(24, 0x01), flip(32, 0x80), flip(51, 0x01), flip(54, 0x10),
              flip(27, 0x20), flip(27, 0x40)});
    for (int i = 0; i < 8; ++i)
        say(ann, bob_mac, "hello");
    EXPECT_EQ(bob.counted().undecryptable, 8u);
    EXPECT_TRUE(bob.inbox.empty());
    // duration, sequence number and the Retry bit are not: hardware sets them
    d.script({flip(2, 0xff), flip(22, 0x10), flip(1, 0x08)});
    for (int i = 0; i < 3; ++i)
        say(ann, bob_mac, "hello");
    EXPECT_EQ(bob.counted().delivered, 3u);
}

TEST_F(Encrypted, AFrameThatWasCutIsUndecryptable) {
    make_friends(ann, ann_mac, bob, bob_mac);
    say(ann, bob_mac, "hello");
    const auto whole = d.wire.at(0).mpdu;
    for (std::size_t size = frame::header_size; size < whole.size(); ++size)
        bob.hears(std::span(whole).first(size));
    EXPECT_EQ(bob.counted().undecryptable, whole.size() - frame::header_size);
    bytes long_one = whole;
    long_one.resize(4000);
    bob.hears(long_one);
    EXPECT_EQ(bob.counted().undecryptable, whole.size() - frame::header_size + 1);
    EXPECT_EQ(bob.counted().delivered, 1u);
}

TEST_F(Encrypted, AnA3OfAnOldEsp8266IsAuthenticatedAsItCame) {
    make_friends(ann, ann_mac, bob, bob_mac);
    auto key = ccmp::key::derive(ccmp::pmk::default_pmk(), first_lmk());
    bytes mpdu(200);
    const auto body = from_hex("7f18fe34 01020304 dd0818fe340402 616263");
    const auto made = key.protect(mpdu, {.a1 = bob_mac, .a2 = ann_mac, .a3 = bob_mac}, body, 1);
    ASSERT_TRUE(made);
    bob.hears(*made);
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"abc"});
}

TEST_F(Encrypted, WhatIsWrongInsideIsRejectedByItsReason) {
    make_friends(ann, ann_mac, bob, bob_mac);
    auto key = ccmp::key::derive(ccmp::pmk::default_pmk(), first_lmk());
    bytes mpdu(200);
    const auto made = key.protect(mpdu, {.a1 = bob_mac, .a2 = ann_mac}, from_hex("7f18fe34"), 1);
    ASSERT_TRUE(made);
    bob.hears(*made);
    EXPECT_EQ(bob.counted().rejected[static_cast<std::size_t>(frame::reject::not_espnow)], 1u);
}

TEST_F(Encrypted, PlainUnicastsFromAnEncryptedPeerAreDroppedAndGroupFramesTaken) {
    ASSERT_TRUE(bob.dev.add_peer(encrypted_peer(ann_mac)));
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(everybody)));
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(some_group)));
    say(ann, bob_mac, "to bob");
    say(ann, everybody, "to all");
    say(ann, some_group, "to some");
    EXPECT_EQ(bob.heard(), (std::vector<std::string>{"to all", "to some"}));
    EXPECT_FALSE(bob.inbox.at(0).was_encrypted);
    EXPECT_EQ(bob.counted().plain_from_encrypted, 1u);
    EXPECT_EQ(ann.counted().acked, 1u);  // the radio knows nothing of it
}

TEST_F(Encrypted, PlainUnicastsFromAnEncryptedPeerAreTakenWhereAskedFor) {
    auto& cat = d.join({.station_mac = cat_mac, .accept_plain_from_encrypted = true});
    ASSERT_TRUE(cat.dev.add_peer(encrypted_peer(ann_mac)));
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(cat_mac)));
    say(ann, cat_mac, "plain");
    EXPECT_EQ(cat.heard(), std::vector<std::string>{"plain"});
    EXPECT_FALSE(cat.inbox.at(0).was_encrypted);
}

TEST_F(Encrypted, GroupFramesAreNeverEncrypted) {
    make_friends(ann, ann_mac, bob, bob_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(everybody)));
    say(ann, everybody, "plain");
    EXPECT_FALSE(frame::read_header(d.wire.at(0).mpdu)->control.is_protected());
}

TEST_F(Encrypted, TheKeyCountsOnAfterModifyAndAfterRemoveAndAdd) {
    make_friends(ann, ann_mac, bob, bob_mac);
    say(ann, bob_mac, "1");
    auto p = *ann.dev.find_peer(bob_mac);
    p.tx_rate = rate::ofdm_6m;
    ASSERT_TRUE(ann.dev.modify_peer(p));
    say(ann, bob_mac, "2");
    ASSERT_TRUE(ann.dev.remove_peer(bob_mac));
    ASSERT_TRUE(ann.dev.add_peer(p));
    say(ann, bob_mac, "3");
    p.encrypt = false;
    ASSERT_TRUE(ann.dev.modify_peer(p));
    p.encrypt = true;
    ASSERT_TRUE(ann.dev.modify_peer(p));
    say(ann, bob_mac, "4");
    ASSERT_EQ(d.wire.size(), 4u);
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_EQ(packet_number(d.wire[i].mpdu), i + 1);
    EXPECT_EQ(bob.inbox.size(), 4u);
}

TEST_F(Encrypted, TwoPeersWithOneKeyNeverUseANumberTwice) {
    auto& cat = d.join(cat_mac);
    make_friends(ann, ann_mac, bob, bob_mac);
    make_friends(ann, ann_mac, cat, cat_mac);
    say(ann, bob_mac, "1");
    say(ann, cat_mac, "2");
    say(ann, bob_mac, "3");
    std::set<std::uint64_t> used;
    for (const auto& f : d.wire)
        used.insert(packet_number(f.mpdu));
    EXPECT_EQ(used, (std::set<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(bob.inbox.size() + cat.inbox.size(), 3u);
}

TEST_F(Encrypted, EachInterfaceHasItsOwnPacketNumbers) {
    make_friends(ann, ann_mac, bob, bob_mac);
    ASSERT_TRUE(bob.dev.add_peer(encrypted_peer(ann_mac.plus(1))));
    ann.dev.set_interface(interface::soft_ap, true);
    say(ann, bob_mac, "by station");
    auto p = *ann.dev.find_peer(bob_mac);
    p.via = interface::soft_ap;
    ASSERT_TRUE(ann.dev.modify_peer(p));
    say(ann, bob_mac, "by SoftAP");
    ASSERT_EQ(d.wire.size(), 2u);
    EXPECT_EQ(packet_number(d.wire[1].mpdu), 1u);
    EXPECT_EQ(bob.heard(), (std::vector<std::string>{"by station", "by SoftAP"}));
    EXPECT_EQ(bob.inbox[1].source, ann_mac.plus(1));
}

TEST_F(Encrypted, ANewLmkIsUsedAtOnce) {
    make_friends(ann, ann_mac, bob, bob_mac);
    ASSERT_TRUE(ann.dev.modify_peer(encrypted_peer(bob_mac, second_lmk())));
    say(ann, bob_mac, "lost");
    ASSERT_TRUE(bob.dev.modify_peer(encrypted_peer(ann_mac, second_lmk())));
    say(ann, bob_mac, "found");
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"found"});
    EXPECT_EQ(bob.counted().undecryptable, 1u);
}

TEST_F(Encrypted, WithoutPacketNumbersNothingIsSent) {
    const auto at_the_end = [](const ccmp::key& key, const mac_address& own) {
        return std::make_unique<ccmp::packet_number_source>(key.fingerprint(own), ccmp::max_packet_number);
    };
    device dev(
        {.station_mac = ann_mac}, [] { return 7u; }, at_the_end);
    ASSERT_TRUE(dev.add_peer(encrypted_peer(bob_mac)));
    ASSERT_TRUE(dev.add_peer(plain_peer(cat_mac)));
    ASSERT_TRUE(dev.next_event());
    ASSERT_TRUE(dev.send(bob_mac, text("the last one"), {}));
    EXPECT_EQ(packet_number(std::get<transmit>(*dev.next_event()).mpdu), ccmp::max_packet_number);
    EXPECT_EQ(dev.send(bob_mac, text("x"), {}), std::unexpected(errc::packet_numbers));
    EXPECT_EQ(dev.send_to_all(text("x"), {}), std::unexpected(errc::packet_numbers));
    EXPECT_FALSE(dev.next_event());
    EXPECT_EQ(dev.in_flight(), 1u);
    ASSERT_TRUE(dev.send(cat_mac, text("plain goes on"), {}));
    const auto mpdu = std::get<transmit>(*dev.next_event()).mpdu;
    EXPECT_EQ(frame::read_header(mpdu)->sequence_number(), 1);
    EXPECT_EQ(dev.statistics().refused, 2u);
}

TEST_F(Encrypted, AStoreThatFailsRefusesUntilItWorksAgain) {
    struct failing_store : ccmp::packet_number_store {
        bool works = false;
        std::expected<ccmp::packet_number_block, std::string> reserve(const ccmp::fingerprint&, std::uint64_t at_least,
                                                                      std::uint64_t count) override {
            if (!works) return std::unexpected("disk full");
            return ccmp::packet_number_block{at_least, count};
        }
    } store;
    const auto from_store = [&](const ccmp::key& key, const mac_address& own) {
        return std::make_unique<ccmp::packet_number_source>(key.fingerprint(own), 0, &store);
    };
    device dev(
        {.station_mac = ann_mac}, [] { return 7u; }, from_store);
    ASSERT_TRUE(dev.add_peer(encrypted_peer(bob_mac)));
    EXPECT_EQ(dev.send(bob_mac, text("x"), {}), std::unexpected(errc::packet_numbers));
    store.works = true;
    EXPECT_TRUE(dev.send(bob_mac, text("x"), {}));
}

TEST_F(Encrypted, ReplaysAreTakenAsOnTheChipUnlessAWindowIsAskedFor) {
    auto& cat = d.join({.station_mac = cat_mac, .replay_window = true});
    make_friends(ann, ann_mac, bob, bob_mac);
    make_friends(ann, ann_mac, cat, cat_mac, second_lmk());
    say(ann, bob_mac, "to bob");
    say(ann, cat_mac, "to cat");
    ASSERT_EQ(d.wire.size(), 2u);
    bob.hears(d.wire[0].mpdu);
    EXPECT_EQ(bob.counted().delivered, 2u);
    cat.hears(d.wire[1].mpdu);
    EXPECT_EQ(cat.counted().delivered, 1u);
    EXPECT_EQ(cat.counted().replays, 1u);
}

TEST_F(Encrypted, ARetryUnderAReplayWindowIsADuplicateAndNoReplay) {
    auto& cat = d.join({.station_mac = cat_mac, .replay_window = true});
    make_friends(ann, ann_mac, cat, cat_mac);
    d.script({ack_lost});
    say(ann, cat_mac, "once");
    EXPECT_EQ(cat.heard(), std::vector<std::string>{"once"});
    EXPECT_EQ(cat.counted().duplicates, 1u);
    EXPECT_EQ(cat.counted().replays, 0u);
    // The Retry bit is not authenticated: it makes no old frame new.
    for (int i = 0; i < 10; ++i)
        say(ann, cat_mac, "more");
    cat.hears(d.wire.at(1).mpdu);
    EXPECT_EQ(cat.counted().replays, 1u);
}

TEST_F(Encrypted, APeerThatIsAddedAgainMayStartAgain) {
    auto& cat = d.join({.station_mac = cat_mac, .replay_window = true});
    make_friends(ann, ann_mac, cat, cat_mac);
    say(ann, cat_mac, "one");
    const auto first = d.wire.at(0).mpdu;
    ASSERT_TRUE(cat.dev.remove_peer(ann_mac));
    ASSERT_TRUE(cat.dev.add_peer(encrypted_peer(ann_mac)));
    cat.hears(first);
    EXPECT_EQ(cat.counted().delivered, 2u);
}

}  // namespace
}  // namespace nowire
