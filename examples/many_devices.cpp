// A hundred sensors and a collector in one process, in virtual time: an hour on the air takes about a second.
#include <nowire/radio/simulation.hpp>
#include <nowire/station/station.hpp>

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

/// A sensor that reports each minute.
class sensor {
  public:
    sensor(std::unique_ptr<nowire::radio> radio, nowire::mac_address collector)
        : station_(std::move(radio)), collector_(collector) {}

    void report_at(nowire::time_point when) {
        station_.clock().call_at(when, [this] {
            const std::string text = "21.0 C";
            const std::span payload(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
            const auto token = station_.send_then(collector_, payload, [this](const nowire::completion& done) {
                acknowledged_ += done.result == nowire::tx_status::acked ? 1 : 0;
            });
            if (!token) std::cerr << token.error().text << '\n';
            station_.flush();
        });
    }
    /// Lets completions be counted.
    void run_ready() { station_.run_ready(); }
    int acknowledged() const { return acknowledged_; }

  private:
    nowire::station station_;
    nowire::mac_address collector_;
    int acknowledged_ = 0;
};

}  // namespace

int main() {
    nowire::simulation air({.seed = 1});
    nowire::station collector(
        air.make_radio({.name = "collector", .at = nowire::air::position{.x = 45, .y = 45}}).value());

    std::vector<std::unique_ptr<sensor>> sensors;
    for (int i = 0; i < 100; ++i) {
        const nowire::air::position at{.x = i % 10 * 10.0, .y = i / 10 * 10.0};
        auto radio = air.make_radio({.name = "sensor-" + std::to_string(i), .at = at}).value();
        sensors.push_back(std::make_unique<sensor>(std::move(radio), collector.address()));
    }

    int heard = 0;
    for (int minute = 0; minute < 60; ++minute) {
        auto when = air.now();
        for (const auto& each : sensors)
            each->report_at(when += 500ms);
        air.run_for(1min);
        for (const auto& each : sensors)
            each->run_ready();
        while (collector.receive(0s))
            ++heard;
    }

    int acknowledged = 0;
    for (const auto& each : sensors)
        acknowledged += each->acknowledged();
    std::cout << heard << " reports heard, " << acknowledged << " acknowledged, "
              << air.medium().statistics().collisions << " collisions\n";
}
