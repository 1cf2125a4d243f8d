#include "station/station_fake_radio.hpp"

#include <nowire/station/station.hpp>

#include <gmock/gmock.h>

#include <chrono>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr mac_address own({0x02, 0, 0, 0, 0, 0x10});
constexpr mac_address bob({0x02, 0, 0, 0, 0, 0x20});

/// A station on a fake radio that the test keeps in sight.
struct StationTest : ::testing::Test {
    station& make(station_options options = {}) {
        auto made = std::make_unique<fake_radio>(own);
        air = made.get();
        it = std::make_unique<station>(std::move(made), std::move(options));
        return *it;
    }
    void hear(std::string_view text) { air->hear(plain_mpdu(bob, own, text)); }

    fake_radio* air = nullptr;
    std::unique_ptr<station> it;
};

TEST_F(StationTest, SetsUpItsRadioWithTheIdentityThatTheRadioHas) {
    auto made = std::make_unique<fake_radio>(own);
    made->who.on = *channel::from_number(6);
    made->who.soft_ap = bob;
    const auto& radio = *made;
    station_options options;
    options.device.soft_ap_up = true;
    station s(std::move(made), std::move(options));
    EXPECT_THAT(radio.setups, ElementsAre(radio_setup{.on = *channel::from_number(6), .station = own, .soft_ap = bob}));
    EXPECT_EQ(s.address(), own);
}

TEST_F(StationTest, TakesAddressAndChannelOfItsOptionsWhereTheyAreGiven) {
    station_options options;
    options.device.station_mac = bob;
    options.device.home_channel = *channel::from_number(11);
    auto& s = make(std::move(options));
    EXPECT_THAT(air->setups,
                ElementsAre(radio_setup{.on = *channel::from_number(11), .station = bob, .soft_ap = std::nullopt}));
    EXPECT_EQ(s.address(), bob);
}

TEST_F(StationTest, CannotBeMadeWhereTheRadioRefusesItsAddress) {
    auto made = std::make_unique<fake_radio>(own);
    made->against = error{.code = errc::refused, .text = "kitchen has the address already"};
    try {
        station s(std::move(made));
        FAIL() << "was made";
    } catch (const std::system_error& e) {
        EXPECT_EQ(e.code(), errc::refused);
        EXPECT_THAT(e.what(), HasSubstr("kitchen has the address already"));
    }
}

TEST_F(StationTest, CannotBeMadeWithMoreLmksThanThereMayBeEncryptedPeers) {
    station_options options;
    options.device.encrypted_limit = 1;
    options.lmks.emplace(bob, *ccmp::lmk::parse("0123456789abcdef"));
    options.lmks.emplace(bob.plus(1), *ccmp::lmk::parse("0123456789abcdef"));
    EXPECT_THROW(make(std::move(options)), std::system_error);
}

TEST_F(StationTest, OpensTheRadioThatAUrlNames) {
    const std::vector<radio_backend> backends = {
        {.scheme = "fake",
         .help = "",
         .open = [](const radio_url& url) -> std::expected<std::unique_ptr<radio>, error> {
             auto made = std::make_unique<fake_radio>(own);
             if (url.path == "refuses") made->against = error{.code = errc::refused, .text = "taken by kitchen"};
             return made;
         }}};
    const auto opened = station::open("fake:", backends);
    ASSERT_TRUE(opened);
    EXPECT_EQ((*opened)->address(), own);

    const auto unknown = station::open("other:", backends);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, errc::bad_url);

    const auto refused = station::open("fake:refuses", backends);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::refused);
    EXPECT_EQ(refused.error().text, "taken by kitchen");

    station_options impossible;
    impossible.device.station_mac = mac_address::broadcast();
    const auto wrong = station::open("fake:", backends, impossible);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, errc::argument);
}

