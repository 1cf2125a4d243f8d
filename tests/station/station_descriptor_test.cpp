#include "station/station_fake_radio.hpp"

#include <nowire/station/station.hpp>

#include <gmock/gmock.h>

#include <chrono>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;

constexpr mac_address own({0x02, 0, 0, 0, 0, 0x10});
constexpr mac_address bob({0x02, 0, 0, 0, 0, 0x20});

struct StationDescriptors : ::testing::Test {
    StationDescriptors() {
        auto made = std::make_unique<fake_radio>(own);
        air = made.get();
        it = std::make_unique<station>(std::move(made));
    }
    void hear() { air->hear(plain_mpdu(bob, own, "x")); }
    bool work() const { return is_readable(it->work_descriptor()); }
    bool message() const { return is_readable(it->message_descriptor()); }

    fake_radio* air = nullptr;
    std::unique_ptr<station> it;
};

TEST_F(StationDescriptors, AreNotReadableWhileThereIsNothing) {
    EXPECT_FALSE(work());
    EXPECT_FALSE(message());
}

TEST_F(StationDescriptors, MessageIsReadableExactlyWhileTheInboxIsNotEmpty) {
    hear();
    EXPECT_FALSE(message()) << "not yet processed";
    it->process();
    EXPECT_TRUE(message());
    hear();
    it->run_ready();
    EXPECT_TRUE(message());
    EXPECT_TRUE(it->receive(0ms));
    EXPECT_TRUE(message()) << "one is left";
    EXPECT_TRUE(it->receive(0ms));
    EXPECT_FALSE(message());
}

TEST_F(StationDescriptors, MessageFollowsAnInboxThatTheProgramEmptiesItself) {
    hear();
    it->run_ready();
    EXPECT_TRUE(message());
    it->inbox().pop();
    EXPECT_FALSE(message());
    hear();
    it->run_ready();
    EXPECT_TRUE(message());
    it->inbox().clear();
    EXPECT_FALSE(message());
}

TEST_F(StationDescriptors, WorkIsReadableWhenTheRadioHasSomething) {
    hear();
    EXPECT_TRUE(work());
    it->run_ready();
    EXPECT_FALSE(work());
}

TEST_F(StationDescriptors, WorkIsReadableWhenATimerIsDue) {
    it->clock().call_at(time_point(10ms), [] {});
    EXPECT_FALSE(work());
    air->advance(10ms);
    EXPECT_TRUE(work());
    it->run_ready();
    EXPECT_FALSE(work());
}

TEST_F(StationDescriptors, WorkIsReadableWhileCallsAreToBeMade) {
    it->on_message([] {});
    hear();
    it->process();
    EXPECT_TRUE(work());
    EXPECT_EQ(it->take_calls().size(), 1u);
    EXPECT_FALSE(work());
}

TEST_F(StationDescriptors, WorkIsReadableWhenACallCameWhileTimeWasMovedFromOutside) {
    it->on_message([] {});
    hear();
    air->dispatch();
    EXPECT_TRUE(work());
    EXPECT_TRUE(message());
    it->run_ready();
    EXPECT_FALSE(work());
}

TEST_F(StationDescriptors, WorkIsReadableUntilTheEndOfASendWasHandled) {
    bool ended = false;
    ASSERT_TRUE(it->send_then(bob, bytes_of("x"), [&](const completion&) { ended = true; }));
    while (!ended) {
        ASSERT_TRUE(work());
        it->run_ready();
    }
    EXPECT_FALSE(work());
}

}  // namespace
}  // namespace nowire::test
