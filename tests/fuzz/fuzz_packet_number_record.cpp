// Any bytes as the file that keeps packet numbers: nothing is taken but what was written, to the byte. The first eight
// bytes are also a number to write.
#include "fuzz/check.hpp"
#include "station/packet_number_record.hpp"

#include <nowire/ccmp/packet_number.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nowire;
    using nowire::test::check;
    const auto id = ccmp::fingerprint{{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99}};
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto next = packet_number_in(text, id)) {
        check(*next <= ccmp::max_packet_number + 1 && packet_number_record(id, *next) == text);
    }

    std::uint64_t number = 0;
    std::memcpy(&number, data, size < sizeof number ? size : sizeof number);
    auto record = packet_number_record(id, number);
    check(packet_number_in(record, id).has_value() == (number <= ccmp::max_packet_number + 1));
    if (size > sizeof number) {
        // One changed bit is noticed, wherever it is.
        const auto bit = data[sizeof number] % (record.size() * 8);
        record[bit / 8] = static_cast<char>(record[bit / 8] ^ (1 << bit % 8));
        check(!packet_number_in(record, id));
    }
    return 0;
}
