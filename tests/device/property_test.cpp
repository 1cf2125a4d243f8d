#include "device/exercise.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace nowire::test {
namespace {

TEST(DeviceProperty, KeepsItsPromisesUnderRandomCallsFramesAndTimes) {
    for (std::uint32_t seed = 0; seed < 1000; ++seed) {
        std::mt19937 random(seed);
        std::vector<std::uint8_t> script(4000);
        for (auto& byte : script)
            byte = static_cast<std::uint8_t>(random());
        ASSERT_EQ(exercise_device(script), "") << "seed " << seed;
    }
}

}  // namespace
}  // namespace nowire::test
