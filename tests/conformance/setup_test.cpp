/// Identity, configure() and who is reached after it.

#include "conformance/radio_contract.hpp"

#include <gmock/gmock.h>

namespace nowire::conformance {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

const auto channel_1 = *channel::from_number(1);
const auto channel_6 = *channel::from_number(6);

}  // namespace

TEST_P(RadioContract, ARadioSaysWhoItIs) {
    auto& a = join({.name = "kitchen", .on = channel_6});
    const auto who = a.on_air().identity();
    EXPECT_EQ(who.name, "kitchen");
    EXPECT_FALSE(who.station.is_zero());
    EXPECT_FALSE(who.station.is_group());
    EXPECT_TRUE(who.station.is_locally_administered());
    EXPECT_EQ(who.soft_ap, who.station.plus(1));
    EXPECT_EQ(who.on, channel_6);
}

TEST_P(RadioContract, AnAddressThatIsGivenIsTaken) {
    const mac_address given({0x24, 0x0a, 0xc4, 0x1d, 0x58, 0x68});
    auto& a = join({.name = "kitchen", .station = given});
    EXPECT_EQ(a.mac(), given);
}

TEST_P(RadioContract, TheAddressOfANameStaysTheSame) {
    auto* a = &join({.name = "kitchen"});
    const auto mac = a->mac();
    leave(*a);
    auto& again = join({.name = "kitchen"});
    EXPECT_EQ(again.mac(), mac);
    EXPECT_NE(join({.name = "cellar"}).mac(), mac);
}

TEST_P(RadioContract, AnotherChannelIsNotHeard) {
    auto& a = join({.name = "a", .on = channel_1});
    auto& b = join({.name = "b", .on = channel_6});
    auto& c = join({.name = "c", .on = channel_6});
    const auto token = a.send(b.mac(), "hello", 1);
    a.send(mac_address::broadcast(), "all");
    ASSERT_TRUE(run_until_answered(a, token));
    ASSERT_TRUE(run_until_answered(a, token + 1));
    EXPECT_EQ(a.answer_to(token)->status, expected_status(a, false));
    EXPECT_EQ(a.answer_to(token)->attempts, expected_attempts(a, false, 1));
    ASSERT_TRUE(run_until_quiet(c, b));
    EXPECT_THAT(b.texts(), ElementsAre("quiet 1"));
}

TEST_P(RadioContract, AListenerThatChangesChannelIsHeardThere) {
    auto& a = join({.name = "a", .on = channel_6});
    auto& b = join({.name = "b", .on = channel_1});
    auto setup = b.setup();
    setup.on = channel_6;
    ASSERT_TRUE(b.on_air().configure(setup));
    const auto token = a.send(b.mac(), "hello", 1);
    ASSERT_TRUE(run_until_answered(a, token));
    EXPECT_EQ(a.answer_to(token)->status, expected_status(a, true));
    ASSERT_TRUE(run_until([&] { return b.count("hello") > 0; }));
    EXPECT_EQ(b.heard.front().info.on, channel_6);
}

TEST_P(RadioContract, ASenderThatChangesChannelSendsThere) {
    auto& a = join({.name = "a", .on = channel_1});
    auto& b = join({.name = "b", .on = channel_6});
    auto setup = a.setup();
    setup.on = channel_6;
    ASSERT_TRUE(a.on_air().configure(setup));
    const auto token = a.send(b.mac(), "hello", 1);
    ASSERT_TRUE(run_until_answered(a, token));
    EXPECT_EQ(a.answer_to(token)->status, expected_status(a, true));
}

TEST_P(RadioContract, AReceiverThatIsOffHearsAndAcknowledgesNothing) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    auto setup = b.setup();
    setup.receiving = false;
    b.on_air().set_promiscuous(true);
    ASSERT_TRUE(b.on_air().configure(setup));
    const auto token = a.send(b.mac(), "hello", 1);
    a.send(mac_address::broadcast(), "all");
    ASSERT_TRUE(run_until_answered(a, token));
    ASSERT_TRUE(run_until_answered(a, token + 1));
    EXPECT_EQ(a.answer_to(token)->status, expected_status(a, false));

    setup.receiving = true;
    ASSERT_TRUE(b.on_air().configure(setup));
    ASSERT_TRUE(run_until_quiet(a, b));
    EXPECT_THAT(b.texts(), ElementsAre("quiet 1"));
    const auto now_on = a.send(b.mac(), "hello again", 1);
    ASSERT_TRUE(run_until_answered(a, now_on));
    EXPECT_EQ(a.answer_to(now_on)->status, expected_status(a, true));
}

TEST_P(RadioContract, ARadioWhoseReceiverIsOffTransmitsAllTheSame) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    auto setup = a.setup();
    setup.receiving = false;
    ASSERT_TRUE(a.on_air().configure(setup));
    const auto token = a.send(b.mac(), "hello", 1);
    ASSERT_TRUE(run_until_answered(a, token));
    EXPECT_EQ(a.answer_to(token)->status, expected_status(a, true));
    ASSERT_TRUE(run_until([&] { return b.count("hello") > 0; }));
}

