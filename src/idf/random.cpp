#include "idf/chip.hpp"

#include <esp_random.h>

#include <algorithm>
#include <cstring>

namespace nowire::idf {

namespace {

void fill(char* out, std::size_t size) {
    call c;
    for (std::size_t at = 0; at < size; at += sizeof(std::uint32_t)) {
        const auto value = c.chip().random();
        std::memcpy(out + at, &value, std::min(sizeof value, size - at));
    }
}

}  // namespace

}  // namespace nowire::idf

extern "C" {

std::uint32_t esp_random() {
    std::uint32_t value = 0;
    nowire::idf::fill(reinterpret_cast<char*>(&value), sizeof value);
    return value;
}

void esp_fill_random(void* buf, std::size_t len) {
    nowire::idf::fill(static_cast<char*>(buf), len);
}
}
