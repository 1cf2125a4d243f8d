#pragma once

#include "radio/hub_world.hpp"
#include "support/files.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

/// What tests of a chip have in common. A process is one chip, so each test's chip is a process of its own.
namespace nowire::test {

/// What the tasks of a chip have done, in its order; under the driver's lock.
std::vector<std::string>& notes();
/// From a task, outside of a call.
void note(const std::string& what);
/// The same with the time since the chip began, in microseconds: "what@1500000".
void note_time(const std::string& what);

/// Is a chip on the radio of this URL, in a process that has been none: runs `program` as its first task, of priority
/// 1, until the chip has ended.
void be_chip(const std::string& radio, const std::function<void()>& program);

/// The calling task waits.
void wait_for(std::chrono::nanoseconds length);

class Chip : public testing::Test {
  protected:
    /// Runs `program` as the first task of a chip of its own, of priority 1, until all its tasks have ended.
    /// @returns what was noted.
    std::string run(const std::function<void()>& program, std::vector<std::string> air = {"--speed", "max"});

    /// The same for one that is expected to abort. @returns what it wrote to stderr; empty: it did not abort.
    std::string run_until_abort(const std::function<void()>& program);

    /// What the last chip has written to stdout.
    std::string output() const { return output_; }

  private:
    int run_chip(const std::function<void()>& program, std::vector<std::string> air);

    temporary_folder folder_;
    std::string noted_;
    std::string output_;
    std::string errors_;
};

}  // namespace nowire::test
