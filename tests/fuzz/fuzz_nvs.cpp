// Any bytes as the file of an NVS partition, as they are and as lines behind a right first line and before a right sum:
// nothing is taken but what is written so, to the byte, and it is within the chip's limits. Then the bytes are calls
// that set and erase values, each of a byte that says what, one for the key, one for the length and so many bytes.
#include "fuzz/check.hpp"
#include "idf/nvs_record.hpp"
#include "idf/text_record.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace nowire::idf;
using nowire::test::check;

void check_limits(const nvs_contents& contents) {
    check(contents.used_entries() <= nvs_contents::available_entries);
    check(contents.namespaces().size() <= nvs_contents::namespace_limit);
    for (const auto& item : contents.items()) {
        check(contents.has_namespace(item.space) && nvs_contents::check_key(item.key) == ESP_OK);
        check(contents.find(item.space, item.key) == &item);
        if (item.value.type == NVS_TYPE_STR) check(item.value.bytes.back() == 0);
    }
}

void read(std::string_view text) {
    const auto contents = nvs_contents_in(text);
    if (!contents) {
        check(contents.error() == ESP_ERR_NVS_NO_FREE_PAGES || contents.error() == ESP_ERR_NVS_NEW_VERSION_FOUND);
        return;
    }
    check(to_text(*contents) == text);
    check_limits(*contents);
}

constexpr std::array numbers{NVS_TYPE_U8,  NVS_TYPE_I8,  NVS_TYPE_U16, NVS_TYPE_I16,
                             NVS_TYPE_U32, NVS_TYPE_I32, NVS_TYPE_U64, NVS_TYPE_I64};

nvs_value value_of(unsigned what, std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> own(bytes.begin(), bytes.end());
    if (what < numbers.size()) {
        own.resize(numbers[what] & 0x0f);
        return {numbers[what], std::move(own)};
    }
    if (what == numbers.size()) return {NVS_TYPE_BLOB, std::move(own)};
    std::erase(own, 0);
    own.push_back(0);
    return {NVS_TYPE_STR, std::move(own)};
}

void play(std::span<const std::uint8_t> calls) {
    nvs_contents contents;
    while (calls.size() >= 3) {
        const unsigned what = calls[0] % 16;
        const auto space = "space " + std::to_string(calls[0] / 128);
        const std::string key(1 + calls[1] % 20, static_cast<char>(calls[1]));
        const auto size = std::min<std::size_t>(calls[2], calls.size() - 3);
        const auto bytes = calls.subspan(3, size);
        calls = calls.subspan(3 + size);
        if (what == 14) {
            contents.erase_all(space);
        } else if (what >= 12) {
            const bool was_there = contents.find(space, key) != nullptr;
            check(contents.erase(space, key) == was_there);
        } else if (contents.add_namespace(space) == ESP_OK) {
            const auto value = value_of(what, bytes);
            if (contents.set(space, key, value) == ESP_OK) check(contents.find(space, key)->value == value);
        }
        check_limits(contents);
    }
    const auto text = to_text(contents);
    const auto again = nvs_contents_in(text);
    check(again.has_value() && to_text(*again) == text && again->used_entries() == contents.used_entries());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read(text);
    read(sealed("nowire-nvs 1\n" + std::string(text)));
    play({data, size});
    return 0;
}