TEST_F(StationTest, SendsAndSaysHowItEnded) {
    auto& s = make();
    const auto done = s.send(bob, "hello");
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(done->result, tx_status::acked);
    EXPECT_EQ(done->destination, bob);
    ASSERT_EQ(air->sent.size(), 1u);
    const auto& mpdu = air->sent[0].mpdu;
    EXPECT_EQ(std::string(mpdu.end() - 5, mpdu.end()), "hello");
}

TEST_F(StationTest, CallsTheCompletionHandlerOnceAndNeverFromInsideSendThen) {
    auto& s = make();
    int calls = 0;
    ASSERT_TRUE(s.send_then(bob, bytes_of("x"), [&](const completion& done) {
        ++calls;
        EXPECT_EQ(done.result, tx_status::acked);
    }));
    EXPECT_EQ(calls, 0);
    s.run_ready();
    EXPECT_EQ(calls, 1);
    s.run_ready();
    EXPECT_EQ(calls, 1);
}

TEST_F(StationTest, DoesNotCallTheCompletionHandlerOfARefusedSend) {
    auto& s = make();
    const auto refused = s.send_then(bob, {}, [](const completion&) { FAIL() << "called"; });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::argument);
    EXPECT_THAT(refused.error().text, HasSubstr("1 to 1490 bytes"));
    s.run_ready();
}

TEST_F(StationTest, SendsToAllUnicastPeersAndSaysHowEachEnded) {
    auto& s = make();
    const auto nobody = s.send_to_all_then(bytes_of("x"), nullptr);
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().code, errc::peer_not_found);
    ASSERT_TRUE(s.send(bob, "first"));
    ASSERT_TRUE(s.send(bob.plus(1), "second"));
    ASSERT_TRUE(s.send(mac_address::broadcast(), "a group"));
    std::vector<mac_address> ends;
    const auto sent =
        s.send_to_all_then(bytes_of("x"), [&](const completion& done) { ends.push_back(done.destination); });
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->size(), 2u);
    s.run_ready();
    EXPECT_THAT(ends, ElementsAre(bob, bob.plus(1)));
}

TEST_F(StationTest, WaitsForABufferWhereNoneIsFree) {
    station_options options;
    options.device.pool = 1;
    auto& s = make(std::move(options));
    air->answers = false;
    ASSERT_TRUE(s.send_then(bob, bytes_of("first"), nullptr));
    const auto full = s.send_then(bob, bytes_of("no room"), nullptr);
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, errc::no_memory);

    s.clock().call_at(time_point(5ms), [&] {
        air->answers = true;
        air->answer(air->sent[0].token, tx_status::not_acked, 32);
    });
    const auto done = s.send(bob, "second", 1s);
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(done->accepted, time_point(5ms));
    EXPECT_EQ(s.device().statistics().refused, 2u) << "it asks again only when there is room";
}

TEST_F(StationTest, GivesUpASendExactlyWhenItsTimeoutIsOver) {
    station_options options;
    options.device.pool = 1;
    auto& s = make(std::move(options));
    air->answers = false;
    auto ended = s.send(bob, "never answered", 30ms);
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, errc::timeout);
    EXPECT_THAT(ended.error().text, HasSubstr("within 30 ms"));
    EXPECT_EQ(s.clock().now(), time_point(30ms));

    ended = s.send(bob, "never gets a buffer", 12ms);
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, errc::timeout);
    EXPECT_THAT(ended.error().text, HasSubstr("no free buffer"));
    EXPECT_EQ(s.clock().now(), time_point(42ms));
    EXPECT_EQ(air->sent.size(), 1u);

    air->answer(air->sent[0].token, tx_status::acked);  // late: nobody waits any more
    s.run_ready();
    EXPECT_EQ(s.device().in_flight(), 0u);
}

TEST_F(StationTest, ReceivesWhatComesInTheOrderInWhichItComes) {
    auto& s = make();
    hear("one");
    hear("two");
    EXPECT_EQ(text_of(*s.receive(0ms)), "one");
    const auto second = s.receive();
    EXPECT_EQ(text_of(*second), "two");
    EXPECT_EQ(second->source, bob);
    EXPECT_EQ(second->rssi, -40);
    EXPECT_FALSE(s.receive(0ms));
}

