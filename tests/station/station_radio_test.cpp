#include "station/station_fake_radio.hpp"

#include <nowire/station/station.hpp>

#include <gmock/gmock.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr mac_address own({0x02, 0, 0, 0, 0, 0x10});
constexpr mac_address bob({0x02, 0, 0, 0, 0, 0x20});
const auto channel_6 = *channel::from_number(6);

struct StationRadio : ::testing::Test {
    StationRadio() {
        auto made = std::make_unique<fake_radio>(own);
        air = made.get();
        it = std::make_unique<station>(std::move(made));
        it->on_radio([this](const std::optional<error>& why) { told.push_back(why ? why->text : "back"); });
    }

    fake_radio* air = nullptr;
    std::unique_ptr<station> it;
    std::vector<std::string> told;
};

TEST_F(StationRadio, EndsWhatIsInFlightUnconfirmedWhenItIsLost) {
    air->answers = false;
    std::vector<tx_status> ends;
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(it->send_then(bob, bytes_of("x"), [&](const completion& done) { ends.push_back(done.result); }));
    air->lose("unplugged");
    it->run_ready();
    EXPECT_THAT(ends, ElementsAre(tx_status::unconfirmed, tx_status::unconfirmed, tx_status::unconfirmed));
    EXPECT_THAT(told, ElementsAre("unplugged"));
    air->answer(air->sent[0].token, tx_status::acked);
    it->run_ready();
    EXPECT_EQ(ends.size(), 3u);
}

TEST_F(StationRadio, EndsABlockingSendWhenItIsLost) {
    air->answers = false;
    it->clock().call_at(time_point(3ms), [&] { air->lose("unplugged"); });
    const auto done = it->send(bob, "x");
    ASSERT_TRUE(done);
    EXPECT_EQ(done->result, tx_status::unconfirmed);
}

TEST_F(StationRadio, IsSetUpAgainWhenItIsBack) {
    air->lose("unplugged");
    it->run_ready();
    it->device().set_channel(channel_6, it->clock().now());
    it->flush();
    air->setups.clear();
    air->restore();
    it->run_ready();
    ASSERT_EQ(air->setups.size(), 1u);
    EXPECT_EQ(air->setups[0].on, channel_6);
    EXPECT_EQ(air->setups[0].station, own);
    EXPECT_THAT(told, ElementsAre("unplugged", "back"));
    EXPECT_EQ(it->send(bob, "x")->result, tx_status::acked);
}

TEST_F(StationRadio, TellsWhatItHasAgainstItsSetupWhenItIsBack) {
    air->lose("unplugged");
    air->against = error{.code = errc::refused, .text = "kitchen has the address now"};
    air->restore();
    it->run_ready();
    EXPECT_THAT(told, ElementsAre("unplugged", "kitchen has the address now"));
    ASSERT_TRUE(it->refusal());
    EXPECT_EQ(it->refusal()->code, errc::refused);
}

TEST_F(StationRadio, KeepsWhatItHasAgainstAChannelUntilItGetsOneThatItCan) {
    EXPECT_FALSE(it->refusal());
    air->against = error{.code = errc::argument, .text = "no such channel in this hardware"};
    it->device().set_channel(*channel::from_number(36), it->clock().now());
    it->flush();
    ASSERT_TRUE(it->refusal());
    EXPECT_EQ(it->refusal()->text, "no such channel in this hardware");
    air->against.reset();
    it->device().set_channel(channel_6, it->clock().now());
    it->flush();
    EXPECT_FALSE(it->refusal());
}

TEST_F(StationRadio, IsToldOfAChangeOfTheDeviceByTheNextCallOfAnyMember) {
    air->setups.clear();
    it->device().set_receiving(false);
    EXPECT_TRUE(air->setups.empty());
    it->run_ready();
    ASSERT_EQ(air->setups.size(), 1u);
    EXPECT_FALSE(air->setups[0].receiving);
    it->device().set_receiving(true);
    ASSERT_TRUE(it->send_then(bob, bytes_of("x"), nullptr));
    ASSERT_EQ(air->setups.size(), 2u);
    EXPECT_TRUE(air->setups[1].receiving);
}

}  // namespace
}  // namespace nowire::test
