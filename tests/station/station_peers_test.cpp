#include "station/station_fake_radio.hpp"

#include <nowire/station/station.hpp>

#include <gmock/gmock.h>

#include <chrono>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr mac_address own({0x02, 0, 0, 0, 0, 0x10});

mac_address node(int n) {
    return mac_address({0x02, 0, 0, 1, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)});
}

struct StationPeers : ::testing::Test {
    station& make(station_options options = {}) {
        auto made = std::make_unique<fake_radio>(own);
        air = made.get();
        it = std::make_unique<station>(std::move(made), std::move(options));
        return *it;
    }
    bool knows(int n) const { return it->device().find_peer(node(n)) != nullptr; }
    void send(int first, int last) {
        for (int n = first; n <= last; ++n)
            ASSERT_TRUE(it->send(node(n), "x")) << n;
    }

    fake_radio* air = nullptr;
    std::unique_ptr<station> it;
};

TEST_F(StationPeers, AreAddedByThemselves) {
    auto& s = make();
    EXPECT_TRUE(s.send(node(1), "x"));
    EXPECT_TRUE(s.send(mac_address::broadcast(), "x"));
    EXPECT_EQ(s.device().peer_count(), 2u);
    EXPECT_EQ(s.device().find_peer(node(1))->via, interface::station);
}

TEST_F(StationPeers, AreNotAddedWhereTheProgramSaysSo) {
    station_options options;
    options.add_plain_peers = false;
    auto& s = make(std::move(options));
    const auto refused = s.send(node(1), "x");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::peer_not_found);
    EXPECT_THAT(refused.error().text, HasSubstr(node(1).to_string()));
}

TEST_F(StationPeers, GoOverTheSoftApWhereTheStationInterfaceIsDown) {
    station_options options;
    options.device.station_up = false;
    options.device.soft_ap_up = true;
    auto& s = make(std::move(options));
    ASSERT_TRUE(s.send(node(1), "x"));
    EXPECT_EQ(frame::read_header(air->sent.at(0).mpdu)->a2, own.plus(1));
    EXPECT_EQ(s.address(), own.plus(1));
}

TEST_F(StationPeers, MoveToTheInterfaceThatIsUp) {
    auto& s = make();
    ASSERT_TRUE(s.send(node(1), "x"));
    s.device().set_interface(interface::station, false);
    s.device().set_interface(interface::soft_ap, true);
    ASSERT_TRUE(s.send(node(1), "x"));
    EXPECT_EQ(frame::read_header(air->sent.at(1).mpdu)->a2, own.plus(1));
}

TEST_F(StationPeers, ReplaceTheOneThatWasUsedLeastRecently) {
    make();
    send(1, 20);
    send(1, 1);
    send(21, 21);
    EXPECT_TRUE(knows(1)) << "used again";
    EXPECT_FALSE(knows(2)) << "the oldest";
    EXPECT_TRUE(knows(3));
    EXPECT_TRUE(knows(21));
    EXPECT_EQ(it->device().peer_count(), 20u);
    send(1, 300);
    EXPECT_EQ(it->device().peer_count(), 20u);
}

TEST_F(StationPeers, NeverReplaceOneThatTheProgramAddedOrHasAKey) {
    station_options options;
    options.lmks.emplace(node(100), *ccmp::lmk::parse("0123456789abcdef"));
    auto& s = make(std::move(options));
    peer added;
    added.address = node(101);
    ASSERT_TRUE(s.device().add_peer(added));
    send(1, 1);
    auto changed = *s.device().find_peer(node(1));
    changed.user_data = 42;
    ASSERT_TRUE(s.device().modify_peer(changed));
    send(2, 60);
    EXPECT_TRUE(knows(100));
    EXPECT_TRUE(knows(101));
    EXPECT_TRUE(knows(1));
    EXPECT_TRUE(s.device().find_peer(node(100))->encrypt);
}

