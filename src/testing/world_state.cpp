#include "testing/world_state.hpp"

#include <nowire/radio/air_control.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <stdexcept>

namespace nowire::testing {

namespace {

using condition = board_state::condition;
using air::protocol::idleness;

constexpr std::size_t lines_shown = 25;
constexpr std::size_t frames_shown = 15;

std::string to_text(time_point t) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.6f s", std::chrono::duration<double>(t.time_since_epoch()).count());
    return text.data();
}

std::string describe(const board_state& s) {
    switch (s.is) {
        case condition::off:
            return "switched off";
        case condition::running:
            return "runs";
        case condition::asleep:
            return s.wake ? "sleeps until " + to_text(*s.wake) : "sleeps for ever";
        case condition::ended:
            break;
    }
    return boards::how_it_ended(s.status.value_or(0));
}

std::string message_count(std::size_t count) {
    return count == 1 ? "1 message waits" : std::to_string(count) + " messages wait";
}

}  // namespace

world_state::world_state(const world_options& o) : options(o), folder("nowire-testing") {
    if (!(o.loss >= 0 && o.loss <= 1)) throw std::invalid_argument("world_options::loss must be 0 to 1");
    host = std::make_unique<air_host>(o, (folder.path() / "air").string());
}

world_state::~world_state() = default;

void world_state::throw_trouble() {
    for (const auto& b : boards) {
        auto& s = *b->state_;
        if (!s.is_trouble) continue;
        s.is_trouble = false;
        fail(b->name() + " " + boards::how_it_ended(*s.status));
    }
}

void world_state::fail(const std::string& what) const {
    has_failed = true;
    throw failure(what + "\n" + transcript());
}

/// Who keeps the time from passing.
void world_state::fail_at_patience(const std::string& what) const {
    const auto seconds = std::chrono::duration<double>(options.patience).count();
    std::array<char, 32> patience{};
    std::snprintf(patience.data(), patience.size(), "%g s", seconds);
    std::string busy;
    std::string there;
    if (const auto status = air_control::status((folder.path() / "air").string())) {
        for (const auto& r : status->radios) {
            there += " " + r.radio.name + " ";
            if (r.idle == idleness::busy) busy += (busy.empty() ? "" : ", ") + r.radio.name;
        }
    }
    std::string why;
    if (!busy.empty()) why += "; " + busy + " computes all the time and waits for nothing";
    for (const auto& b : boards)
        if (b->state_->has_process() && there.find(" " + b->name() + " ") == std::string::npos)
            why += "; " + b->name() + " does not come onto the air";
    hangs = true;
    fail("waited " + std::string(patience.data()) + " of real time for " + what + why);
}

std::string world_state::transcript() const {
    std::string text = "The air's time is " + to_text(host->now()) + ".\n";
    for (const auto& b : boards) {
        const auto& s = *b->state_;
        text += b->name() + " (" + b->mac().to_string() + ") " + describe(s);
        text += s.lines.empty() ? ", and has printed nothing\n" : "; it has printed:\n";
        const auto first = s.lines.size() - std::min(s.lines.size(), lines_shown);
        if (first > 0) text += "    ... (" + std::to_string(first) + " lines before)\n";
        for (auto i = first; i < s.lines.size(); ++i)
            text += "    " + s.lines[i] + "\n";
    }
    for (const auto& p : peers)
        text += p->name() + " (" + p->mac().to_string() + ") is a peer on channel " +
                std::to_string(p->state_->station->device().home_channel().number()) + "; " +
                message_count(p->state_->inbox.size()) + "\n";
    auto& log = host->frames();
    const auto size = log.size();
    if (size == 0) return text + "No frame was on the air.\n";
    text += "The last frames on the air:\n";
    const auto first = size - std::min(size, frames_shown);
    if (first > 0) text += "    ... (" + std::to_string(first) + " before)\n";
    for (auto i = first; i < size; ++i)
        text += "    " + to_string(log.at(i)) + "\n";
    return text;
}

/// 02:00:00:00:xx:y0: the chip has four addresses, which follow each other. As `nowire idf run` does it.
mac_address world_state::next_address() {
    const auto low = ++addresses_given << 4U;
    return mac_address({0x02, 0, 0, static_cast<std::uint8_t>(low >> 16U), static_cast<std::uint8_t>(low >> 8U),
                        static_cast<std::uint8_t>(low)});
}

std::string world_state::free_name(const std::string& base) const {
    const auto is_taken = [this](const std::string& name) {
        return std::ranges::any_of(boards, [&](const auto& b) { return b->name() == name; }) ||
               std::ranges::any_of(peers, [&](const auto& p) { return p->name() == name; });
    };
    auto name = base;
    for (int number = 2; is_taken(name); ++number)
        name = base + "-" + std::to_string(number);
    return name;
}

void world_state::check_new(const std::string& name, const mac_address& mac) const {
    const bool is_usable = !name.empty() && name.size() <= 40 && std::ranges::all_of(name, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
    });
    if (!is_usable)
        throw std::invalid_argument("\"" + name + "\" is no name: 1 to 40 letters, digits, '_', '-' and '.'");
    if (free_name(name) != name) throw std::invalid_argument("there is a " + name + " already");
    if (mac.is_group() || mac.is_zero())
        throw std::invalid_argument(mac.to_string() + " cannot be the address of a device");
    const auto check = [&](const participant& p) {
        // The SoftAP of a board is one more.
        if (p.mac() == mac || p.mac().plus(1) == mac || mac.plus(1) == p.mac())
            throw std::invalid_argument(mac.to_string() + " is too near to the address of " + p.name() +
                                        ", whose SoftAP has the next one");
    };
    std::ranges::for_each(boards, [&](const auto& b) { check(*b); });
    std::ranges::for_each(peers, [&](const auto& p) { check(*p); });
}

}  // namespace nowire::testing