TEST_P(RadioContract, BothAddressesAreAnsweredWhileTheirInterfacesAreUp) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    const auto who = b.on_air().identity();
    const auto down = a.send(who.soft_ap, "down", 1);
    ASSERT_TRUE(run_until_answered(a, down));
    EXPECT_EQ(a.answer_to(down)->status, expected_status(a, false));

    auto setup = b.setup();
    setup.soft_ap = who.soft_ap;
    ASSERT_TRUE(b.on_air().configure(setup));
    const auto to_ap = a.send(who.soft_ap, "to the SoftAP", 1);
    const auto to_station = a.send(who.station, "to the station", 1);
    ASSERT_TRUE(run_until_answered(a, to_ap));
    ASSERT_TRUE(run_until_answered(a, to_station));
    EXPECT_EQ(a.answer_to(to_ap)->status, expected_status(a, true));
    EXPECT_EQ(a.answer_to(to_station)->status, expected_status(a, true));

    setup.station.reset();
    ASSERT_TRUE(b.on_air().configure(setup));
    const auto station_down = a.send(who.station, "station down", 1);
    ASSERT_TRUE(run_until_answered(a, station_down));
    EXPECT_EQ(a.answer_to(station_down)->status, expected_status(a, false));
    ASSERT_TRUE(run_until_quiet(a, b)) << "groups are heard with any interface";
    EXPECT_EQ(b.count("down"), 0);
    EXPECT_EQ(b.count("station down"), 0);
    EXPECT_GE(b.count("to the SoftAP"), 1);
    EXPECT_GE(b.count("to the station"), 1);
}

TEST_P(RadioContract, AnAddressThatAnotherRadioHasIsRefusedByItsName) {
    auto& a = join({.name = "kitchen"});
    if (!a.can().acks_for_us) GTEST_SKIP() << "a radio that acknowledges nothing can share an address unnoticed";
    const auto second = air().make_radio({.name = "cellar", .station = a.mac()});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, errc::refused);
    EXPECT_THAT(second.error().text, HasSubstr("kitchen"));
    EXPECT_THAT(second.error().text, HasSubstr(a.mac().to_string()));
}

TEST_P(RadioContract, ARefusedSetupChangesNothing) {
    auto& a = join({.name = "kitchen"});
    if (!a.can().acks_for_us) GTEST_SKIP() << "a radio that acknowledges nothing can share an address unnoticed";
    auto& b = join({.name = "cellar"});
    auto setup = b.setup();
    setup.on = channel_6;
    setup.soft_ap = a.mac();
    const auto refused = b.on_air().configure(setup);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::refused);
    EXPECT_THAT(refused.error().text, HasSubstr("kitchen"));

    const auto token = a.send(b.mac(), "still on channel 1?", 1);
    ASSERT_TRUE(run_until_answered(a, token));
    EXPECT_EQ(a.answer_to(token)->status, expected_status(a, true));
    EXPECT_TRUE(run_until([&] { return b.count("still on channel 1?") > 0; }));
}

TEST_P(RadioContract, AnAddressThatNoRadioCanHaveIsAnArgumentError) {
    auto& a = join({.name = "a"});
    if (!a.can().acks_for_us) GTEST_SKIP() << "has no use for addresses";
    auto setup = a.setup();
    setup.station = mac_address::broadcast();
    auto failed = a.on_air().configure(setup);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, errc::argument);
    setup.station = mac_address();
    failed = a.on_air().configure(setup);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, errc::argument);
}

TEST_P(RadioContract, ARadioThatLeftAnswersNoMoreAndItsAddressIsFree) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    const auto mac = b.mac();
    leave(b);
    const auto token = a.send(mac, "hello", 1);
    ASSERT_TRUE(run_until_answered(a, token));
    EXPECT_EQ(a.answer_to(token)->status, expected_status(a, false));

    auto& heir = join({.name = "heir", .station = mac});
    const auto to_heir = a.send(mac, "hello", 1);
    ASSERT_TRUE(run_until_answered(a, to_heir));
    EXPECT_EQ(a.answer_to(to_heir)->status, expected_status(a, true));
    ASSERT_TRUE(run_until([&] { return heir.count("hello") > 0; }));
}

TEST_P(RadioContract, AnAddressThatARadioGaveUpIsFree) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    if (!a.can().acks_for_us) GTEST_SKIP() << "a radio that acknowledges nothing can share an address unnoticed";
    auto setup = a.setup();
    setup.station.reset();
    ASSERT_TRUE(a.on_air().configure(setup));
    auto others = b.setup();
    others.soft_ap = a.mac();
    EXPECT_TRUE(b.on_air().configure(others));
    setup.station = a.mac();
    EXPECT_FALSE(a.on_air().configure(setup)) << "b has it now";
}

}  // namespace nowire::conformance
