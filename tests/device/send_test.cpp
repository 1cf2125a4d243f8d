#include "device/dialogue.hpp"
#include "vectors/vectors.hpp"

#include <nowire/frame/action.hpp>
#include <nowire/frame/mpdu.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace nowire {
namespace {

using namespace test;

bytes counting(std::size_t size) {
    bytes payload(size);
    std::iota(payload.begin(), payload.end(), std::uint8_t{0});
    return payload;
}

std::uint32_t as_drawn(const std::array<std::uint8_t, 4>& b) {
    return static_cast<std::uint32_t>(b[0]) | static_cast<std::uint32_t>(b[1]) << 8 |
           static_cast<std::uint32_t>(b[2]) << 16 | static_cast<std::uint32_t>(b[3]) << 24;
}

std::array<std::uint8_t, 4> random_of(std::span<const std::uint8_t> mpdu) {
    std::array<std::uint8_t, 4> value{};
    std::ranges::copy(mpdu.subspan(28, 4), value.begin());
    return value;
}

/// Makes a device say what a vector holds, after the messages that its sequence number tells of.
bytes said_again(const frame_vector& v, device_options options, const ccmp::pmk& pmk, const peer& to,
                 const std::array<std::uint8_t, 4>& random) {
    dialogue d;
    options.station_mac = v.header->a2;
    auto& who = d.join(options);
    who.dev.set_pmk(pmk);
    // The messages before go to a group, so that a key first counts in the frame that is compared.
    EXPECT_TRUE(who.dev.add_peer(plain_peer(some_group)));
    EXPECT_TRUE(who.dev.add_peer(to));
    for (int i = 0; i < v.header->sequence_number(); ++i) {
        who.says(some_group, "earlier");
        d.run(1ms);
    }
    who.randoms = {as_drawn(random)};
    who.says(to.address, v.action->payload());
    d.run(2ms);
    auto mpdu = d.wire.at(v.header->sequence_number()).mpdu;
    frame::set_duration(std::span(mpdu).first<4>(), v.header->duration);  // the radio's part
    return mpdu;
}

TEST(Send, SaysARealVersion1BroadcastToTheByte) {
    const auto& v = load_vector("r2");
    const auto mpdu = said_again(v, {.version = frame::version::v1}, ccmp::pmk::default_pmk(), plain_peer(everybody),
                                 *v.action->random);
    EXPECT_EQ(to_hex(mpdu), to_hex(v.mpdu()));
}

TEST(Send, SaysARealVersion2BroadcastToTheByte) {
    const auto& v = load_vector("r5");
    const auto mpdu = said_again(v, {}, ccmp::pmk::default_pmk(), plain_peer(everybody), *v.action->random);
    EXPECT_EQ(to_hex(mpdu), to_hex(v.mpdu()));
}

TEST(Send, SaysAMessageOfSeveralElementsToTheByte) {
    const auto& v = load_vector("s1");
    const auto mpdu = said_again(v, {}, ccmp::pmk::default_pmk(), plain_peer(v.header->a1), *v.action->random);
    EXPECT_EQ(to_hex(mpdu), to_hex(v.mpdu()));
}

TEST(Send, SaysAnEncryptedMessageToTheByte) {
    const auto& v = load_vector("s3");
    const auto pmk = ccmp::pmk(v.ccmp->pmk);
    const auto lmk = ccmp::lmk(v.ccmp->lmk);
    auto key = ccmp::key::derive(pmk, lmk);
    bytes plaintext(v.mpdu().size());
    const auto opened = key.unprotect(plaintext, v.mpdu());
    ASSERT_TRUE(opened);
    const auto view = frame::parse_action(opened->body);
    ASSERT_TRUE(view);
    const auto mpdu = said_again(v, {}, pmk, encrypted_peer(v.header->a1, lmk), view->random());
    EXPECT_EQ(to_hex(mpdu), to_hex(v.mpdu()));
}

TEST(Send, EveryByteOfAPlainFrame) {
    dialogue d;
    auto& ann = d.join({.station_mac = ann_mac, .soft_ap_up = true, .user_oui = {0xaa, 0xbb, 0xcc}});
    auto to_bob = plain_peer(bob_mac);
    to_bob.via = interface::soft_ap;
    ASSERT_TRUE(ann.dev.add_peer(to_bob));
    ann.randoms = {0x44332211};
    ann.says(bob_mac, "hi");
    d.run(2ms);
    ASSERT_FALSE(d.wire.empty());
    EXPECT_EQ(to_hex(d.wire[0].mpdu),
              "d000"          // Frame Control: action
              "0000"          // Duration: the radio's
              "30aea4454aa4"  // A1: destination
              "240ac41d5869"  // A2: the SoftAP MAC
              "ffffffffffff"  // A3: broadcast, always
              "0000"          // sequence number 0
              "7f18fe34"      // category and OUI, which is never the user's
              "11223344"      // random value
              "dd07aabbcc04"  // element: LEN 5 + 2, the user's OUI, type 4
              "02"            // VER: version 2, no more data, also for a short message
              "6869");
}

TEST(Send, ChecksInTheOrderOfTheChip) {
    dialogue d;
    auto& ann = d.join({.station_mac = ann_mac, .station_up = false, .pool = 1});
    auto& dev = ann.dev;
    auto elsewhere = plain_peer(bob_mac);
    elsewhere.on = channel::from_number(11);
    ASSERT_TRUE(dev.add_peer(elsewhere));
    ASSERT_TRUE(dev.add_peer(plain_peer(cat_mac)));
    const auto sent = [&](const mac_address& to, std::size_t size) {
        const auto token = dev.send(to, bytes(size), d.now());
        return token ? "taken" : std::string(to_string(token.error()));
    };
    EXPECT_EQ(sent(everybody, 0), "argument");
    EXPECT_EQ(sent(everybody, 1491), "argument");
    EXPECT_EQ(sent(everybody, 1490), "peer_not_found");
    EXPECT_EQ(sent(bob_mac, 1), "interface_down");
    dev.set_interface(interface::station, true);
    EXPECT_EQ(sent(bob_mac, 1), "channel_mismatch");
    EXPECT_EQ(sent(cat_mac, 1490), "taken");
    EXPECT_EQ(sent(bob_mac, 1), "channel_mismatch");
    dev.set_channel(*channel::from_number(11), d.now());
    EXPECT_EQ(sent(bob_mac, 1), "no_memory");
    EXPECT_EQ(dev.statistics().refused, 7u);
    EXPECT_EQ(dev.statistics().accepted, 1u);
}

TEST(Send, Version1SendsNoMoreThan250Bytes) {
    dialogue d;
    auto& ann = d.join({.station_mac = ann_mac, .version = frame::version::v1});
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(everybody)));
    EXPECT_EQ(ann.dev.send(everybody, bytes(251), d.now()), std::unexpected(errc::argument));
    EXPECT_TRUE(ann.dev.send(everybody, bytes(250), d.now()));
}

