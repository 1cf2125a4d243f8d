#include "idf/chip.hpp"

#include <nowire/radio/hub_radio.hpp>
#include <nowire/station/station.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>
#include <utility>

namespace nowire::idf {

namespace {

constexpr int status_usage = 2;
constexpr int status_radio = 5;
constexpr unsigned wifi_priority = 23;

[[noreturn]] void give_up(int status, const std::string& why) {
    std::fprintf(stderr, "nowire: %s\n", why.c_str());
    std::fflush(nullptr);
    ::_exit(status);
}

std::string variable(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : otherwise;
}

std::optional<std::uint64_t> seed() {
    const auto text = variable("NOWIRE_IDF_SEED", "");
    if (text.empty()) return std::nullopt;
    char* end = nullptr;
    const auto value = std::strtoull(text.c_str(), &end, 10);
    if (*end != '\0') give_up(status_usage, "NOWIRE_IDF_SEED must be a number, not \"" + text + '"');
    return value;
}

}  // namespace

chip& chip::get() {
    // Threads that outlive main() may be in a call still: it is theirs until the process is gone.
    static auto* const the_chip = new chip();
    return *the_chip;
}

chip::chip() {
    const auto url = variable("NOWIRE_RADIO", "air:");
    const std::array backends = {make_air_backend()};
    auto radio = open_radio(url, backends);
    if (!radio)
        give_up(
            radio.error().code == errc::bad_url || radio.error().code == errc::argument ? status_usage : status_radio,
            "NOWIRE_RADIO=" + url + ": " + radio.error().text);
    identity_ = (*radio)->identity();
    if (const auto given = seed()) {
        std::uint64_t address = 0;
        for (const auto byte : identity_.station.octets())
            address = address << 8U | byte;
        std::seed_seq both = {*given, *given >> 32U, address, address >> 32U};
        seeded_.emplace(both);
    }
    station_options options;
    options.add_plain_peers = false;
    options.device.station_up = false;
    if (seeded_) {
        options.random = [this] { return random(); };
        // Packet numbers start at it.
        options.wall_clock = [] { return std::chrono::hours(1); };
    }
    auto tapped = std::make_unique<idf::tap>(std::move(*radio));
    tap_ = tapped.get();
    auto made = std::make_unique<station>(std::move(tapped), options);
    made->on_radio([](const std::optional<error>& why) {
        std::fprintf(stderr, "nowire: %s\n",
                     why ? ("the radio is gone, waiting for it: " + why->text).c_str() : "the radio is back");
    });
    began_ = made->clock().now();
    auto& clock = made->clock();
    driver_ = std::make_unique<nowire::driver>(
        std::move(made), driver_options{.is_idle = [this] { return scheduler_ != nullptr && scheduler_->is_idle(); },
                                        .hand_over = [this](auto due) { take_handlers(std::move(due)); }});
    const driver::lock held(*driver_);
    scheduler_ = std::make_unique<scheduler>(*driver_, clock);
    // The driver may have had some already.
    take_handlers({});
}

std::uint32_t chip::random() {
    if (seeded_) return static_cast<std::uint32_t>((*seeded_)());
    static std::random_device system;
    return system();
}

void chip::take_handlers(std::vector<std::function<void()>> due) {
    std::ranges::move(due, std::back_inserter(handlers_));
    if (scheduler_ == nullptr || handlers_.empty()) return;
    if (wifi_ == nullptr) {
        wifi_ = &scheduler_->start(
            "wifi", wifi_priority, [this] { run_handlers(); }, true);
        wifi_->is_wifi = true;
    }
    scheduler_->wake_first(until_due_);
}

/// What the Wi-Fi task, the most urgent but one, does for ever.
void chip::run_handlers() {
    for (;;) {
        std::function<void()> next;
        {
            call c;
            while (handlers_.empty())
                c.block(&until_due_, std::nullopt);
            next = std::move(handlers_.front());
            handlers_.pop_front();
        }
        next();
    }
}

void chip::keep_alive(int more) {
    keepers_ += more;
    if (keepers_ == 0) scheduler_->note_end();
}

void chip::wait_for_end() {
    const auto wait = [this] {
        driver::lock held(*driver_);
        while (scheduler_->alive() > 0 || keepers_ > 0) {
            scheduler_->see_ends();
            held.wait(scheduler_->one_ended());
        }
        return scheduler_->take_ended();
    };
    // Callbacks may start others meanwhile.
    for (auto ended = wait(); !ended.empty(); ended = wait())
        for (const auto each : ended)
            pthread_join(each, nullptr);
    driver::lock held(*driver_);
    scheduler_->acquire(held, "end", wifi_priority + 1);
    scheduler_->hold_core(true);
}

duration since_boot() {
    call c;
    return c.now() - c.chip().began();
}

}  // namespace nowire::idf
