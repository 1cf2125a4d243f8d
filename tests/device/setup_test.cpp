#include "device/dialogue.hpp"
#include "device/wake_window.hpp"

#include <nowire/frame/mpdu.hpp>

#include <gtest/gtest.h>

namespace nowire {
namespace {

using namespace test;

device make(const device_options& options) {
    return device(
        options, [] { return 7u; }, nullptr);
}

TEST(Construction, RefusesWhatCanNeverBeRight) {
    const device_options good = {.station_mac = ann_mac};
    EXPECT_NO_THROW(make(good));
    const auto refused = [&](auto change) {
        auto options = good;
        change(options);
        try {
            make(options);
        } catch (const std::system_error& e) {
            return e.code() == make_error_code(errc::argument);
        }
        return false;
    };
    EXPECT_TRUE(refused([](auto& o) { o.station_mac = {}; }));
    EXPECT_TRUE(refused([](auto& o) { o.station_mac = some_group; }));
    EXPECT_TRUE(refused([](auto& o) { o.soft_ap_mac = mac_address(); }));
    EXPECT_TRUE(refused([](auto& o) { o.soft_ap_mac = everybody; }));
    EXPECT_TRUE(refused([](auto& o) { o.soft_ap_mac = ann_mac; }));
    EXPECT_TRUE(refused([](auto& o) { o.encrypted_limit = 18; }));
    EXPECT_TRUE(refused([](auto& o) { o.pool = 0; }));
    EXPECT_FALSE(refused([](auto& o) { o.encrypted_limit.reset(); }));
    EXPECT_THROW(device(good, nullptr, nullptr), std::system_error);
}

TEST(Construction, TheSoftApMacIsTheStationMacPlusOneUnlessTold) {
    auto dev = make({.station_mac = ann_mac});
    EXPECT_EQ(dev.address(interface::station), ann_mac);
    EXPECT_EQ(dev.address(interface::soft_ap), ann_mac.plus(1));
    EXPECT_EQ(dev.options().soft_ap_mac, ann_mac.plus(1));
    EXPECT_EQ(make({.station_mac = ann_mac, .soft_ap_mac = bob_mac}).address(interface::soft_ap), bob_mac);
}

TEST(Setup, TheFirstEventIsTheSetupToStartWith) {
    auto dev = make({.station_mac = ann_mac, .soft_ap_up = true, .home_channel = *channel::from_number(6)});
    const auto first = dev.next_event();
    ASSERT_TRUE(first);
    EXPECT_EQ(std::get<radio_setup>(*first),
              (radio_setup{
                  .on = *channel::from_number(6), .station = ann_mac, .soft_ap = ann_mac.plus(1), .receiving = true}));
    EXPECT_FALSE(dev.next_event());
}

TEST(Setup, AnotherAddressIsUsedFromThenOn) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    auto& bob = d.join(bob_mac);
    const auto soft_ap = ann.dev.address(interface::soft_ap);
    ASSERT_TRUE(ann.dev.set_addresses(cat_mac, soft_ap));
    ann.drain();
    EXPECT_EQ(ann.setups.back().station, cat_mac);
    EXPECT_EQ(ann.dev.address(interface::station), cat_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    ASSERT_TRUE(bob.dev.add_peer(plain_peer(cat_mac)));
    const auto asked = ann.says(bob_mac, "new");
    const auto answered = bob.says(cat_mac, "hello");
    d.run(10ms);
    EXPECT_EQ(ann.end_of(asked).result, tx_status::acked);
    EXPECT_EQ(bob.end_of(answered).result, tx_status::acked);
    ASSERT_EQ(bob.inbox.size(), 1U);
    EXPECT_EQ(bob.inbox.back().source, cat_mac);
    EXPECT_EQ(ann.heard(), std::vector<std::string>{"hello"});

    const auto refused = [&](const mac_address& station, const mac_address& other) {
        const auto done = ann.dev.set_addresses(station, other);
        return done ? std::nullopt : std::optional(done.error());
    };
    EXPECT_EQ(refused(some_group, soft_ap), errc::argument);
    EXPECT_EQ(refused(cat_mac, mac_address()), errc::argument);
    EXPECT_EQ(refused(cat_mac, cat_mac), errc::argument);
    ASSERT_TRUE(ann.dev.modify_peer(encrypted_peer(bob_mac)));
    EXPECT_EQ(refused(ann_mac, soft_ap), errc::peer_exists);
    EXPECT_EQ(refused(soft_ap, cat_mac), errc::peer_exists);
    EXPECT_EQ(refused(cat_mac, ann_mac), std::nullopt) << "no encrypted peer is reached by the SoftAP";
    ASSERT_TRUE(ann.dev.remove_peer(bob_mac));
    EXPECT_EQ(refused(ann_mac, cat_mac), std::nullopt) << "they may change places";
    EXPECT_EQ(ann.dev.address(interface::soft_ap), cat_mac);
}

TEST(Setup, ProtocolAndLimitsCanChange) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    auto& bob = d.join(bob_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    const bytes longer(251, 'x');
    ann.dev.set_protocol(frame::version::v1, v1_oversize::discard, frame::strictness::tolerant);
    EXPECT_EQ(ann.dev.send(bob_mac, longer, d.now()).error(), errc::argument);
    ann.dev.set_protocol(frame::version::v2, v1_oversize::discard, frame::strictness::current);
    ann.says(bob_mac, longer);
    d.run(10ms);
    bob.dev.set_protocol(frame::version::v1, v1_oversize::discard, frame::strictness::current);
    ann.says(bob_mac, longer);
    d.run(10ms);
    EXPECT_EQ(bob.inbox.size(), 1U) << "the second was too long for a version 1 that discards";
    EXPECT_EQ(bob.counted().oversize_v1, 1U);

    ASSERT_TRUE(ann.dev.set_limits(1, 1));
    ASSERT_TRUE(ann.dev.add_peer(encrypted_peer(cat_mac)));
    EXPECT_EQ(ann.dev.modify_peer(encrypted_peer(bob_mac)).error(), errc::peer_list_full);
    ann.cut_radio();
    ASSERT_TRUE(ann.dev.send(bob_mac, text("one"), d.now()));
    EXPECT_EQ(ann.dev.send(bob_mac, text("two"), d.now()).error(), errc::no_memory);
    EXPECT_EQ(ann.dev.set_limits(18, 1).error(), errc::argument);
    EXPECT_EQ(ann.dev.set_limits(1, 0).error(), errc::argument);
    EXPECT_EQ(ann.dev.options().encrypted_limit, 1U);
    EXPECT_EQ(ann.dev.options().pool, 1U);
}

TEST(Setup, IsToldAgainExactlyWhenSomethingChanged) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    ASSERT_EQ(ann.setups.size(), 1u);
    const auto told = [&] {
        ann.drain();
        return ann.setups.size();
    };
    ann.dev.set_channel(channel(), d.now());
    ann.dev.set_interface(interface::station, true);
    ann.dev.set_interface(interface::soft_ap, false);
    ann.dev.set_receiving(true);
    ann.dev.advance(d.now());
    ASSERT_TRUE(ann.dev.set_wake(10ms, 10ms, d.now()));
    ann.dev.set_user_oui({1, 2, 3});
    ann.dev.set_tx_rate(rate::ofdm_6m);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    EXPECT_EQ(told(), 1u);

