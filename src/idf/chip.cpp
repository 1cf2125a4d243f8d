#include "idf/chip.hpp"

#include <nowire/radio/hub_radio.hpp>
#include <nowire/station/station.hpp>

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

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
    if (seeded_) options.random = [this] { return random(); };
    auto made = std::make_unique<station>(std::move(*radio), options);
    began_ = made->clock().now();
    auto& clock = made->clock();
    driver_ = std::make_unique<nowire::driver>(
        std::move(made), driver_options{.is_idle = [this] { return scheduler_ != nullptr && scheduler_->is_idle(); }});
    const driver::lock held(*driver_);
    scheduler_ = std::make_unique<scheduler>(*driver_, clock);
}

std::uint32_t chip::random() {
    if (seeded_) return static_cast<std::uint32_t>((*seeded_)());
    static std::random_device system;
    return system();
}

void chip::keep_alive(int more) {
    keepers_ += more;
    if (keepers_ == 0) scheduler_->one_ended().notify_all();
}

void chip::wait_for_end() {
    driver::lock held(*driver_);
    while (scheduler_->alive() > 0 || keepers_ > 0)
        held.wait(scheduler_->one_ended());
    scheduler_->acquire(held, "end", wifi_priority + 1);
    scheduler_->hold_core(true);
}

callback_turn::callback_turn() {
    auto& c = chip::get();
    driver::lock held(c.driver());
    c.tasks().acquire(held, "wifi", wifi_priority);
}

callback_turn::~callback_turn() {
    auto& c = chip::get();
    const driver::lock held(c.driver());
    c.tasks().release();
}

duration since_boot() {
    call c;
    return c.now() - c.chip().began();
}

void restart() {
    std::fflush(nullptr);
    // A restart closes what is open: the radio leaves the air, since its descriptors are closed on exec.
    std::string arguments;
    if (auto* file = std::fopen("/proc/self/cmdline", "rb")) {
        for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file))
            arguments.push_back(static_cast<char>(c));
        std::fclose(file);
    }
    std::vector<char*> pointers;
    for (std::size_t at = 0; at < arguments.size(); at = arguments.find('\0', at) + 1)
        pointers.push_back(arguments.data() + at);
    pointers.push_back(nullptr);
    ::execv("/proc/self/exe", pointers.data());
    give_up(1, "a restart of the program failed");
}

}  // namespace nowire::idf
