#pragma once

#include <nowire/testing/failure.hpp>

#include <string>

namespace nowire::testing {

/// Tells the reporter, or where there is none everybody.
void report(const std::string& text, bool is_unwinding);
/// Whether the reporter says that the running test has failed.
bool has_test_failed();

}  // namespace nowire::testing