    ann.dev.set_channel(*channel::from_number(11), d.now());
    EXPECT_EQ(told(), 2u);
    EXPECT_EQ(ann.setups.back().on.number(), 11);
    EXPECT_EQ(ann.dev.home_channel().number(), 11);
    ann.dev.set_interface(interface::soft_ap, true);
    EXPECT_EQ(told(), 3u);
    EXPECT_EQ(ann.setups.back().soft_ap, ann_mac.plus(1));
    EXPECT_TRUE(ann.dev.is_up(interface::soft_ap));
    ann.dev.set_interface(interface::station, false);
    EXPECT_EQ(told(), 4u);
    EXPECT_EQ(ann.setups.back().station, std::nullopt);
    EXPECT_FALSE(ann.dev.is_up(interface::station));
    ann.dev.set_receiving(false);
    EXPECT_EQ(told(), 5u);
    EXPECT_FALSE(ann.setups.back().receiving);
    EXPECT_FALSE(ann.dev.is_receiving());
}

TEST(Setup, ComesBeforeWhatIsSentWithIt) {
    auto dev = make({.station_mac = ann_mac});
    ASSERT_TRUE(dev.add_peer(plain_peer(everybody)));
    dev.set_channel(*channel::from_number(11), {});
    ASSERT_TRUE(dev.send(everybody, text("x"), {}));
    EXPECT_EQ(std::get<radio_setup>(*dev.next_event()).on.number(), 1);
    EXPECT_EQ(std::get<radio_setup>(*dev.next_event()).on.number(), 11);
    EXPECT_TRUE(std::holds_alternative<transmit>(*dev.next_event()));
}

TEST(Setup, OnAnotherChannelNobodyHearsOrAcknowledges) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    auto& bob = d.join({.station_mac = bob_mac, .home_channel = *channel::from_number(6)});
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    const auto unheard = ann.says(bob_mac, "one");
    d.run(50ms);
    EXPECT_EQ(ann.end_of(unheard).result, tx_status::not_acked);
    ann.dev.set_channel(*channel::from_number(6), d.now());
    ann.drain();
    const auto heard = ann.says(bob_mac, "two");
    d.run(50ms);
    EXPECT_EQ(ann.end_of(heard).result, tx_status::acked);
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"two"});
}