TEST_F(StationTest, GivesUpAReceiveExactlyWhenItsTimeoutIsOver) {
    auto& s = make();
    const auto nothing = s.receive(250ms);
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, errc::timeout);
    EXPECT_EQ(s.clock().now(), time_point(250ms));
    EXPECT_FALSE(s.receive(0ms));
    EXPECT_EQ(s.clock().now(), time_point(250ms)) << "zero only looks";
}

TEST_F(StationTest, TakesATimeoutThatIsLongerThanTimeForNone) {
    auto& s = make();
    s.clock().call_at(time_point(24h), [&] { hear("next day"); });
    EXPECT_EQ(text_of(*s.receive(duration::max())), "next day");
}

TEST_F(StationTest, CallsTheMessageHandlerForEachMessage) {
    auto& s = make();
    int calls = 0;
    s.on_message([&] { ++calls; });
    hear("one");
    hear("two");
    s.run_ready();
    EXPECT_EQ(calls, 2);
    EXPECT_EQ(s.inbox().size(), 2u);
}

TEST_F(StationTest, DoesNotCallTheMessageHandlerForAMessageThatHadNoRoom) {
    station_options options;
    options.inbox.messages = 1;
    auto& s = make(std::move(options));
    int calls = 0;
    s.on_message([&] { ++calls; });
    hear("one");
    hear("two");
    s.run_ready();
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(s.inbox().dropped(), 1u);
}

TEST_F(StationTest, CallsNoHandlerThatWasTakenAwayBeforeItsCall) {
    auto& s = make();
    int calls = 0;
    s.on_message([&] {
        ++calls;
        s.on_message({});
    });
    hear("one");
    hear("two");
    s.run_ready();
    EXPECT_EQ(calls, 1);
}

TEST_F(StationTest, LetsAHandlerSendAndAddPeers) {
    auto& s = make();
    std::vector<std::string> answered;
    s.on_message([&] {
        const auto asked = s.inbox().pop();
        ASSERT_TRUE(s.send_then(asked->source, asked->payload, [&, text = text_of(*asked)](const completion&) {
            answered.push_back(text);
            peer more;
            more.address = bob.plus(7);
            EXPECT_TRUE(s.device().add_peer(more));
            s.run_ready();
        }));
    });
    hear("ping");
    s.run_ready();
    EXPECT_THAT(answered, ElementsAre());
    s.run_ready();
    EXPECT_THAT(answered, ElementsAre("ping"));
    EXPECT_NE(s.device().find_peer(bob.plus(7)), nullptr);
}

TEST_F(StationTest, LetsWhatAHandlerThrowsOutAndMakesTheOtherCallsNextTime) {
    auto& s = make();
    int ended = 0;
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(s.send_then(bob, bytes_of("x"), [&, i](const completion&) {
            if (i == 1) throw std::runtime_error("the program's own");
            ++ended;
        }));
    EXPECT_THROW(s.run_ready(), std::runtime_error);
    EXPECT_EQ(ended, 1);
    EXPECT_TRUE(is_readable(s.work_descriptor()));
    s.run_ready();
    EXPECT_EQ(ended, 2);
    EXPECT_EQ(s.send(bob, "still works")->result, tx_status::acked);
}

TEST_F(StationTest, KeepsWhatAHandlerThrowsInsideABlockingSendFromHarmingIt) {
    auto& s = make();
    s.on_message([] { throw std::runtime_error("the program's own"); });
    air->answers = false;
    hear("x");
    EXPECT_THROW((void)s.send(bob, "interrupted"), std::runtime_error);
    air->answer(air->sent[0].token, tx_status::acked);
    s.run_ready();
    EXPECT_EQ(s.device().in_flight(), 0u);
}