TEST_F(StationPeers, NeverReplaceOneThatHasSomethingInFlight) {
    auto& s = make();
    air->answers = false;
    for (int n = 1; n <= 20; ++n)
        ASSERT_TRUE(s.send_then(node(n), bytes_of("x"), nullptr));
    const auto busy = s.send_then(node(21), bytes_of("x"), nullptr);
    ASSERT_FALSE(busy);
    EXPECT_EQ(busy.error().code, errc::no_memory);
    EXPECT_EQ(s.device().peer_count(), 20u);

    s.clock().call_at(time_point(7ms), [&] {
        air->answers = true;
        air->answer(air->sent[4].token, tx_status::acked);
    });
    const auto done = s.send(node(21), "x", 1s);
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(done->accepted, time_point(7ms));
    EXPECT_FALSE(knows(5));
    EXPECT_TRUE(knows(1));
}

TEST_F(StationPeers, AreRefusedWhereTheProgramsOwnFillTheTable) {
    auto& s = make();
    for (int n = 1; n <= 20; ++n) {
        peer added;
        added.address = node(n);
        ASSERT_TRUE(s.device().add_peer(added));
    }
    const auto full = s.send(node(21), "x");
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, errc::peer_list_full);
}

TEST_F(StationPeers, AreAddedAgainAfterTheProgramRemovedThem) {
    auto& s = make();
    send(1, 1);
    ASSERT_TRUE(s.device().remove_peer(node(1)));
    send(1, 1);
    EXPECT_TRUE(knows(1));
}

TEST_F(StationPeers, AreReportedToTheRadioOnceForAllChangesAndBeforeTheSend) {
    station_options options;
    options.lmks.emplace(node(100), *ccmp::lmk::parse("0123456789abcdef"));
    auto& s = make(std::move(options));
    ASSERT_EQ(air->reports.size(), 1u) << "those that it was made with";
    EXPECT_EQ(air->reports.back().second,
              (peer_report{.count = 1, .listed = {{.address = node(100), .encrypt = true}}}));

    for (int n = 1; n <= 10; ++n) {
        peer added;
        added.address = node(n);
        added.on = channel::from_number(n);
        ASSERT_TRUE(s.device().add_peer(added));
    }
    ASSERT_TRUE(s.device().remove_peer(node(2)));
    EXPECT_EQ(air->reports.size(), 1u);
    ASSERT_TRUE(s.send_then(node(11), bytes_of("x"), nullptr));
    ASSERT_EQ(air->reports.size(), 2u);
    EXPECT_EQ(air->reports.back().first, 0u) << "before the send that added the last one";
    const auto& report = air->reports.back().second;
    EXPECT_EQ(report.count, 11u);
    ASSERT_EQ(report.listed.size(), 11u);
    EXPECT_EQ(report.listed[1], (peer_summary{.address = node(1), .on = channel::from_number(1)}));
    EXPECT_EQ(report.listed[2].address, node(3));

    s.run_ready();
    ASSERT_TRUE(s.send_then(node(11), bytes_of("x"), nullptr));
    EXPECT_EQ(air->reports.size(), 2u) << "nothing has changed";
    ASSERT_TRUE(s.device().remove_peer(node(1)));
    s.run_until(s.clock().now());
    EXPECT_EQ(air->reports.size(), 3u) << "before it waits";
}

TEST_F(StationPeers, DoNotGrowWithoutEndWhereTheDeviceHasNoLimit) {
    station_options options;
    options.device.peer_limit.reset();
    auto& s = make(std::move(options));
    send(1, 3000);
    EXPECT_GE(s.device().peer_count(), 1000u);
    EXPECT_LE(s.device().peer_count(), 1100u);
    EXPECT_EQ(air->reports.back().second.count, s.device().peer_count());
    EXPECT_EQ(air->reports.back().second.listed.size(), 256u) << "nor does what is reported";
}

}  // namespace
}  // namespace nowire::test
