#pragma once

#include "idf/chip.hpp"

#include <esp_event_base.h>

#include <cstddef>
#include <cstdint>

namespace nowire::idf {

/// Posts an event of the chip itself, with a copy of `size` bytes at `data`, to the default loop. It does not wait.
/// @returns false if it was dropped, because the loop's queue is full. Without a default loop nobody wants it.
bool post_event(call& c, esp_event_base_t base, std::int32_t id, const void* data, std::size_t size);

/// Whether the program has made one.
bool has_default_event_loop(call& c);

}  // namespace nowire::idf