TEST(Send, NeedsThePeerOfItsGroupToo) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(some_group)));
    EXPECT_EQ(ann.dev.send(everybody, text("x"), d.now()), std::unexpected(errc::peer_not_found));
    EXPECT_TRUE(ann.dev.send(some_group, text("x"), d.now()));
}

TEST(Send, AUnicastThatIsAcknowledgedIsAcked) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    auto& bob = d.join(bob_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    d.run(5ms);
    const auto token = ann.says(bob_mac, "hello");
    EXPECT_EQ(ann.dev.in_flight(), 1u);
    d.run(10ms);
    const auto end = ann.end_of(token);
    EXPECT_EQ(end.result, tx_status::acked);
    EXPECT_EQ(end.reason, std::nullopt);
    EXPECT_EQ(end.attempts, 1);
    EXPECT_EQ(end.destination, bob_mac);
    EXPECT_EQ(end.accepted, time_point(5ms));
    EXPECT_EQ(end.done, time_point(6ms));
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"hello"});
    EXPECT_EQ(ann.dev.in_flight(), 0u);
    EXPECT_EQ(ann.counted().acked, 1u);
    EXPECT_EQ(ann.counted().transmissions, 1u);
}

TEST(Send, AUnicastToNobodyIsTransmitted32TimesAndNotAcked) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    const auto token = ann.says(bob_mac, "hello");
    d.run(100ms);
    EXPECT_EQ(ann.end_of(token).result, tx_status::not_acked);
    EXPECT_EQ(ann.end_of(token).attempts, 32);
    ASSERT_EQ(d.wire.size(), 32u);
    for (const auto& f : d.wire)
        EXPECT_EQ(random_of(f.mpdu), random_of(d.wire[0].mpdu));
    EXPECT_EQ(ann.counted().not_acked, 1u);
    EXPECT_EQ(ann.counted().transmissions, 32u);
}

