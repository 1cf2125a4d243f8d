#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <functional>
#include <stdexcept>
#include <string>

/// Firmware under test: ESP-IDF programs on an air of the test's own, with scripted peers. Plain C++, for any
/// framework.
namespace nowire::testing {

/// What a test waited for did not come, or a program ended that should not. Its text says what was waited for and what
/// came instead: the last lines of the programs, the last frames of the air. Test frameworks report it as a failure.
/// Value type.
class failure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// How a test framework is told what nobody waits for. GoogleTest's: nowire/testing/gtest.hpp. Value type.
struct reporter {
    /// Makes the running test fail with this text; must not throw.
    std::function<void(const std::string&)> fail;
    /// Whether the running test has failed already; may be empty.
    std::function<bool()> has_failed;
};

/// Sets the reporter of this process. Without one, a world that goes with a program that ended badly, and about which
/// no call has thrown, writes why to stderr and ends the process by std::abort(): it never passes silently. Not to be
/// called while another thread has a world.
void set_reporter(reporter r);

}  // namespace nowire::testing
