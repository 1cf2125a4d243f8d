#include <nowire/radio/hub_radio.hpp>
#include <nowire/station/station.hpp>

#include <array>
#include <iostream>

int main() {
    using namespace std::chrono_literals;
    const std::array backends = {nowire::make_air_backend()};
    auto kitchen = nowire::station::open("air:?name=kitchen", backends).value();
    auto garden = nowire::station::open("air:?name=garden", backends).value();

    const auto sent = kitchen->send(garden->address(), "17.5 C").value();
    std::cout << to_string(sent.result) << " after " << sent.attempts << " transmission(s)\n";

    const auto heard = garden->receive(1s).value();
    const std::string text(heard.payload.begin(), heard.payload.end());
    std::cout << heard.source.to_string() << " said \"" << text << "\"\n";
}
