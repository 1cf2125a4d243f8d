#pragma once

#include "support/files.hpp"

#include <nowire/testing/world.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

/// What tests of nowire::testing have in common.
namespace testing_test {

using namespace nowire::testing;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// The program of firmware.c, doing this.
inline program_options doing(const std::string& what, program_options options = {}) {
    options.environment.emplace_back("DO", what);
    if (options.name.empty()) options.name = "board";
    return options;
}

/// The text of the failure that a function throws.
template <class function>
std::string failure_of(function f) {
    try {
        f();
    } catch (const failure& e) {
        return e.what();
    }
    ADD_FAILURE() << "it does not fail";
    return {};
}

}  // namespace testing_test
