#include <nowire/testing/gtest.hpp>

#include <regex>

using namespace nowire::testing;
using namespace std::chrono_literals;

/// What the recipes of docs/testing-firmware.md take for granted.
class Recipe : public ::testing::Test {
  protected:
    Recipe() {
        gateway.receive();
        gateway.send(sensor, "welcome");
        sensor.wait_for_line("paired");
        gateway.set_lmk(sensor, lmk);
    }

    static constexpr const char* lmk = "a local key of16";
    world air;
    board& sensor = air.start_program(SENSOR, {.name = "sensor"});
    peer& gateway = air.add_peer({.name = "gateway"});
};
