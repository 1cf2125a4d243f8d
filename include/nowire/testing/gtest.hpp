#pragma once

#include <nowire/testing/failure.hpp>
#include <nowire/testing/world.hpp>

#include <gtest/gtest.h>

#include <ostream>
#include <string>

/// To be included where GoogleTest is: programs that end badly make the test fail, a test that has failed shows what
/// the programs printed and sent, and frames are printed in words. This header alone needs GoogleTest.
namespace nowire::testing {

/// Makes GoogleTest the reporter, which it is from the start: for who has set another one meanwhile.
inline void report_to_gtest() {
    set_reporter({.fail = [](const std::string& text) { ADD_FAILURE() << text; },
                  .has_failed = [] { return ::testing::Test::HasFailure(); }});
}

/// Calls report_to_gtest() when the program starts.
inline const bool reports_to_gtest = (report_to_gtest(), true);

/// How GoogleTest prints a frame.
inline void PrintTo(const sent_frame& frame, std::ostream* out) {
    *out << to_string(frame);
}

}  // namespace nowire::testing