TEST(Send, AGroupFrameIsSentOnceAndNobodyAcknowledgesIt) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    auto& bob = d.join(bob_mac);
    auto& cat = d.join(cat_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(everybody)));
    d.script({delivered, lost});
    const auto heard = ann.says(everybody, "one");
    const auto unheard = ann.says(everybody, "two");
    d.run(100ms);
    EXPECT_EQ(ann.end_of(heard).result, tx_status::sent);
    EXPECT_EQ(ann.end_of(unheard).result, tx_status::sent);
    EXPECT_EQ(d.wire.size(), 2u);
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"one"});
    EXPECT_EQ(cat.heard(), std::vector<std::string>{"one"});
    EXPECT_EQ(ann.counted().sent, 2u);
}

TEST(Send, AsksTheRadioForItsRateAndRetries) {
    device dev(
        {.station_mac = ann_mac, .tx_rate = rate::ofdm_6m, .retries = 4}, [] { return 7u; }, nullptr);
    auto fast = plain_peer(bob_mac);
    fast.tx_rate = rate::ofdm_54m;
    ASSERT_TRUE(dev.add_peer(fast));
    ASSERT_TRUE(dev.add_peer(plain_peer(cat_mac)));
    ASSERT_TRUE(dev.add_peer(plain_peer(everybody)));
    ASSERT_TRUE(dev.next_event());  // the setup
    const auto asked = [&](const mac_address& to) {
        EXPECT_TRUE(dev.send(to, text("x"), {}));
        return std::get<transmit>(*dev.next_event());
    };
    EXPECT_EQ(asked(bob_mac).tx_rate, rate::ofdm_54m);
    EXPECT_EQ(asked(cat_mac).tx_rate, rate::ofdm_6m);
    EXPECT_EQ(asked(cat_mac).retries, 4);
    EXPECT_EQ(asked(everybody).retries, 0);
    dev.set_tx_rate(rate::dsss_2m_long);
    EXPECT_EQ(asked(cat_mac).tx_rate, rate::dsss_2m_long);
    EXPECT_EQ(asked(bob_mac).tx_rate, rate::ofdm_54m);
}

TEST(Send, SequenceNumbersHave12BitsAndOneCounter) {
    dialogue d;
    auto& ann = d.join({.station_mac = ann_mac, .soft_ap_up = true});
    auto by_soft_ap = plain_peer(some_group);
    by_soft_ap.via = interface::soft_ap;
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(everybody)));
    ASSERT_TRUE(ann.dev.add_peer(by_soft_ap));
    for (int i = 0; i < 4098; ++i) {
        ann.says(i % 2 == 0 ? everybody : some_group, "x");
        EXPECT_FALSE(ann.dev.send(everybody, {}, d.now()));  // one that is refused takes no number
        d.run(1ms);
    }
    ASSERT_EQ(d.wire.size(), 4098u);
    for (std::size_t i = 0; i < d.wire.size(); ++i)
        ASSERT_EQ(frame::read_header(d.wire[i].mpdu)->sequence_control, (i % 4096) << 4) << i;
}

TEST(Send, ARandomValueLikeTheOneBeforeIsDrawnAgain) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(everybody)));
    ann.randoms = {5, 5, 5, 9, 5};
    for (int i = 0; i < 3; ++i)
        ann.says(everybody, "x");
    d.run(10ms);
    ASSERT_EQ(d.wire.size(), 3u);
    EXPECT_EQ(as_drawn(random_of(d.wire[0].mpdu)), 5u);
    EXPECT_EQ(as_drawn(random_of(d.wire[1].mpdu)), 9u);
    EXPECT_EQ(as_drawn(random_of(d.wire[2].mpdu)), 5u);
}

TEST(Send, ASourceOfRandomValuesThatIsStuckDoesNotHangIt) {
    device dev(
        {.station_mac = ann_mac}, [] { return 0xffffffffu; }, nullptr);
    ASSERT_TRUE(dev.add_peer(plain_peer(everybody)));
    ASSERT_TRUE(dev.next_event());
    ASSERT_TRUE(dev.send(everybody, text("x"), {}));
    ASSERT_TRUE(dev.send(everybody, text("x"), {}));
    const auto first = std::get<transmit>(*dev.next_event());
    const auto second = std::get<transmit>(*dev.next_event());
    EXPECT_NE(random_of(first.mpdu), random_of(second.mpdu));
}

