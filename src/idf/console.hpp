#pragma once

#include <cstdarg>
#include <string_view>

namespace nowire::idf {

/// Writes to stdout, the chip's serial port, and out at once: who watches a program through a pipe sees a line when it
/// happens. Answers the number of bytes. Thread-safe.
int console_print(const char* format, va_list arguments);

/// One line on stderr, with "nowire: " before it: what has no place in the API of the chip. Never throws or allocates,
/// so that it serves before main() and when memory is out.
void complain(std::string_view what, std::string_view where = {}, std::string_view advice = {});

}  // namespace nowire::idf
