#include "air/air_capture.hpp"

#include <nowire/frame/radiotap.hpp>

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace nowire::air {

namespace {

std::vector<std::uint8_t> radiotap_of(const air_frame& frame) {
    radiotap::header h;
    h.tsft = static_cast<std::uint64_t>(frame.start.time_since_epoch() / std::chrono::microseconds(1));
    radiotap::set_channel_and_rate(h, frame.on, frame.rate);
    h.tx_power = frame.signal;  // each receiver hears it differently: there is no one signal to write down
    return radiotap::build(h);
}

}  // namespace

air_capture::air_capture(capture::sink to) : writer_(std::move(to), {.application = "nowire-air"}) {
    writer_.add_interface({.name = "air", .description = "simulated air; times count from its beginning"});
}

void air_capture::add(const air_frame& frame) {
    auto bytes = radiotap_of(frame);
    bytes.insert(bytes.end(), frame.mpdu.begin(), frame.mpdu.end());
    writer_.write(0, capture::timestamp(frame.end.time_since_epoch()), bytes, {.comment = frame.from});
}

}  // namespace nowire::air
