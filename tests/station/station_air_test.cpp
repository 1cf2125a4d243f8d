#include "station/station_fake_radio.hpp"

#include <nowire/frame/mpdu.hpp>
#include <nowire/radio/simulation.hpp>
#include <nowire/station/station.hpp>

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <vector>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;

constexpr mac_address ann_mac({0x02, 0, 0, 0, 0, 0x10});
constexpr mac_address bob_mac({0x02, 0, 0, 0, 0, 0x20});
const auto key_one = *ccmp::lmk::parse("lmk number one!!");
const auto key_two = *ccmp::lmk::parse("lmk number two!!");

std::unique_ptr<station> join(simulation& air, const mac_address& address, std::string name,
                              station_options options = {}) {
    auto radio = air.make_radio({.station = address, .name = std::move(name), .on = {}, .at = {}});
    EXPECT_TRUE(radio);
    return std::make_unique<station>(std::move(*radio), std::move(options));
}

station_options with_key(const mac_address& of, const ccmp::lmk& key) {
    station_options options;
    options.lmks.emplace(of, key);
    return options;
}

TEST(StationsOnAnAir, SendAndReceiveToAndFro) {
    simulation air;
    auto ann = join(air, ann_mac, "ann");
    auto bob = join(air, bob_mac, "bob");
    for (int i = 0; i < 50; ++i) {
        const auto there = ann->send(bob_mac, "ping " + std::to_string(i));
        ASSERT_TRUE(there);
        EXPECT_EQ(there->result, tx_status::acked);
        const auto ping = bob->receive();
        ASSERT_TRUE(ping);
        EXPECT_EQ(text_of(*ping), "ping " + std::to_string(i));
        EXPECT_EQ(ping->source, ann_mac);
        EXPECT_FALSE(ping->was_encrypted);
        EXPECT_EQ(bob->send(ping->source, "pong")->result, tx_status::acked);
        EXPECT_EQ(text_of(*ann->receive()), "pong");
    }
}

TEST(StationsOnAnAir, BroadcastWithoutAddingAnybody) {
    simulation air;
    auto ann = join(air, ann_mac, "ann");
    auto bob = join(air, bob_mac, "bob");
    EXPECT_EQ(ann->send(mac_address::broadcast(), "all")->result, tx_status::sent);
    const auto heard = bob->receive(10ms);
    ASSERT_TRUE(heard);
    EXPECT_EQ(heard->destination, mac_address::broadcast());
}

TEST(StationsOnAnAir, TimeOutExactlyOnTheClockOfTheAir) {
    simulation air;
    auto ann = join(air, ann_mac, "ann");
    auto bob = join(air, bob_mac, "bob");
    ASSERT_TRUE(ann->send(bob_mac, "only this"));
    const auto start = air.now();
    ASSERT_TRUE(bob->receive(1s));
    EXPECT_EQ(air.now(), start) << "it was there already";
    EXPECT_FALSE(bob->receive(123'456'789ns));
    EXPECT_EQ(air.now(), start + 123'456'789ns);
}

TEST(StationsOnAnAir, HearAMessageWhoseSenderGaveUpWaiting) {
    simulation air;
    auto ann = join(air, ann_mac, "ann");
    auto bob = join(air, bob_mac, "bob");
    const auto gone = ann->send(bob_mac, "quick", 10us);
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().code, errc::timeout);
    EXPECT_EQ(air.now(), time_point(10us));
    EXPECT_EQ(text_of(*bob->receive(100ms)), "quick") << "the message goes out all the same";
    air.run_for(10ms);
    EXPECT_EQ(ann->device().in_flight(), 0u);
    EXPECT_EQ(ann->device().statistics().acked, 1u);
}

TEST(StationsOnAnAir, AreNotAcknowledgedWhereNobodyIs) {
    simulation air;
    auto ann = join(air, ann_mac, "ann");
    const auto done = ann->send(bob_mac, "anybody?");
    ASSERT_TRUE(done);
    EXPECT_EQ(done->result, tx_status::not_acked);
    EXPECT_EQ(done->attempts, 32);
}

TEST(StationsOnAnAir, EncryptWithTheLmksOfTheirOptions) {
    simulation air;
    int frames = 0;
    air.medium().set_observer([&](const air::air_frame& frame) {
        const auto header = frame::read_header(frame.mpdu);
        if (!header || !header->control.is_action()) return;
        ++frames;
        EXPECT_TRUE(header->control.is_protected());
        const std::string bytes(frame.mpdu.begin(), frame.mpdu.end());
        EXPECT_EQ(bytes.find("secret"), std::string::npos);
    });
    auto ann = join(air, ann_mac, "ann", with_key(bob_mac, key_one));
    auto bob = join(air, bob_mac, "bob", with_key(ann_mac, key_one));
    EXPECT_EQ(ann->send(bob_mac, "secret")->result, tx_status::acked);
    const auto got = bob->receive(10ms);
    ASSERT_TRUE(got);
    EXPECT_TRUE(got->was_encrypted);
    EXPECT_EQ(text_of(*got), "secret");
    EXPECT_EQ(bob->send(ann_mac, "secret too")->result, tx_status::acked);
    EXPECT_TRUE(ann->receive(10ms)->was_encrypted);
    EXPECT_EQ(frames, 2);
}

