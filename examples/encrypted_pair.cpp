// A keypad and a bolt that share a PMK and an LMK, and a stranger who knows neither.
#include <nowire/radio/hub_radio.hpp>
#include <nowire/station/station.hpp>

#include <array>
#include <iostream>
#include <string>

namespace {

using namespace std::chrono_literals;

// A program of yours reads its keys from a file that only its owner can read: read_key_file(), station/key_file.hpp.
nowire::station_options keys_for(const nowire::mac_address& peer) {
    nowire::station_options options;
    options.pmk = nowire::ccmp::pmk::parse("primary key 0123");
    options.lmks.emplace(peer, nowire::ccmp::lmk::parse("local key 456789").value());
    return options;
}

/// Only what came encrypted is from who has the key: a station takes messages in the clear from everybody but its
/// encrypted peers, as an ESP32 does.
void obey(nowire::station& bolt) {
    const auto heard = bolt.receive(1s).value();
    const std::string text(heard.payload.begin(), heard.payload.end());
    std::cout << (heard.was_encrypted ? "the bolt obeys: " : "the bolt ignores: ") << text << '\n';
}

}  // namespace

int main() {
    const auto keypad_mac = nowire::mac_address::parse("02:00:00:00:00:10").value();
    const auto bolt_mac = nowire::mac_address::parse("02:00:00:00:00:20").value();
    const std::array backends = {nowire::make_air_backend()};
    const auto at = [](const nowire::mac_address& mac) { return "air:?mac=" + mac.to_string(); };
    auto keypad = nowire::station::open(at(keypad_mac), backends, keys_for(bolt_mac)).value();
    auto bolt = nowire::station::open(at(bolt_mac), backends, keys_for(keypad_mac)).value();
    auto stranger = nowire::station::open("air:?name=stranger", backends).value();

    keypad->send(bolt_mac, "open").value();
    obey(*bolt);
    stranger->send(bolt_mac, "open, please").value();
    obey(*bolt);
}