TEST_F(StationTest, HandsCallsOverWithoutMakingThem) {
    auto& s = make();
    int calls = 0;
    s.on_message([&] { ++calls; });
    hear("one");
    s.process();
    EXPECT_EQ(calls, 0);
    const auto due = s.take_calls();
    EXPECT_EQ(due.size(), 1u);
    EXPECT_EQ(calls, 0);
    due[0]();
    EXPECT_EQ(calls, 1);
    EXPECT_TRUE(s.take_calls().empty());
    s.run_ready();
    EXPECT_EQ(calls, 1);
}

TEST_F(StationTest, DoesNotWaitWhileCallsAreToBeMade) {
    auto& s = make();
    int calls = 0;
    s.on_message([&] { ++calls; });
    hear("one");
    s.process();
    s.run_until(time_point(1s));
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(s.clock().now(), time_point());
    s.run_until(time_point(1s));
    EXPECT_EQ(s.clock().now(), time_point(1s));
}

TEST_F(StationTest, OpensAndClosesTheReceiverWithTheWakeWindowOfItsDevice) {
    auto& s = make();
    ASSERT_TRUE(s.device().set_wake(20ms, 100ms, s.clock().now()));
    s.flush();
    EXPECT_FALSE(s.receive(130ms));
    std::vector<bool> receiving;
    for (const auto& setup : air->setups)
        receiving.push_back(setup.receiving);
    EXPECT_THAT(receiving, ElementsAre(true, false, true, false));
}

TEST_F(StationTest, NeverUsesAPacketNumberTwiceWhereTwoPeersHaveOneKey) {
    station_options options;
    const auto lmk = *ccmp::lmk::parse("0123456789abcdef");
    options.lmks.emplace(bob, lmk);
    options.lmks.emplace(bob.plus(1), lmk);
    options.wall_clock = [] { return 1'700'000'000s; };
    auto& s = make(std::move(options));
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(s.send(bob, "x"));
        ASSERT_TRUE(s.send(bob.plus(1), "x"));
        if (i == 10) {
            const peer again = *s.device().find_peer(bob);
            ASSERT_TRUE(s.device().remove_peer(bob));
            ASSERT_TRUE(s.device().add_peer(again));
        }
    }
    std::set<std::string> numbers;
    for (const auto& each : air->sent) {
        ASSERT_TRUE(frame::read_header(each.mpdu)->control.is_protected());
        numbers.emplace(each.mpdu.begin() + 24, each.mpdu.begin() + 32);
    }
    EXPECT_EQ(numbers.size(), 40u);
}

TEST_F(StationTest, NeverUsesAPacketNumberOfAnotherStationOfTheProcess) {
    std::set<std::string> numbers;
    for (int i = 0; i < 5; ++i) {
        station_options options;
        options.lmks.emplace(bob, *ccmp::lmk::parse("the same for all"));
        options.wall_clock = [] { return 1'600'000'000s; };
        auto& s = make(std::move(options));
        ASSERT_TRUE(s.send(bob, "x"));
        const auto& mpdu = air->sent.at(0).mpdu;
        numbers.emplace(mpdu.begin() + 24, mpdu.begin() + 32);
    }
    EXPECT_EQ(numbers.size(), 5u);
}

TEST_F(StationTest, SendsTheSameBytesAgainWhereRandomValuesAndTimeOfDayAreGiven) {
    const auto run = [this] {
        station_options options;
        options.random = [value = 7u]() mutable { return value++; };
        auto& s = make(std::move(options));
        EXPECT_TRUE(s.send(bob, "same"));
        return air->sent.at(0).mpdu;
    };
    EXPECT_EQ(run(), run());
}

TEST_F(StationTest, DrawsItsRandomValuesFromTheSystemElsewhere) {
    auto& s = make();
    std::set<std::string> values;
    for (int i = 0; i < 200; ++i)
        ASSERT_TRUE(s.send(bob, "x"));
    for (const auto& each : air->sent)
        values.emplace(each.mpdu.begin() + 28, each.mpdu.begin() + 32);
    EXPECT_GE(values.size(), 199u);
}

}  // namespace
}  // namespace nowire::test
