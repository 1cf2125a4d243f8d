#include "idf/console.hpp"

#include <esp_rom_sys.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstdio>

namespace nowire::idf {

int console_print(const char* format, va_list arguments) {
    const int written = std::vprintf(format, arguments);
    std::fflush(stdout);
    return written;
}

void complain(std::string_view what, std::string_view where, std::string_view advice) {
    const auto part = [](std::string_view text) { return iovec{const_cast<char*>(text.data()), text.size()}; };
    const std::array parts{
        part("nowire: "), part(where), part(where.empty() ? "" : ": "), part(what), part(advice.empty() ? "" : "; "),
        part(advice),     part("\n")};
    // A single call, so that lines of several threads do not mix. Who cannot be told cannot be told that either.
    [[maybe_unused]] const auto ignored = ::writev(STDERR_FILENO, parts.data(), static_cast<int>(parts.size()));
}

}  // namespace nowire::idf

extern "C" int esp_rom_printf(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int written = nowire::idf::console_print(format, arguments);
    va_end(arguments);
    return written;
}
