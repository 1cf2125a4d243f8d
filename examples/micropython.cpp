// ESP-NOW with MicroPython's names: a lamp obeys a button, both in this process. On the local air, in real time.
#include <nowire/micropython/espnow.hpp>

#include <iostream>

int main() {
    using namespace nowire::micropython;
    nowire::chip lamp_chip("air:?name=lamp");
    nowire::chip button_chip("air:?name=button");
    WLAN lamp_wlan(lamp_chip);
    WLAN button_wlan(button_chip);
    lamp_wlan.active(true);
    button_wlan.active(true);

    ESPNow lamp(lamp_chip);
    lamp.active(true);
    ESPNow button(button_chip);
    button.active(true);

    const auto peer = lamp_wlan.mac();
    try {
        button.send(peer, "on");
    } catch (const os_error& e) {
        std::cout << e.what() << '\n';
        button.add_peer(peer);
    }
    for (const auto* word : {"on", "off", "end"})
        if (!button.send(peer, word)) std::cout << "nobody heard it\n";

    for (const auto& [mac, msg] : lamp) {
        if (mac == nullptr || *msg == "end") break;
        std::cout << "the lamp is " << *msg << '\n';
    }
    const auto [tx_pkts, tx_responses, tx_failures, rx_pkts, rx_dropped] = button.stats();
    std::cout << tx_pkts << " sent, " << tx_failures << " failed\n";
}
