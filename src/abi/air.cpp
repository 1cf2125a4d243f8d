/// What programs ask of a simulated air without a radio on it.

#include "abi/handle.hpp"

#include <nowire/radio/air_control.hpp>
#include <nowire/radio/hub_program.hpp>

#include <algorithm>
#include <chrono>

namespace {

using namespace nowire;

constexpr double millionths = 1e6;

}  // namespace

extern "C" {

int32_t nowire_air_set_link(const char* socket, const uint8_t* from, const uint8_t* to, int32_t loss, int32_t rssi) {
    return abi::guarded([&]() -> std::int32_t {
        if (from == nullptr || to == nullptr) return abi::failed(-EINVAL, "an address is NULL");
        air::link how;
        if (loss >= 0) how.loss = loss / millionths;
        if (rssi != NOWIRE_NO_RSSI) {
            if (rssi < -128 || rssi > 127)
                return abi::failed(NOWIRE_ARGUMENT, "an RSSI is -128 to 127 dBm, or NOWIRE_NO_RSSI");
            how.rssi = static_cast<std::int8_t>(rssi);
        }
        const auto done =
            air_control::set_link(socket != nullptr ? socket : "", abi::address_of(from), abi::address_of(to), how);
        return done ? 0 : abi::failed(done.error());
    });
}

int32_t nowire_air_has_radio(const char* socket, const char* name) {
    return abi::guarded([&]() -> std::int32_t {
        if (name == nullptr) return abi::failed(-EINVAL, "the name is NULL");
        const auto status = air_control::status(socket != nullptr ? socket : "");
        if (!status) return abi::failed(status.error());
        return std::ranges::any_of(status->radios, [&](const auto& r) { return r.radio.name == name; }) ? 1 : 0;
    });
}

int64_t nowire_air_now(const char* socket) {
    std::int64_t now = 0;
    const auto failed = abi::guarded([&]() -> std::int32_t {
        const auto status = air_control::status(socket != nullptr ? socket : "");
        if (!status) return abi::failed(status.error());
        const auto time = status->hub.pace.air_at(air::real_clock::now()).time_since_epoch();
        now = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
        return 0;
    });
    return failed < 0 ? failed : now;
}

int32_t nowire_air_program(char* path, uint32_t room) {
    return abi::guarded([&]() -> std::int32_t {
        const auto program = find_hub_program();
        if (!program) return abi::failed(program.error());
        if (path == nullptr || program->size() >= room)
            return abi::failed(NOWIRE_BUFFER_TOO_SMALL,
                               "the path has " + std::to_string(program->size()) + " bytes and a zero");
        std::ranges::copy(*program, path);
        path[program->size()] = '\0';
        return static_cast<std::int32_t>(program->size());
    });
}
}
