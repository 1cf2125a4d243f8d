/// Stations, their interfaces and what their radio does.

#include "abi/handle.hpp"

#include <nowire/radio/hub_radio.hpp>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

namespace nowire::abi {

namespace {

std::string url_of(const char* given) {
    if (given != nullptr && *given != '\0') return given;
    const char* variable = std::getenv("NOWIRE_RADIO");
    return variable != nullptr && *variable != '\0' ? variable : "air:";
}

std::int32_t open(const char* url, const nowire_options* given, nowire_station** result) {
    if (result == nullptr) return failed(-EINVAL, "there is no place for the station");
    *result = nullptr;
    nowire_options wanted{};
    if (given != nullptr)
        if (const auto done = take(wanted, given, "the options"); done != 0) return done;
    station_options options;
    options.add_plain_peers = false;
    options.device.station_up = false;
    const std::array backends = {make_air_backend()};
    auto opened = station::open(url_of(url), backends, options);
    if (!opened) return failed(opened.error());

    auto made = std::make_unique<nowire_station>();
    made->forks = forks();
    mailbox_options box;
    if (wanted.users > 0) box.users = wanted.users;
    if (wanted.longest > 0) box.longest = wanted.longest;
    made->mailbox = std::make_unique<mailbox>(std::move(*opened), box);
    made->mailbox->on_message([s = made.get()] { note(*s, 1); });
    *result = made.release();
    return 0;
}

std::optional<interface> interface_of(std::int32_t number) {
    if (number != NOWIRE_STATION && number != NOWIRE_SOFT_AP) return std::nullopt;
    return static_cast<interface>(number);
}

std::int32_t no_interface(std::int32_t number) {
    return failed(NOWIRE_ARGUMENT,
                  "there is no interface " + std::to_string(number) + ": 0 is the station's, 1 the SoftAP's");
}

/// Hands what was changed to the radio, and takes it back where that refuses.
template <class Back>
std::int32_t apply(station& s, const Back& back) {
    s.flush();
    if (!s.refusal()) return 0;
    const auto why = *s.refusal();
    back();
    s.flush();
    return failed(why);
}

}  // namespace

}  // namespace nowire::abi

using namespace nowire::abi;
using nowire::interface;

extern "C" {

int32_t nowire_open(const char* url, const struct nowire_options* options, nowire_station** station) {
    return guarded([&] { return open(url, options, station); });
}

void nowire_close(nowire_station* station) {
    if (station == nullptr || station->forks != forks()) return;
    // Its handlers use the pointer until it is gone; reset() would clear it before.
    delete station->mailbox.get();
    std::ignore = station->mailbox.release();
    delete station;
}

int32_t nowire_set_interface(nowire_station* station, int32_t which, int32_t up) {
    const auto wanted = interface_of(which);
    if (!wanted) return no_interface(which);
    return with(station, [&](nowire::station& s) {
        const bool before = s.device().is_up(*wanted);
        s.device().set_interface(*wanted, up != 0);
        return apply(s, [&] { s.device().set_interface(*wanted, before); });
    });
}

int32_t nowire_interface_is_up(nowire_station* station, int32_t which) {
    const auto wanted = interface_of(which);
    if (!wanted) return no_interface(which);
    return with(station, [&](nowire::station& s) { return s.device().is_up(*wanted) ? 1 : 0; });
}

int32_t nowire_address(nowire_station* station, int32_t which, uint8_t* address) {
    const auto wanted = interface_of(which);
    if (!wanted) return no_interface(which);
    if (address == nullptr) return failed(-EINVAL, "there is no place for the address");
    return with(station, [&](nowire::station& s) {
        put_address(s.device().address(*wanted), address);
        return 0;
    });
}

int32_t nowire_set_address(nowire_station* station, int32_t which, const uint8_t* address) {
    const auto wanted = interface_of(which);
    if (!wanted) return no_interface(which);
    if (address == nullptr) return failed(-EINVAL, "the address is NULL");
    return with(station, [&](nowire::station& s) {
        auto& device = s.device();
        const std::array before = {device.address(interface::station), device.address(interface::soft_ap)};
        auto now = before;
        now[static_cast<std::size_t>(which)] = address_of(address);
        if (const auto done = device.set_addresses(now[0], now[1]); !done) return failed(done.error());
        return apply(s, [&] { std::ignore = device.set_addresses(before[0], before[1]); });
    });
}

int32_t nowire_channel(nowire_station* station) {
    return with(station, [](nowire::station& s) { return s.device().home_channel().number(); });
}

int32_t nowire_set_channel(nowire_station* station, int32_t number) {
    const auto wanted = nowire::channel::from_number(number);
    if (!wanted) return failed(NOWIRE_ARGUMENT, "there is no channel " + std::to_string(number));
    return with(station, [&](nowire::station& s) {
        const auto before = s.device().home_channel();
        s.device().set_channel(*wanted, s.clock().now());
        return apply(s, [&] { s.device().set_channel(before, s.clock().now()); });
    });
}

int32_t nowire_set_rate(nowire_station* station, int32_t rate) {
    const auto wanted = nowire::rate_from_number(rate);
    if (!wanted) return failed(NOWIRE_ARGUMENT, "there is no rate " + std::to_string(rate));
    return with(station, [&](nowire::station& s) {
        s.device().set_tx_rate(*wanted);
        return 0;
    });
}

int32_t nowire_set_tx_power(nowire_station* station, int32_t dbm) {
    return with(station, [&](nowire::station& s) {
        s.radio().set_tx_power(dbm);
        return 0;
    });
}

int32_t nowire_set_wake(nowire_station* station, int32_t window, int32_t interval) {
    return with(station, [&](nowire::station& s) {
        const auto done = s.device().set_wake(std::chrono::milliseconds(window), std::chrono::milliseconds(interval),
                                              s.clock().now());
        return done ? 0 : failed(done.error());
    });
}
}
