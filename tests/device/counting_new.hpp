#pragma once

#include <cstddef>

namespace nowire::test {

/// How often this program has called operator new.
std::size_t allocations();

}  // namespace nowire::test