TEST(Setup, WithTheReceiverOffADeviceMaySendButIsNotReached) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    auto& bob = d.join(bob_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    ASSERT_TRUE(bob.dev.add_peer(plain_peer(ann_mac)));
    bob.dev.set_receiving(false);
    bob.drain();
    const auto to_bob = ann.says(bob_mac, "not heard");
    const auto from_bob = bob.says(ann_mac, "heard");
    d.run(100ms);
    EXPECT_EQ(ann.end_of(to_bob).result, tx_status::not_acked);
    EXPECT_EQ(bob.end_of(from_bob).result, tx_status::acked);
    EXPECT_TRUE(bob.inbox.empty());
}

TEST(Wake, InTheWindowItHearsAndOutsideItNeitherHearsNorAcknowledges) {
    dialogue d;
    auto& ann = d.join({.station_mac = ann_mac, .retries = 0});
    auto& bob = d.join(bob_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    ASSERT_TRUE(bob.dev.set_wake(50ms, 100ms, d.now()));
    bob.drain();
    const std::pair<duration, bool> sent[] = {{0ms, true},   {48ms, true}, {49ms, false}, {70ms, false},
                                              {98ms, false}, {99ms, true}, {148ms, true}, {149ms, false}};
    for (const auto& [when, in_window] : sent) {  // a frame counts at its end, 1 ms later
        d.run(time_point(when) - d.now());
        const auto token = ann.says(bob_mac, "x");
        d.run(dialogue::airtime);
        EXPECT_EQ(ann.end_of(token).result, in_window ? tx_status::acked : tx_status::not_acked) << when.count();
    }
    EXPECT_EQ(bob.inbox.size(), 4u);
    EXPECT_EQ(bob.counted().receiver_off, 0u);  // the radio itself was off
}

TEST(Wake, OpensAtEachIntervalForTheWindow) {
    auto dev = make({.station_mac = ann_mac});
    ASSERT_TRUE(dev.next_event());
    EXPECT_EQ(dev.next_deadline(), std::nullopt);
    ASSERT_TRUE(dev.set_wake(20ms, 100ms, time_point(5ms)));
    EXPECT_TRUE(dev.is_receiving());
    for (int interval = 0; interval < 3; ++interval) {
        const auto start = time_point(5ms + interval * 100ms);
        EXPECT_TRUE(dev.is_receiving());
        EXPECT_EQ(dev.next_deadline(), start + 20ms);
        dev.advance(start + 20ms - 1ns);
        EXPECT_TRUE(dev.is_receiving());
        EXPECT_FALSE(dev.next_event());
        dev.advance(start + 20ms);
        EXPECT_FALSE(dev.is_receiving());
        EXPECT_FALSE(std::get<radio_setup>(*dev.next_event()).receiving);
        EXPECT_EQ(dev.next_deadline(), start + 100ms);
        dev.advance(start + 100ms);
        EXPECT_TRUE(std::get<radio_setup>(*dev.next_event()).receiving);
    }
}

TEST(Wake, CatchesUpAfterALongPause) {
    auto dev = make({.station_mac = ann_mac});
    ASSERT_TRUE(dev.set_wake(20ms, 100ms, time_point(0ms)));
    dev.advance(time_point(1h + 30ms));
    EXPECT_FALSE(dev.is_receiving());
    EXPECT_EQ(dev.next_deadline(), time_point(1h + 100ms));
    dev.advance(time_point(2h + 10ms));
    EXPECT_TRUE(dev.is_receiving());
    EXPECT_EQ(dev.next_deadline(), time_point(2h + 20ms));
    dev.advance(time_point(1h));  // a time that goes back
    EXPECT_EQ(dev.next_deadline(), time_point(2h + 20ms));
}

TEST(Wake, AWindowOfZeroIsNeverOpenAndOneAsLongAsTheIntervalAlways) {
    auto dev = make({.station_mac = ann_mac});
    ASSERT_TRUE(dev.set_wake(0ms, 100ms, {}));
    EXPECT_FALSE(dev.is_receiving());
    EXPECT_EQ(dev.next_deadline(), std::nullopt);
    dev.advance(time_point(100ms));
    EXPECT_FALSE(dev.is_receiving());
    ASSERT_TRUE(dev.set_wake(100ms, 100ms, time_point(100ms)));
    EXPECT_TRUE(dev.is_receiving());
    EXPECT_EQ(dev.next_deadline(), std::nullopt);
    dev.advance(time_point(250ms));
    EXPECT_TRUE(dev.is_receiving());
}

TEST(Wake, RefusesTimesThatCannotBe) {
    auto dev = make({.station_mac = ann_mac});
    EXPECT_EQ(dev.set_wake(-1ns, 100ms, {}), std::unexpected(errc::argument));
    EXPECT_EQ(dev.set_wake(1ms, 0ms, {}), std::unexpected(errc::argument));
    EXPECT_EQ(dev.set_wake(1ms, -1ms, {}), std::unexpected(errc::argument));
    EXPECT_TRUE(dev.is_receiving());
}

TEST(Wake, AnIntervalWithoutEndIsNoTrouble) {
    auto dev = make({.station_mac = ann_mac});
    ASSERT_TRUE(dev.set_wake(10ms, duration::max(), time_point(1h)));
    EXPECT_EQ(dev.next_deadline(), time_point(1h + 10ms));
    dev.advance(time_point(2h));
    EXPECT_FALSE(dev.is_receiving());
    EXPECT_EQ(dev.next_deadline(), std::nullopt);
    dev.advance(time_point::max());
    EXPECT_FALSE(dev.is_receiving());
}

TEST(Wake, BothTheSwitchAndTheWindowMustBeOpen) {
    auto dev = make({.station_mac = ann_mac});
    ASSERT_TRUE(dev.set_wake(10ms, 100ms, {}));
    dev.set_receiving(false);
    EXPECT_FALSE(dev.is_receiving());
    dev.advance(time_point(10ms));
    dev.set_receiving(true);
    EXPECT_FALSE(dev.is_receiving());
    dev.advance(time_point(100ms));
    EXPECT_TRUE(dev.is_receiving());
}

TEST(Wake, AFrameThatCameBeforeTheWindowWasClosedIsTakenLate) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    auto& bob = d.join(bob_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    ASSERT_TRUE(bob.dev.set_wake(10ms, 100ms, d.now()));
    bob.drain();
    d.run(8ms);
    d.script({{.delay = 5ms}});  // acknowledged at 9 ms, read by the program at 14 ms
    const auto token = ann.says(bob_mac, "in time");
    d.run(50ms);
    EXPECT_EQ(ann.end_of(token).result, tx_status::acked);
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"in time"});
    bob.hears(d.wire.at(0).mpdu, time_point(10ms));
    bob.hears(d.wire.at(0).mpdu, time_point(58ms));
    EXPECT_EQ(bob.counted().receiver_off, 2u);
}

}  // namespace
}  // namespace nowire
