// Any bytes as the file in which a chip keeps what outlives its deep sleep, as they are and before a right sum: nothing
// is taken but what is written so, to the byte.
#include "fuzz/check.hpp"
#include "idf/rtc_record.hpp"
#include "idf/text_record.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

void read(std::string_view text) {
    using nowire::test::check;
    const auto record = nowire::idf::rtc_record_in(text);
    if (!record) return;
    check(to_text(*record) == text);
    check(nowire::idf::rtc_record_in(to_text(*record)) == record);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read(text);
    read(nowire::idf::sealed("nowire-idf-rtc 1\n" + std::string(text)));
    return 0;
}
