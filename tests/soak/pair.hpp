#pragma once

#include "radio/hub_world.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace nowire::test {

/// A process with two stations that behave: one sends numbered messages to the other without a pause. Each must be
/// acknowledged, arrive once and in its order, and neither radio may ever be lost.
class steady_pair {
  public:
    steady_pair(const std::string& socket, const std::string& name);

    struct verdict {
        std::uint64_t crossed = 0;
        std::string harm;  ///< empty: none
    };
    /// Ends it. @returns what became of it
    verdict end();

  private:
    std::unique_ptr<child_process> process_;
};

}  // namespace nowire::test
