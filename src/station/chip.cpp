#include "station/signals_blocked.hpp"

#include <nowire/radio/hub_radio.hpp>
#include <nowire/station/chip.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>

namespace nowire {

namespace {

constexpr std::chrono::seconds longest_farewell{1};

station_options device_of(const chip_options& options) {
    station_options made;
    made.add_plain_peers = false;
    made.device.station_up = false;
    made.packet_numbers = options.packet_numbers;
    return made;
}

std::unique_ptr<station> station_or_throw(std::expected<std::unique_ptr<station>, error> result) {
    if (!result) throw std::system_error(make_error_code(result.error().code), result.error().text);
    return std::move(*result);
}

std::expected<std::unique_ptr<station>, error> open_station(std::string_view url, const chip_options& options) {
    std::string name(url);
    if (name.empty()) {
        const char* given = std::getenv("NOWIRE_RADIO");
        name = given != nullptr && *given != '\0' ? given : "air:";
    }
    auto backends = options.backends;
    if (backends.empty()) backends.push_back(make_air_backend());
    return station::open(name, backends, device_of(options));
}

}  // namespace

struct chip::state {
    state(std::unique_ptr<station> s, const mailbox_options& options)
        : users(options.users), mailbox(std::make_unique<nowire::mailbox>(std::move(s), options)) {}
    ~state() {
        // Its thread is the parent's.
        if (process != ::getpid()) {
            std::ignore = mailbox.release();
            return;
        }
        say_farewell();
        mailbox.reset();
        while (!parts.empty())
            parts.pop_back();
    }
    state(const state&) = delete;
    state& operator=(const state&) = delete;

    void say_farewell() const {
        mailbox->on_message({});
        mailbox->on_sent({});
        const auto wait = [this] { std::ignore = mailbox->flush(longest_farewell); };
        // The other users wait for nothing any more, and an air that waits for them must hear it.
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < users; ++i) {
            const signals_blocked in_the_thread;
            others.emplace_back(wait);
        }
        wait();
    }

    pid_t process = ::getpid();
    unsigned users;
    std::recursive_mutex mutex;  ///< of what follows; a part may ask for another one when it is made
    std::vector<std::pair<std::type_index, std::shared_ptr<void>>> parts;
    std::string face;  ///< that uses ESP-NOW; empty: none
    std::unique_ptr<nowire::mailbox> mailbox;
};

chip::chip(std::unique_ptr<station> s, const chip_options& options)
    : state_(std::make_unique<state>(std::move(s), options.mailbox)) {}

chip::chip(std::string_view url, const chip_options& options)
    : chip(station_or_throw(open_station(url, options)), options) {}

chip::chip(std::unique_ptr<nowire::radio> on, const chip_options& options)
    : chip(std::make_unique<station>(std::move(on), device_of(options)), options) {}

chip::~chip() = default;

std::expected<std::unique_ptr<chip>, error> chip::open(std::string_view url, const chip_options& options) {
    auto s = open_station(url, options);
    if (!s) return std::unexpected(std::move(s.error()));
    return std::unique_ptr<chip>(new chip(std::move(*s), options));
}

chip& chip::standard() {
    static chip* const it = [] {
        static chip* made = nullptr;
        made = new chip();
        std::atexit([] {
            if (made->state_->process != ::getpid()) return;
            try {
                made->state_->say_farewell();
            } catch (const std::logic_error&) {  // NOLINT(bugprone-empty-catch)
                // exit() was called by a handler: what was sent goes its way without anybody to see it.
            }
        });
        return made;
    }();
    return *it;
}

mailbox& chip::mailbox() {
    return *state_->mailbox;
}

void chip::claim(std::string_view face) {
    const std::lock_guard lock(state_->mutex);
    if (!state_->face.empty() && state_->face != face)
        throw std::logic_error(std::string(face) + " cannot be used: " + state_->face +
                               " uses this chip's ESP-NOW; switch that off first");
    state_->face = face;
}

void chip::release() {
    const std::lock_guard lock(state_->mutex);
    state_->face.clear();
}

void* chip::find(std::type_index type, const std::function<std::shared_ptr<void>()>& make) {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [known, part] : state_->parts)
        if (known == type) return part.get();
    auto made = make();
    return state_->parts.emplace_back(type, std::move(made)).second.get();
}

}  // namespace nowire
