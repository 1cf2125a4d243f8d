// The sensor under test, with a gateway that the tests play. Minutes of the air's time take milliseconds.

#include <nowire/testing/gtest.hpp>

#include <string>
#include <vector>

using namespace nowire::testing;
using namespace std::chrono_literals;

namespace {

constexpr const char* lmk = "a local key of16";

std::string text_of(const nowire::message& m) {
    return {m.payload.begin(), m.payload.end()};
}

/// A sensor that has found the gateway.
class Sensor : public ::testing::Test {
  protected:
    explicit Sensor(const world_options& options = {}) : air(options) { pair(); }

    void pair() {
        gateway.receive();
        gateway.send(sensor, "welcome");
        sensor.wait_for_line("paired with " + gateway.mac().to_string());
        gateway.set_lmk(sensor, lmk);
    }

    world air;
    peer& gateway = air.add_peer({.name = "gateway", .mac = "02:00:00:00:00:aa"_mac});
    board& sensor = air.start_program(SENSOR);
};

TEST(NewSensor, AsksForAGatewayEachSecond) {
    world air;
    auto& sensor = air.start_program(SENSOR, {.mac = "02:00:00:00:00:01"_mac});
    air.advance(4500ms);

    const auto frames = sensor.frames();
    ASSERT_EQ(frames.size(), 5U);
    for (const auto& frame : frames) {
        EXPECT_EQ(frame.text(), "hello");
        EXPECT_EQ(frame.from, sensor.mac());
        EXPECT_TRUE(frame.to.is_broadcast());
        EXPECT_EQ(frame.on.number(), 1);
        EXPECT_FALSE(frame.encrypted);
    }
    EXPECT_NEAR(std::chrono::duration<double>(frames[4].time - frames[3].time).count(), 1, 0.01);
}

TEST(NewSensor, PairsWithWhoWelcomesIt) {
    world air;
    auto& sensor = air.start_program(SENSOR);
    auto& gateway = air.add_peer({.mac = "02:00:00:00:00:aa"_mac});

    const auto hello = gateway.receive();
    EXPECT_EQ(text_of(hello), "hello");
    EXPECT_EQ(hello.source, sensor.mac());
    EXPECT_TRUE(gateway.send(sensor, "welcome").acknowledged());
    sensor.wait_for_line("paired with 02:00:00:00:00:aa");

    gateway.set_lmk(sensor, lmk);
    const auto reading = gateway.receive();
    EXPECT_EQ(text_of(reading), "reading 1");
    EXPECT_TRUE(reading.was_encrypted);
}

TEST_F(Sensor, SendsAReadingEveryTenSeconds) {
    air.advance(10min);
    ASSERT_GE(gateway.waiting(), 59U);
    const auto first = gateway.receive();
    const auto second = gateway.receive();
    EXPECT_EQ(text_of(second), "reading 2");
    EXPECT_NEAR(std::chrono::duration<double>(second.time - first.time).count(), 10, 0.02);
}

TEST_F(Sensor, ObeysAndAnswers) {
    gateway.receive();
    EXPECT_TRUE(gateway.send(sensor, "interval 2").acknowledged());
    EXPECT_EQ(text_of(gateway.receive(1s)), "ok");
    EXPECT_TRUE(gateway.send(sensor, "dance").acknowledged());
    sensor.wait_for_line("does not understand \"dance\"");
}

TEST_F(Sensor, TakesNoOrdersThatAreNotEncrypted) {
    gateway.receive();
    gateway.remove_lmk(sensor.mac());
    // Its radio acknowledges, its program never gets it.
    EXPECT_TRUE(gateway.send(sensor, "interval 2").acknowledged());
    gateway.receive_nothing(5s);
}

TEST_F(Sensor, GoesOnWhenABrokenLinkIsBack) {
    gateway.receive();
    air.cut(sensor, gateway);
    sensor.wait_for_line("reading 2 is lost", 15s);
    EXPECT_FALSE(sensor.frames().back().acknowledged);
    EXPECT_TRUE(sensor.frames().back().retry);
    EXPECT_EQ(gateway.waiting(), 0U);

    air.join(sensor, gateway);
    EXPECT_EQ(text_of(gateway.receive(15s)), "reading 3");
}

TEST_F(Sensor, FindsAGatewayThatChangesItsChannel) {
    gateway.receive();
    gateway.set_channel(6);
    sensor.wait_for_line("looking for the gateway on channel 6", 1min);
    const auto reading = gateway.receive(15s);
    EXPECT_EQ(reading.on.number(), 6);
    EXPECT_EQ(text_of(reading), "reading 5");
}

TEST_F(Sensor, DoesNotNoticeAWrongKey) {
    gateway.receive();
    gateway.set_lmk(sensor, "another key of16");
    const auto printed = sensor.lines().size();
    gateway.receive_nothing(1min);

    // ESP-NOW's acknowledgement is the radio's: the sensor takes its readings for delivered.
    const auto last = sensor.frames().back();
    EXPECT_TRUE(last.encrypted);
    EXPECT_TRUE(last.acknowledged);
    EXPECT_EQ(sensor.lines().size(), printed);
}

TEST_F(Sensor, RemembersItsGatewayWhenThePowerFails) {
    gateway.receive();
    sensor.power_off();
    gateway.receive_nothing(1min);

    sensor.power_on();
    const auto reading = gateway.receive();
    EXPECT_EQ(text_of(reading), "reading 1") << "what was in memory is gone";
    EXPECT_TRUE(reading.was_encrypted) << "what was in flash is not";
}

TEST_F(Sensor, SleepsDeeplyAndGoesOnCounting) {
    EXPECT_EQ(text_of(gateway.receive()), "reading 1");
    EXPECT_TRUE(gateway.send(sensor, "sleep 3600").acknowledged());
    sensor.wait_for_sleep();
    const auto asleep_since = air.now();
    EXPECT_FALSE(gateway.send(sensor, "interval 1").acknowledged()) << "its radio is off";

    const auto reading = gateway.receive(2h);
    EXPECT_EQ(text_of(reading), "reading 2");
    EXPECT_NEAR(std::chrono::duration<double>(reading.time - asleep_since).count(), 3600, 1);
}

class SensorFarAway : public Sensor {
  protected:
    SensorFarAway() : Sensor({.seed = 7, .loss = 0.3}) {}
};

TEST_F(SensorFarAway, LosesNoReadingWhereThreeInTenFramesAreLost) {
    for (int i = 1; i <= 50; ++i)
        EXPECT_EQ(text_of(gateway.receive(15s)), "reading " + std::to_string(i));
    unsigned retries = 0;
    for (const auto& frame : sensor.frames())
        if (frame.retry) ++retries;
    EXPECT_GT(retries, 10U);
}

}  // namespace
