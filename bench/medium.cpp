// The simulated air in virtual time: how many receptions a CPU second, against calling the same listener as often.
#include "measure.hpp"
#include "touch.hpp"

#include <nowire/air/medium.hpp>
#include <nowire/frame/mpdu.hpp>

#include <algorithm>
#include <chrono>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace nowire::bench {
namespace {

constexpr std::size_t mpdu_size = 289;  // a message of 250 bytes

class listener final : public air::medium_listener {
  public:
    void on_receive(std::span<const std::uint8_t> mpdu, const rx_info&) override { sum_ += mpdu[30]; }
    void on_transmit_done(const tx_done&) override {}
    std::uint64_t sum() const { return sum_; }

  private:
    std::uint64_t sum_ = 0;
};

mac_address mac_of(std::size_t i) {
    return mac_address({2, 0, 0, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)});
}

/// Nodes that all hear all, or on a grid of 10 m on which a frame reaches about 30 m; each broadcasts once a second, at
/// moments that do not change.
class world {
  public:
    world(std::size_t nodes, bool grid) : medium_(options(grid)) {
        constexpr std::size_t side = 45;
        std::mt19937 random(1);
        std::uniform_int_distribution<int> moment(0, 999999);
        for (std::size_t i = 0; i < nodes; ++i) {
            air::medium_radio radio{
                .name = std::to_string(i), .setup = {.on = {}, .station = mac_of(i), .soft_ap = {}}, .at = {}};
            if (grid) radio.at = air::position{static_cast<double>(i % side) * 10, static_cast<double>(i / side) * 10};
            const auto joined = medium_.join(radio, listener_);
            if (!joined) throw std::runtime_error("a node cannot join");
            radios_.push_back(*joined);
            moments_.emplace_back(moment(random), i);
        }
        std::ranges::sort(moments_);
    }

    /// @returns how many receptions there were in so many seconds of the air.
    std::uint64_t run(int seconds) {
        const auto before = medium_.statistics().receptions;
        for (int s = 0; s < seconds; ++s, ++second_) {
            for (const auto& [microseconds, i] : moments_) {
                medium_.advance_to(time_point(std::chrono::seconds(second_) + std::chrono::microseconds(microseconds)));
                frame::write_header(std::span(mpdu_).first<frame::header_size>(),
                                    {.a1 = mac_address::broadcast(), .a2 = mac_of(i)});
                medium_.transmit(radios_[i], {.token = 1, .mpdu = mpdu_});
            }
        }
        keep(listener_.sum());
        return medium_.statistics().receptions - before;
    }

    /// Calls the listener as often as the medium did.
    std::uint64_t call(std::uint64_t receptions) {
        // Volatile, so that each call looks for its function as the medium's does.
        air::medium_listener* volatile to = &listener_;
        for (std::uint64_t i = 0; i < receptions; ++i)
            to->on_receive(mpdu_, {});
        keep(listener_.sum());
        return receptions;
    }

  private:
    static air::medium_options options(bool grid) {
        air::medium_options o;
        if (grid) o.path.exponent = 5.28;  // the exponent at which the default rate's range is 30 m
        return o;
    }

    listener listener_;
    air::medium medium_;
    std::vector<std::uint8_t> mpdu_ = std::vector<std::uint8_t>(mpdu_size, 0x55);
    std::vector<air::radio_id> radios_;
    std::vector<std::pair<int, std::size_t>> moments_;
    int second_ = 0;
};

void measure(const suite& s, const std::string& name, world& w, int seconds, double target) {
    std::uint64_t receptions = 0;
    s.measure({.name = name,
               .unit = "receptions",
               .subject = [&] { return receptions = w.run(s.is_smoke() ? 1 : seconds); },
               .baseline = [&] { return w.call(receptions); },
               .rate = target});
}

void benchmark(const suite& s) {
    world all(100, false);
    measure(s, "medium: 100 nodes, all hear all", all, 100, 5e6);
    world grid(2000, true);
    measure(s, "medium: 2000 nodes on a grid, 30 m", grid, 10, 1e6);
}

}  // namespace
}  // namespace nowire::bench

int main(int count, char** arguments) {
    return nowire::bench::run(count, arguments, nowire::bench::benchmark);
}
