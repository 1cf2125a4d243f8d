// Any bytes as a radiotap header; what is read is built and read again.
#include "fuzz/check.hpp"

#include <nowire/frame/radiotap.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace {

using nowire::test::check;
namespace radiotap = nowire::radiotap;

void check_same(const radiotap::header& a, const radiotap::header& b) {
    check(a.tsft == b.tsft && a.flags == b.flags && a.rate == b.rate);
    check(a.channel_frequency == b.channel_frequency && a.channel_flags == b.channel_flags);
    check(a.signal == b.signal && a.noise == b.noise && a.antenna == b.antenna);
    check(a.rx_flags == b.rx_flags && a.tx_flags == b.tx_flags && a.data_retries == b.data_retries);
    check(a.mcs.has_value() == b.mcs.has_value());
    if (!a.mcs) return;
    check(a.mcs->known == b.mcs->known && a.mcs->flags == b.mcs->flags && a.mcs->index == b.mcs->index);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto parsed = radiotap::parse(std::span(data, size));
    if (!parsed) {
        check(!radiotap::to_string(parsed.error()).empty());
        return 0;
    }
    check(parsed->size >= 8 && parsed->size <= size);
    const auto built = radiotap::build(parsed->fields);
    const auto again = radiotap::parse(built);
    check(again && again->size == built.size());
    check_same(again->fields, parsed->fields);
    return 0;
}
