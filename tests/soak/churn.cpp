#include "soak/churn.hpp"

#include <nowire/station/station.hpp>

#include <array>
#include <csignal>
#include <utility>

namespace nowire::test {

namespace {

using namespace std::chrono_literals;

/// What one of them does with its life. @returns its exit status
int live(const std::string& socket, std::chrono::milliseconds how_long) {
    const std::array backends = {make_air_backend()};
    // Short frames: fifty that send all the time must not wait for seconds until it is their turn.
    station_options options;
    options.device.tx_rate = rate::ofdm_54m;
    auto opened = station::open("air:" + socket + "?channel=6", backends, options);
    if (!opened) return 1;
    auto& self = **opened;
    const auto nobody = mac_address({0x02, 0, 0, 0, 0, 0x99});
    const auto end = self.clock().now() + how_long;
    while (self.clock().now() < end) {
        if (!self.send(mac_address::broadcast(), std::string(200, 'x'))) return 2;
        if (!self.send(nobody, "is anybody there?")) return 3;
        while (self.receive(5ms)) {
        }
    }
    return 0;
}

/// Waits for its end, and kills it if that does not come.
bool ended_well(child_process& process) {
    // It reports nothing but an exception.
    if (!process.line().empty()) return false;
    process.signal(SIGKILL);
    return process.wait() == 0;
}

}  // namespace

churn::churn(std::string socket, std::size_t processes, std::uint64_t seed)
    : socket_(std::move(socket)), random_(seed), slots_(processes) {}

churn::clock::duration churn::some_time(int most_ms) {
    return std::chrono::milliseconds(std::uniform_int_distribution(1, most_ms)(random_));
}

void churn::start(one& slot) {
    const auto life = std::chrono::duration_cast<std::chrono::milliseconds>(some_time(4000));
    slot.what = static_cast<fate>(std::uniform_int_distribution(0, 2)(random_));
    // Who is to leave by itself is looked at when it should have.
    slot.when = clock::now() + (slot.what == fate::leaves ? life : some_time(2000));
    slot.is_still = false;
    slot.process = std::make_unique<child_process>([this, life](int) { return live(socket_, life); });
    ++counts_.joined;
}

void churn::let_go(one& slot) {
    switch (slot.what) {
        case fate::leaves:
            ++(ended_well(*slot.process) ? counts_.left : counts_.failed);
            break;
        case fate::is_stopped:
            if (!slot.is_still) {
                slot.process->signal(SIGSTOP);
                ++counts_.stopped;
                slot.is_still = true;
                slot.when = clock::now() + some_time(5000);
                return;
            }
            // Some go on, and leave, and some are killed as they stand.
            if (random_() % 2 == 0) {
                slot.process->signal(SIGCONT);
                slot.what = fate::leaves;
                slot.when = clock::now() + 4s;
                return;
            }
            [[fallthrough]];
        case fate::is_killed:
            slot.process->signal(SIGKILL);
            slot.process->wait();
            ++counts_.killed;
            break;
    }
    slot.process.reset();
    slot.when = clock::now() + some_time(500);
}

void churn::turn() {
    for (auto& slot : slots_) {
        if (clock::now() < slot.when) continue;
        if (slot.process)
            let_go(slot);
        else
            start(slot);
    }
}

void churn::end() {
    for (auto& slot : slots_)
        slot.process.reset();
}

}  // namespace nowire::test
