/// The headers as programs in C and in C++ use them.

#include "idf/chip_process.hpp"

#include <string>

extern "C" int use_freertos_in_c(void);
int use_freertos_in_cpp();

namespace nowire::test {

using FreeRtosHeaders = Chip;

TEST_F(FreeRtosHeaders, EverythingCanBeUsedInC) {
    EXPECT_EQ(run([] { note("failed in line " + std::to_string(use_freertos_in_c())); }), "failed in line 0");
}

TEST_F(FreeRtosHeaders, EverythingCanBeUsedInCpp) {
    EXPECT_EQ(run([] { note("failed in line " + std::to_string(use_freertos_in_cpp())); }), "failed in line 0");
}

}  // namespace nowire::test
