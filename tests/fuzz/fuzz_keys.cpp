// Any text as a key file, and as a key.
#include <nowire/station/key_file.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void check(bool ok) {
    if (!ok) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nowire;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto key = ccmp::lmk::parse(text)) check(size == 16 || size == 32);

    const auto keys = parse_key_file(text, "keys.toml");
    if (keys) {
        for (const auto& [mac, key] : keys->lmks)
            check(!mac.is_group());
    } else {
        check(keys.error().code == errc::bad_file && keys.error().text.starts_with("keys.toml:"));
        // An error names a line and what is wrong; it must not grow with what was read, which may be a key.
        check(keys.error().text.size() < 200);
    }
    return 0;
}
