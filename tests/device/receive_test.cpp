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

/// What else a header may say.
struct other_fields {
    frame::frame_control control = frame::frame_control::action(false);
    std::uint16_t duration = 0;
    mac_address a3 = everybody;
    std::uint16_t sequence_control = 0;
};

/// A plain frame with the action body `body` in hex.
bytes frame_of(const mac_address& to, const mac_address& from, const std::string& body,
               const other_fields& other = {}) {
    const frame::management_header header = {.control = other.control,
                                             .duration = other.duration,
                                             .a1 = to,
                                             .a2 = from,
                                             .a3 = other.a3,
                                             .sequence_control = other.sequence_control};
    bytes mpdu(frame::header_size);
    frame::write_header(std::span(mpdu).first<frame::header_size>(), header);
    const auto rest = from_hex(body);
    mpdu.insert(mpdu.end(), rest.begin(), rest.end());
    return mpdu;
}

const std::string abc = "7f18fe34 01020304 dd0818fe340402 616263";
const std::string abc_then_de = "7f18fe34 01020304 dd0818fe340412 616263 dd0718fe340402 6465";

/// The statistics that are not zero among those of received frames, by name: "own=1".
std::vector<std::string> counts(const device_statistics& s) {
    std::vector<std::string> all;
    const auto add = [&](std::string name, std::uint64_t n) {
        if (n > 0) all.push_back(std::move(name) + "=" + std::to_string(n));
    };
    add("delivered", s.delivered);
    add("receiver_off", s.receiver_off);
    add("not_action", s.not_action);
    add("own", s.own);
    add("not_for_us", s.not_for_us);
    add("plain_from_encrypted", s.plain_from_encrypted);
    add("no_key", s.no_key);
    add("undecryptable", s.undecryptable);
    add("replays", s.replays);
    add("duplicates", s.duplicates);
    add("oversize_v1", s.oversize_v1);
    for (std::size_t i = 0; i < s.rejected.size(); ++i)
        add(std::string(to_string(static_cast<frame::reject>(i))), s.rejected[i]);
    return all;
}

using names = std::vector<std::string>;

class Receive : public testing::Test {
  protected:
    dialogue d;
    participant& bob = d.join(bob_mac);
    participant& both = d.join({.station_mac = cat_mac, .soft_ap_up = true});
};

TEST_F(Receive, AMessageTellsAllThatTheRadioKnows) {
    const other_fields header = {.control = {0x08d0}, .duration = 314, .a3 = bob_mac, .sequence_control = 0x1230};
    bob.dev.receive(frame_of(bob_mac, ann_mac, abc, header), {.time = time_point(77us),
                                                              .rssi = std::int8_t{-61},
                                                              .noise = std::int8_t{-93},
                                                              .on = *channel::from_number(6),
                                                              .rx_rate = rate::ofdm_24m});
    bob.drain();
    ASSERT_EQ(bob.inbox.size(), 1u);
    const auto& m = bob.inbox[0];
    EXPECT_EQ(m.source, ann_mac);
    EXPECT_EQ(m.destination, bob_mac);
    EXPECT_EQ(m.payload, text("abc"));
    EXPECT_EQ(m.rssi, -61);
    EXPECT_EQ(m.noise, -93);
    EXPECT_EQ(m.on.number(), 6);
    EXPECT_EQ(m.rx_rate, rate::ofdm_24m);
    EXPECT_EQ(m.time, time_point(77us));
    EXPECT_TRUE(m.retry);
    EXPECT_FALSE(m.was_encrypted);
    EXPECT_EQ(m.version, 2);
    EXPECT_EQ(m.sequence_number, 0x123);
    EXPECT_EQ(m.random, (std::array<std::uint8_t, 4>{1, 2, 3, 4}));
}

TEST_F(Receive, WhatTheRadioDoesNotKnowIsLeftOpen) {
    bob.dev.receive(frame_of(bob_mac, ann_mac, abc), {});
    bob.drain();
    ASSERT_EQ(bob.inbox.size(), 1u);
    EXPECT_EQ(bob.inbox[0].rssi, std::nullopt);
    EXPECT_EQ(bob.inbox[0].noise, std::nullopt);
    EXPECT_EQ(bob.inbox[0].rx_rate, std::nullopt);
    EXPECT_FALSE(bob.inbox[0].retry);
}

TEST_F(Receive, RealFramesAreDelivered) {
    for (const auto* name : {"r2", "r5"})
        bob.hears(load_vector(name).mpdu());
    ASSERT_EQ(bob.inbox.size(), 2u);
    EXPECT_EQ(bob.inbox[0].payload, load_vector("r2").action->payload());
    EXPECT_EQ(bob.inbox[0].version, 1);
    EXPECT_EQ(bob.inbox[0].sequence_number, 3026);
    EXPECT_EQ(bob.inbox[1].payload, load_vector("r5").action->payload());
    EXPECT_EQ(bob.inbox[1].version, 2);
}

