#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nowire::detail {

/// Random values from the operating system, fetched many at a time.
class system_random {
  public:
    /// @throws std::system_error where the system gives none, which Linux does not do after it has booted.
    std::uint32_t operator()();

  private:
    std::array<std::uint32_t, 64> values_{};
    std::size_t used_ = values_.size();
};

}  // namespace nowire::detail