TEST(StationsOnAnAir, AreAcknowledgedWithTheWrongLmkWhileTheReceiverGetsNothing) {
    simulation air;
    auto ann = join(air, ann_mac, "ann", with_key(bob_mac, key_one));
    auto bob = join(air, bob_mac, "bob", with_key(ann_mac, key_two));
    EXPECT_EQ(ann->send(bob_mac, "secret")->result, tx_status::acked);
    EXPECT_FALSE(bob->receive(1s));
    EXPECT_EQ(bob->device().statistics().undecryptable, 1u);
}

TEST(StationsOnAnAir, DeriveTheirKeysWithThePmkOfTheirOptions) {
    simulation air;
    auto options = with_key(bob_mac, key_one);
    options.pmk = ccmp::pmk::parse("a pmk of our own");
    auto ann = join(air, ann_mac, "ann", options);
    auto bob = join(air, bob_mac, "bob", with_key(ann_mac, key_one));
    EXPECT_EQ(ann->send(bob_mac, "secret")->result, tx_status::acked);
    EXPECT_FALSE(bob->receive(1s)) << "bob has the default PMK";
}

TEST(StationsOnAnAir, TalkOverASoftAp) {
    simulation air;
    auto ann = join(air, ann_mac, "ann");
    station_options options;
    options.device.soft_ap_up = true;
    options.device.station_up = false;
    auto bob = join(air, bob_mac, "bob", options);
    EXPECT_EQ(ann->send(bob_mac, "x", 1s)->result, tx_status::not_acked) << "that interface is down";
    EXPECT_EQ(ann->send(bob_mac.plus(1), "x")->result, tx_status::acked);
    const auto got = bob->receive(0ms);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->destination, bob_mac.plus(1));
    EXPECT_EQ(bob->send(ann_mac, "y")->result, tx_status::acked);
    EXPECT_EQ(ann->receive(0ms)->source, bob_mac.plus(1));
}

TEST(StationsOnAnAir, AreAcknowledgedByAPeerWhoseProgramDoesNothing) {
    simulation air;
    auto ann = join(air, ann_mac, "ann");
    station_options options;
    options.inbox.messages = 3;
    auto bob = join(air, bob_mac, "bob", options);
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(ann->send(bob_mac, std::to_string(i))->result, tx_status::acked);
    EXPECT_EQ(bob->inbox().size(), 3u);
    EXPECT_EQ(bob->inbox().dropped(), 7u);
    EXPECT_EQ(text_of(*bob->receive(0ms)), "0") << "the newest are dropped";
}

TEST(StationsOnAnAir, HearNothingWhileTheirReceiverIsOff) {
    simulation air;
    auto ann = join(air, ann_mac, "ann");
    auto bob = join(air, bob_mac, "bob");
    bob->device().set_receiving(false);
    bob->flush();
    EXPECT_EQ(ann->send(bob_mac, "x")->result, tx_status::not_acked);
    EXPECT_EQ(bob->send(ann_mac, "x")->result, tx_status::acked);
    bob->device().set_receiving(true);
    bob->flush();
    EXPECT_EQ(ann->send(bob_mac, "x")->result, tx_status::acked);
}

TEST(StationsOnAnAir, RunTheirHandlersWithRunReadyWhereATestMovesTime) {
    simulation air;
    auto ann = join(air, ann_mac, "ann");
    auto bob = join(air, bob_mac, "bob");
    int messages = 0;
    int ends = 0;
    bob->on_message([&] { ++messages; });
    ASSERT_TRUE(ann->send_then(bob_mac, bytes_of("x"), [&](const completion&) { ++ends; }));
    air.run_for(10ms);
    EXPECT_EQ(messages + ends, 0);
    EXPECT_TRUE(is_readable(ann->work_descriptor()));
    EXPECT_TRUE(is_readable(bob->work_descriptor()));
    EXPECT_TRUE(is_readable(bob->message_descriptor()));
    ann->run_ready();
    bob->run_ready();
    EXPECT_EQ(messages, 1);
    EXPECT_EQ(ends, 1);
    EXPECT_FALSE(is_readable(ann->work_descriptor()));
}

TEST(StationsOnAnAir, DoTheSameAgainToTheByte) {
    const auto run = [] {
        simulation air({.seed = 7, .loss = 0.3});
        std::vector<std::string> frames;
        air.medium().set_observer([&](const air::air_frame& frame) {
            frames.push_back(std::to_string(frame.end.time_since_epoch().count()) + " " +
                             std::string(frame.mpdu.begin(), frame.mpdu.end()));
        });
        const auto options = [](const mac_address& of, std::uint32_t first) {
            auto made = with_key(of, key_one);
            made.random = [first]() mutable { return first++; };
            made.wall_clock = [] { return 1'700'000'000s; };
            return made;
        };
        // The packet numbers of one run must not be those that the other left.
        ccmp::memory_packet_number_store store;
        auto ann_options = options(bob_mac, 100);
        auto bob_options = options(ann_mac, 200);
        ann_options.packet_numbers = bob_options.packet_numbers = &store;
        auto ann = join(air, ann_mac, "ann", ann_options);
        auto bob = join(air, bob_mac, "bob", bob_options);
        for (int i = 0; i < 20; ++i) {
            EXPECT_TRUE(ann->send(bob_mac, std::to_string(i)));
            EXPECT_TRUE(bob->send(ann_mac, std::to_string(i)));
        }
        return frames;
    };
    const auto first = run();
    EXPECT_GT(first.size(), 100u);
    EXPECT_EQ(first, run());
}

}  // namespace
}  // namespace nowire::test