TEST_F(Receive, AMessageOfSeveralElementsIsPutTogether) {
    const auto& v = load_vector("s1");
    ASSERT_EQ(v.header->a1, bob_mac);
    bob.hears(v.mpdu());
    ASSERT_EQ(bob.inbox.size(), 1u);
    EXPECT_EQ(bob.inbox[0].payload, v.action->payload());
    EXPECT_EQ(bob.inbox[0].payload.size(), 600u);
}

TEST_F(Receive, ARealEncryptedFrameIsDecrypted) {
    const auto& v = load_vector("r1");
    ASSERT_EQ(v.header->a1, bob_mac);
    bob.dev.set_pmk(ccmp::pmk(v.ccmp->pmk));
    ASSERT_TRUE(bob.dev.add_peer(encrypted_peer(v.header->a2, ccmp::lmk(v.ccmp->lmk))));
    bob.hears(v.mpdu());
    ASSERT_EQ(bob.inbox.size(), 1u);
    EXPECT_EQ(bob.heard()[0], std::string("This is the message\0", 20));
    EXPECT_TRUE(bob.inbox[0].was_encrypted);
    EXPECT_EQ(bob.inbox[0].version, 1);
}

TEST_F(Receive, NeedsNoPeerForPlainFrames) {
    bob.hears(frame_of(bob_mac, ann_mac, abc));
    bob.hears(frame_of(everybody, ann_mac, abc));
    bob.hears(frame_of(some_group, ann_mac, abc));
    EXPECT_EQ(counts(bob.counted()), names{"delivered=3"});
    EXPECT_EQ(bob.inbox[2].destination, some_group);
}

TEST_F(Receive, TakesFramesToBothItsAddressesAndTellsWhich) {
    both.hears(frame_of(cat_mac, ann_mac, abc));
    both.hears(frame_of(cat_mac.plus(1), ann_mac, abc));
    ASSERT_EQ(both.inbox.size(), 2u);
    EXPECT_EQ(both.inbox[0].destination, cat_mac);
    EXPECT_EQ(both.inbox[1].destination, cat_mac.plus(1));
}

TEST_F(Receive, NeverLooksAtA3) {
    bob.hears(frame_of(bob_mac, ann_mac, abc, {.a3 = bob_mac}));  // as old ESP8266 send it
    bob.hears(frame_of(bob_mac, ann_mac, abc, {.a3 = cat_mac}));
    EXPECT_EQ(counts(bob.counted()), names{"delivered=2"});
}

TEST_F(Receive, FramesToOthersAreNotForUs) {
    bob.hears(frame_of(ann_mac, cat_mac, abc));
    EXPECT_EQ(counts(bob.counted()), names{"not_for_us=1"});
}

TEST_F(Receive, AnInterfaceThatIsDownHearsNothing) {
    bob.hears(frame_of(bob_mac.plus(1), ann_mac, abc));  // its SoftAP is down
    bob.dev.set_interface(interface::station, false);
    bob.hears(frame_of(bob_mac, ann_mac, abc));
    bob.hears(frame_of(everybody, ann_mac, abc));
    EXPECT_EQ(counts(bob.counted()), names{"not_for_us=3"});
    bob.dev.set_interface(interface::soft_ap, true);
    bob.hears(frame_of(bob_mac.plus(1), ann_mac, abc));
    bob.hears(frame_of(everybody, ann_mac, abc));
    EXPECT_EQ(bob.counted().delivered, 2u);
}

TEST_F(Receive, ItsOwnFramesAreDropped) {
    bob.hears(frame_of(everybody, bob_mac, abc));
    bob.hears(frame_of(everybody, bob_mac.plus(1), abc));
    EXPECT_EQ(counts(bob.counted()), names{"own=2"});
}

TEST_F(Receive, OtherFramesAreNoAction) {
    bob.hears({});
    bob.hears(bytes(23));
    bob.hears(frame_of(bob_mac, ann_mac, abc, {.control = {0x0080}}));  // beacon
    bob.hears(frame_of(bob_mac, ann_mac, abc, {.control = {0x0008}}));  // data
    bob.hears(frame_of(bob_mac, ann_mac, abc, {.control = {0x00d4}}));  // ACK
    EXPECT_EQ(counts(bob.counted()), names{"not_action=5"});
}

TEST_F(Receive, ProtectedFramesFromWhomItHasNoKeyForAreCounted) {
    const auto& v = load_vector("s3");
    bob.hears(v.mpdu());
    ASSERT_TRUE(bob.dev.add_peer(plain_peer(v.header->a2)));
    bob.hears(v.mpdu());
    EXPECT_EQ(counts(bob.counted()), names{"no_key=2"});
}

