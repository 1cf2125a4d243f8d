// Two stations as coroutines of one thread: one asks, the other answers. On the local air, in real time.
#include <nowire/async/station.hpp>
#include <nowire/radio/hub_radio.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <iostream>
#include <string>

namespace {

using namespace std::chrono_literals;
using boost::asio::awaitable;

std::span<const std::uint8_t> bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

awaitable<void> answer(nowire::async::station& thermometer) {
    while (const auto question = co_await thermometer.receive(2s))
        co_await thermometer.send(question->source, bytes("17.5 C"));
}

awaitable<void> ask(nowire::async::station& display, nowire::mac_address thermometer, boost::asio::io_context& io) {
    for (int round = 1; round <= 3; ++round) {
        const auto sent = co_await display.send(thermometer, bytes("how warm is it?"));
        if (!sent || sent->result != nowire::tx_status::acked) continue;
        if (const auto heard = co_await display.receive(1s))
            std::cout << round << ": " << std::string(heard->payload.begin(), heard->payload.end()) << '\n';
        co_await display.sleep_for(100ms);
    }
    io.stop();
}

}  // namespace

int main() {
    const std::array backends = {nowire::make_air_backend()};
    boost::asio::io_context io;
    nowire::async::station thermometer(io.get_executor(),
                                       nowire::station::open("air:?name=thermometer", backends).value());
    nowire::async::station display(io.get_executor(), nowire::station::open("air:?name=display", backends).value());

    co_spawn(io, answer(thermometer), boost::asio::detached);
    co_spawn(io, ask(display, thermometer.sync().address(), io), boost::asio::detached);
    io.run();
}