TEST(Send, ThirtyTwoMayWaitAndTheNextHasNoMemory) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(everybody)));
    for (int i = 0; i < 32; ++i)
        ann.says(everybody, "x");
    EXPECT_EQ(ann.dev.in_flight(), 32u);
    EXPECT_EQ(ann.dev.send(everybody, text("x"), d.now()), std::unexpected(errc::no_memory));
    d.run(1ms);
    EXPECT_EQ(ann.ends.size(), 1u);
    EXPECT_TRUE(ann.dev.send(everybody, text("x"), d.now()));
    d.run(100ms);
    EXPECT_EQ(ann.ends.size(), 33u);
    EXPECT_EQ(ann.counted().accepted, 33u);
    EXPECT_EQ(ann.counted().refused, 1u);
}

TEST(Send, TokensAreNeverTheSame) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(everybody)));
    const auto first = ann.says(everybody, "x");
    d.run(2ms);
    EXPECT_NE(ann.says(everybody, "x"), first);
}

TEST(SendToAll, GoesToEachUnicastPeerInTheOrderTheyWereAdded) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    auto& bob = d.join(bob_mac);
    auto& cat = d.join(cat_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(everybody)));
    ASSERT_TRUE(ann.dev.add_peer(encrypted_peer(cat_mac)));
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(some_group)));
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    ASSERT_TRUE(cat.dev.add_peer(encrypted_peer(ann_mac)));
    const auto tokens = ann.dev.send_to_all(text("both"), d.now());
    ASSERT_TRUE(tokens);
    ASSERT_EQ(tokens->size(), 2u);
    d.run(10ms);
    EXPECT_EQ(ann.end_of((*tokens)[0]).destination, cat_mac);
    EXPECT_EQ(ann.end_of((*tokens)[1]).destination, bob_mac);
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"both"});
    EXPECT_EQ(cat.heard(), std::vector<std::string>{"both"});
    ASSERT_EQ(d.wire.size(), 2u);
    EXPECT_EQ(frame::read_header(d.wire[0].mpdu)->sequence_number(), 0);
    EXPECT_EQ(frame::read_header(d.wire[1].mpdu)->sequence_number(), 1);
    EXPECT_EQ(ann.counted().accepted, 2u);
    ann.says(bob_mac, "next");
    d.run(10ms);
    EXPECT_EQ(frame::read_header(d.wire.back().mpdu)->sequence_number(), 2);
}

TEST(SendToAll, SendsNothingUnlessItCanSendAll) {
    dialogue d;
    auto& ann = d.join({.station_mac = ann_mac, .pool = 2});
    EXPECT_EQ(ann.dev.send_to_all({}, d.now()), std::unexpected(errc::argument));
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(everybody)));
    EXPECT_EQ(ann.dev.send_to_all(text("x"), d.now()), std::unexpected(errc::peer_not_found));
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    auto by_soft_ap = plain_peer(cat_mac);
    by_soft_ap.via = interface::soft_ap;
    ASSERT_TRUE(ann.dev.add_peer(by_soft_ap));
    EXPECT_EQ(ann.dev.send_to_all(text("x"), d.now()), std::unexpected(errc::interface_down));
    ann.dev.set_interface(interface::soft_ap, true);
    by_soft_ap.on = channel::from_number(13);
    ASSERT_TRUE(ann.dev.modify_peer(by_soft_ap));
    EXPECT_EQ(ann.dev.send_to_all(text("x"), d.now()), std::unexpected(errc::channel_mismatch));
    by_soft_ap.on.reset();
    ASSERT_TRUE(ann.dev.modify_peer(by_soft_ap));
    ann.says(everybody, "takes one of the two buffers");
    EXPECT_EQ(ann.dev.send_to_all(text("x"), d.now()), std::unexpected(errc::no_memory));
    d.run(100ms);
    EXPECT_EQ(d.wire.size(), 1u);
    EXPECT_TRUE(ann.dev.send_to_all(text("x"), d.now()));
}

TEST(Send, APayloadOfEverySizeArrives) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    auto& bob = d.join(bob_mac);
    ASSERT_TRUE(ann.dev.add_peer(encrypted_peer(bob_mac)));
    ASSERT_TRUE(bob.dev.add_peer(encrypted_peer(ann_mac)));
    for (std::size_t size : {1, 2, 249, 250, 251, 499, 500, 501, 1250, 1251, 1470, 1490}) {
        const auto payload = counting(size);
        ann.says(bob_mac, payload);
        d.run(2ms);
        ASSERT_FALSE(bob.inbox.empty());
        EXPECT_EQ(bob.inbox.back().payload, payload);
    }
}

}  // namespace
}  // namespace nowire