TEST_F(Receive, EachReasonToRejectABodyIsCountedByItself) {
    const std::pair<frame::reject, std::string> bodies[] = {
        {frame::reject::not_espnow, ""},
        {frame::reject::not_espnow, "7e 18fe34 01020304 dd0818fe340402616263"},
        {frame::reject::too_short, "7f 18fe34 01020304 dd0518fe3404"},
        {frame::reject::wrong_action_oui, "7f 18fe35 01020304 dd0818fe340402616263"},
        {frame::reject::not_vendor_element, "7f 18fe34 01020304 dd0818fe340402616263 42ab82ee"},
        {frame::reject::element_too_short, "7f 18fe34 01020304 dd0418fe340402"},
        {frame::reject::element_overruns, "7f 18fe34 01020304 dd0918fe340402616263"},
        {frame::reject::wrong_element_oui, "7f 18fe34 01020304 dd08aabbcc0402616263"},
        {frame::reject::wrong_element_type, "7f 18fe34 01020304 dd0718fe3404026162 dd0618fe34050261"},
        {frame::reject::empty, "7f 18fe34 01020304 dd0518fe340402"},
    };
    for (const auto& [why, body] : bodies)
        bob.hears(frame_of(bob_mac, ann_mac, body));
    EXPECT_EQ(counts(bob.counted()),
              (names{"not_espnow=2", "too_short=1", "wrong_action_oui=1", "not_vendor_element=1", "element_too_short=1",
                     "element_overruns=1", "wrong_element_oui=1", "wrong_element_type=1", "empty=1"}));
}

TEST_F(Receive, TheUsersOuiIsAskedOfElements) {
    bob.dev.set_user_oui({0xaa, 0xbb, 0xcc});
    bob.hears(frame_of(bob_mac, ann_mac, "7f 18fe34 01020304 dd08aabbcc0402646566"));
    bob.hears(frame_of(bob_mac, ann_mac, abc));
    EXPECT_EQ(bob.heard(), names{"def"});
    EXPECT_EQ(counts(bob.counted()), (names{"delivered=1", "wrong_element_oui=1"}));
}

TEST_F(Receive, ATolerantDeviceTakesWhatOldDriversTake) {
    auto& old = d.join({.station_mac = ann_mac, .strictness = frame::strictness::tolerant});
    old.hears(frame_of(ann_mac, bob_mac, "7f 18fe34 01020304 dd0818fe340402616263 42ab82ee"));
    EXPECT_EQ(old.heard(), names{"abc"});
}

TEST_F(Receive, Version1DeliversTheFirstElementOnly) {
    auto& v1 = d.join({.station_mac = ann_mac, .version = frame::version::v1});
    v1.hears(frame_of(ann_mac, bob_mac, abc_then_de));
    v1.hears(frame_of(ann_mac, bob_mac, "7f18fe34 01020304 dd0518fe340412 dd0718fe340402 6465"));
    EXPECT_EQ(v1.heard(), names{"abc"});
    EXPECT_EQ(counts(v1.counted()), (names{"delivered=1", "empty=1"}));
}

TEST_F(Receive, Version1DiscardsWhatIsTooLongWhereItShould) {
    auto& v1 = d.join({.station_mac = ann_mac, .version = frame::version::v1, .oversize = v1_oversize::discard});
    v1.hears(frame_of(ann_mac, bob_mac, abc_then_de));
    v1.hears(frame_of(ann_mac, bob_mac, abc));
    EXPECT_EQ(v1.heard(), names{"abc"});
    EXPECT_EQ(counts(v1.counted()), (names{"delivered=1", "oversize_v1=1"}));
}

TEST_F(Receive, Version2TakesMoreElementsThanAnybodySends) {
    std::string body = "7f18fe34 01020304";
    for (int i = 0; i < 8; ++i)
        body += "dd0618fe340412 61";
    bob.hears(frame_of(bob_mac, ann_mac, body));
    EXPECT_EQ(bob.heard(), names{"aaaaaaaa"});
}

TEST_F(Receive, WithTheReceiverOffNothingIsHeard) {
    bob.dev.set_receiving(false);
    bob.hears(frame_of(bob_mac, ann_mac, abc));
    bob.hears({});
    EXPECT_EQ(counts(bob.counted()), names{"receiver_off=2"});
    bob.dev.set_receiving(true);
    bob.hears(frame_of(bob_mac, ann_mac, abc));
    EXPECT_EQ(bob.counted().delivered, 1u);
}

TEST_F(Receive, MessagesWaitWhileTheCallerTakesThemAndMayBeJoinedByOthers) {
    bob.dev.receive(frame_of(bob_mac, ann_mac, abc), {});
    auto first = bob.dev.next_event();
    ASSERT_TRUE(first);
    ASSERT_TRUE(bob.dev.add_peer(plain_peer(ann_mac)));  // as a sink does that answers
    ASSERT_TRUE(bob.dev.send(ann_mac, text("answer"), {}));
    bob.dev.receive(frame_of(bob_mac, ann_mac, abc), {});
    EXPECT_TRUE(std::holds_alternative<message>(*first));
    EXPECT_TRUE(std::holds_alternative<transmit>(*bob.dev.next_event()));
    EXPECT_TRUE(std::holds_alternative<message>(*bob.dev.next_event()));
    EXPECT_FALSE(bob.dev.next_event());
}

}  // namespace
}  // namespace nowire
