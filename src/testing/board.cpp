#include "testing/world_state.hpp"

#include <algorithm>
#include <utility>

namespace nowire::testing {

namespace {

using condition = board_state::condition;

}  // namespace

board::board(std::string name, const mac_address& mac, std::unique_ptr<board_state> s)
    : participant(std::move(name), mac), state_(std::move(s)) {}

board::~board() = default;

const std::vector<std::string>& board::lines() const {
    return state_->lines;
}

bool board::has_printed(std::string_view text) const {
    return std::ranges::any_of(state_->lines, [&](const auto& line) { return line.find(text) != std::string::npos; });
}

namespace {

/// The next line of which `is_it` says that it is the one.
std::string line_of(const board& b, board_state& s, const std::string& what, duration limit,
                    const std::function<bool(const std::string&)>& is_it) {
    std::size_t looked_at = s.next_line;
    std::optional<std::size_t> found;
    const auto wanted = b.name() + " to print " + what;
    s.world.require(wanted, limit, [&] {
        for (; !found && looked_at < s.lines.size(); ++looked_at)
            if (is_it(s.lines[looked_at])) found = looked_at;
        if (!found && (s.is == condition::off || (s.is == condition::ended && !s.is_trouble)))
            s.world.fail("waited for " + wanted + ", but it is over");
        return found.has_value();
    });
    s.next_line = *found + 1;
    return s.lines[*found];
}

}  // namespace

std::string board::wait_for_line(std::string_view text, duration limit) {
    std::string what = "\"";
    what.append(text).append("\"");
    return line_of(*this, *state_, what, limit,
                   [text](const std::string& line) { return line.find(text) != std::string::npos; });
}

std::string board::wait_for_line(const std::regex& pattern, duration limit) {
    return line_of(*this, *state_, "a line of the pattern", limit,
                   [&](const std::string& line) { return std::regex_search(line, pattern); });
}

std::vector<sent_frame> board::frames() const {
    auto& log = state_->world.host->frames();
    std::vector<sent_frame> all;
    for (std::size_t i = 0; i < log.size(); ++i)
        if (log.sender_of(i) == name()) all.push_back(log.at(i));
    return all;
}

sent_frame board::next_frame(duration limit) {
    auto& w = state_->world;
    auto& log = w.host->frames();
    std::size_t next = state_->next_frame;
    std::optional<std::size_t> found;
    w.require(
        name() + " to send", limit,
        [&] {
            for (; !found && next < log.size(); ++next) {
                if (log.sender_of(next) != name()) continue;
                const auto frame = log.at(next);
                if (frame.espnow && !frame.retry) found = next;
            }
            return found.has_value();
        },
        true);
    state_->next_frame = *found + 1;
    const auto is_answered = [&] { return log.at(*found).to.is_group() || log.at(*found).acknowledged; };
    w.wait("the ACK to " + name(), after(w.host->now(), ack_time), is_answered, true);
    return log.at(*found);
}

bool board::is_running() const {
    return state_->has_process();
}

bool board::is_asleep() const {
    return state_->is == condition::asleep;
}

std::optional<time_point> board::wakes_at() const {
    return is_asleep() ? state_->wake : std::nullopt;
}

std::optional<int> board::status() const {
    return state_->status;
}

int board::wait_for_exit(duration limit) {
    auto& s = *state_;
    s.world.require(name() + " to end", limit, [&] {
        if (s.is == condition::off) s.world.fail(name() + " cannot end: it is switched off");
        if (s.is != condition::ended) return false;
        s.is_trouble = false;
        return true;
    });
    return *s.status;
}

void board::wait_for_sleep(duration limit) {
    auto& s = *state_;
    s.world.require(name() + " to sleep", limit, [&] {
        if (s.is == condition::off || (s.is == condition::ended && !s.is_trouble))
            s.world.fail("waited for " + name() + " to sleep, but it is over");
        return is_asleep();
    });
}

void board::power_off() {
    state_->world.power_off(*this);
}

void board::power_on() {
    auto& s = *state_;
    if (s.is == condition::asleep) throw std::logic_error(name() + " sleeps; wake() ends that, power_off() its power");
    s.world.power_on(*this);
}

void board::restart() {
    power_off();
    power_on();
}

void board::wake() {
    state_->world.wake(*this);
}

const std::filesystem::path& board::folder() const {
    return state_->folder;
}

}  // namespace nowire::testing
