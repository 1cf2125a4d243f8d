#include "radio/hub_link.hpp"

#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>

namespace nowire {

namespace {

using air::real_clock;

constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds longest_pause{200};
constexpr std::chrono::seconds greeting_patience{5};

bool is_readable(int descriptor) {
    pollfd ready{.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&ready, 1, 0) > 0;
}

}  // namespace

hub_link::hub_link(std::string socket, bool default_air)
    : socket_(std::move(socket)),
      default_air_(default_air),
      may_start_(default_air),
      limit_(real_clock::now()),
      pause_(first_pause) {}

hub_link::progress hub_link::join(const air::protocol::hello& hello) {
    if (connection_) return greet();
    if (!finder_) {
        if (real_clock::now() < limit_) return waiting();
        finder_.emplace(socket_, may_start_);
        finding_.reset();
    }
    return find(hello);
}

hub_link::progress hub_link::find(const air::protocol::hello& hello) {
    if (finding_ && real_clock::now() < finding_->until &&
        (finding_->descriptor < 0 || !is_readable(finding_->descriptor)))
        return waiting();
    auto found = finder_->step();
    if (auto* later = std::get_if<hub_finder::waiting>(&found)) {
        if (!finding_ || finding_->descriptor != later->descriptor) ++generation_;
        finding_ = *later;
        return waiting();
    }
    finder_.reset();
    ++generation_;
    if (auto* why = std::get_if<error>(&found)) return fail(std::move(*why));
    connection_.emplace(std::move(std::get<unique_descriptor>(found)));
    connection_->add(hello);
    connection_->flush();
    limit_ = real_clock::now() + greeting_patience;
    return greet();
}

hub_link::progress hub_link::greet() {
    const auto packet = connection_->read();
    if (!packet && connection_->has_ended())
        return fail({errc::closed, "the air at " + socket_ + " went away before it said anything"});
    if (!packet && real_clock::now() >= limit_)
        return fail({errc::radio, "the air at " + socket_ + " does not answer"});
    if (!packet) {
        connection_->flush();
        return waiting();
    }
    std::span<const std::uint8_t> bytes(*packet);
    const auto message = air::protocol::take_hub_message(bytes);
    if (!message)
        return fail({errc::radio, "what listens at " + socket_ + " is no air: it sent " + to_string(message.error())});
    if (const auto* no = std::get_if<air::protocol::refused>(&*message)) {
        const bool ending = no->code == air::protocol::refusal::ended;
        if (ending) may_start_ = false;
        const bool taken = no->code == air::protocol::refusal::address_taken;
        return fail({ending ? errc::closed : taken ? errc::refused : errc::radio, no->text});
    }
    const auto* welcome = std::get_if<air::protocol::welcome>(&*message);
    if (!welcome) return fail({errc::radio, "what listens at " + socket_ + " did not say welcome"});
    rest_.assign(bytes.begin(), bytes.end());
    joined_ = true;
    may_start_ = default_air_;
    pause_ = first_pause;
    return *welcome;
}

/// Drops what there is; the next attempt begins after a pause.
void hub_link::retreat() {
    connection_.reset();
    finder_.reset();
    finding_.reset();
    ++generation_;
    limit_ = real_clock::now() + pause_;
    pause_ = std::min(2 * pause_, longest_pause);
}

hub_link::progress hub_link::fail(error why) {
    retreat();
    return why;
}

void hub_link::lose(bool on_purpose) {
    joined_ = false;
    rest_.clear();
    may_start_ = default_air_ && !on_purpose;
    retreat();
}

hub_link::interest hub_link::wants() const {
    if (connection_)
        return {generation_, connection_->descriptor(), EPOLLIN | (connection_->wants_output() ? EPOLLOUT : 0U)};
    if (finding_ && finding_->descriptor >= 0) return {generation_, finding_->descriptor, EPOLLIN};
    return {generation_, -1, 0};
}

std::optional<air::real_time> hub_link::deadline() const {
    if (joined_) return std::nullopt;
    return finding_ && !connection_ ? finding_->until : limit_;
}

}  // namespace nowire
