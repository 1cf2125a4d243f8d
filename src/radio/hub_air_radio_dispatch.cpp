#include "radio/hub_air_radio.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace nowire {

namespace {

namespace protocol = air::protocol;

/// Packets of one dispatch(), so that it ends.
constexpr int packets_per_dispatch = 64;

}  // namespace

void hub_air_radio::dispatch() {
    dispatch_now();
    say_polling_if_so();
}

void hub_air_radio::dispatch_now() {
    if (dispatching_) throw std::logic_error("the handler of a radio must not dispatch or wait");
    dispatching_ = true;
    struct leave {
        hub_air_radio& radio;
        ~leave() {
            radio.dispatching_ = false;
            if (radio.is_up()) radio.link_.connection().flush();
            radio.settle();
        }
    } at_end{*this};

    if (!link_.is_joined()) join();
    if (link_.is_joined() && !known_joined_) {
        known_joined_ = true;
        if (handler_) handler_->on_restored();
    }
    if (is_up()) {
        auto& connection = link_.connection();
        for (int i = 0; i < packets_per_dispatch; ++i) {
            auto packet = connection.read();
            if (!packet) break;
            inbox_.push_back(std::move(*packet));
        }
    }
    deliver();
    if (is_up() && link_.connection().has_ended()) lose("the air at " + link_.socket() + " has gone", false);
    if (gone_) tell_lost();
    clock_.run_due();
    if (is_up()) say_peers();
}

/// One step on the way onto the air.
void hub_air_radio::join() {
    if (!link_.is_greeting()) hello_is_old_ = false;
    failure_.reset();
    const auto progress = link_.join({.kind = protocol::client_kind::radio, .radio = about_});
    if (const auto* why = std::get_if<error>(&progress)) failure_ = *why;
    const auto* welcome = std::get_if<protocol::welcome>(&progress);
    if (!welcome) return;
    clock_.join(welcome->pace);
    handled_ = 1;
    idle_.reset();
    said_polling_ = false;
    said_peers_ = peers_.count == 0;
    auto rest = link_.take_rest();
    if (!rest.empty()) inbox_.push_back(std::move(rest));
    if (hello_is_old_) say_again();
}

/// What has changed since the hello.
void hub_air_radio::say_again() {
    auto& connection = link_.connection();
    say_again_serial_ = ++last_serial_;
    connection.add(protocol::configure{*say_again_serial_, about_.setup});
    connection.add(protocol::set_promiscuous{++last_serial_, about_.promiscuous});
    connection.add(protocol::set_tx_power{++last_serial_, about_.tx_power});
    connection.add(protocol::set_position{++last_serial_, about_.at});
    connection.flush();
}

void hub_air_radio::deliver() {
    while (!inbox_.empty()) {
        const auto& packet = inbox_.front();
        auto rest = std::span<const std::uint8_t>(packet).subspan(taken_);
        if (rest.empty()) {
            inbox_.pop_front();
            taken_ = 0;
            continue;
        }
        const auto message = protocol::take_hub_message(rest);
        if (!message) {
            inbox_.clear();
            taken_ = 0;
            return lose("the air at " + link_.socket() + " sent " + to_string(message.error()), false);
        }
        taken_ = packet.size() - rest.size();
        ++handled_;
        handle(*message);
    }
    // Those that the handler adds come with the next dispatch.
    for (auto left = own_answers_.size(); left > 0; --left) {
        const auto done = own_answers_.front();
        own_answers_.pop_front();
        if (handler_) handler_->on_transmit_done(done);
    }
}

void hub_air_radio::handle(const protocol::hub_message& message) {
    if (const auto* m = std::get_if<protocol::received>(&message)) {
        clock_.reach(m->info.time);
        auto info = m->info;
        info.time = clock_.from_hub(info.time);
        if (handler_) handler_->on_receive(m->mpdu, info);
    } else if (const auto* m = std::get_if<protocol::transmit_done>(&message)) {
        clock_.reach(m->done.time);
        auto done = m->done;
        done.time = clock_.from_hub(done.time);
        if (handler_) handler_->on_transmit_done(done);
    } else if (const auto* m = std::get_if<protocol::applied>(&message)) {
        // ask() has seen the others. What cannot be joined with any more is joined with anew, until it can.
        if (m->failure && m->serial == say_again_serial_) lose(m->failure->text, false);
    } else if (const auto* m = std::get_if<protocol::frames_lost>(&message)) {
        frames_lost_ += m->count;
    } else if (const auto* m = std::get_if<protocol::time_is>(&message)) {
        clock_.follow(m->pace);
    } else if (const auto* m = std::get_if<protocol::refused>(&message)) {
        // Its last words are a better reason than the silence behind them, which ask() may have noticed before.
        gone_ = loss{m->text, m->code == protocol::refusal::ended};
    }
}

void hub_air_radio::lose(const std::string& why, bool on_purpose) {
    if (!gone_) gone_ = loss{why, on_purpose};
}

void hub_air_radio::tell_lost() {
    const auto loss = std::move(*std::exchange(gone_, std::nullopt));
    link_.lose(loss.on_purpose);
    inbox_.clear();
    taken_ = 0;
    known_joined_ = false;
    clock_.go_on();
    if (handler_) handler_->on_lost({errc::radio, loss.why});
}

void hub_air_radio::wait_until(std::optional<time_point> deadline) {
    if (!dispatching_ && !has_work() && (!deadline || clock_.now() < *deadline)) {
        if (is_up()) say_idle(deadline);
        waiting_until_ = deadline;
        settle();
        // A signal ends it early, so that the program can see to what the signal asks for.
        pollfd ready{.fd = epoll_.get(), .events = POLLIN, .revents = 0};
        ::poll(&ready, 1, -1);
        waiting_until_.reset();
    }
    dispatch_now();
}

void hub_air_radio::report_idle() {
    if (dispatching_ || !is_up() || has_work()) return;
    say_idle(std::nullopt);
    // What could not be written yet is to be waited for.
    settle();
}

/// Whether descriptor() is readable.
bool hub_air_radio::has_work() const {
    pollfd ready{.fd = epoll_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&ready, 1, 0) != 0;
}

void hub_air_radio::say_polling_if_so() {
    if (!polled_ || reports_idle_ || said_polling_ || !is_up()) return;
    said_polling_ = true;
    idle_.reset();
    link_.connection().add(protocol::polling());
    link_.connection().flush();
}

void hub_air_radio::say_idle(std::optional<time_point> until) {
    if (const auto timer = clock_.next_timer()) until = std::min(until.value_or(*timer), *timer);
    const protocol::idle_until now{handled_, until ? std::optional(clock_.to_hub(*until)) : std::nullopt};
    if (idle_ && idle_->handled == now.handled && idle_->until == now.until) return;
    idle_ = now;
    said_polling_ = false;
    link_.connection().add(now);
    link_.connection().flush();
}

/// Makes the descriptor readable exactly when dispatch() has something to do.
void hub_air_radio::settle() {
    auto alarm = link_.deadline();
    if (waiting_until_) {
        const auto due = clock_.real_at(*waiting_until_);
        alarm = std::min(alarm.value_or(due), due);
    }
    clock_.set_alarm(alarm);
    watch_link();
    show_work();
}

void hub_air_radio::watch_link() {
    const auto wanted = link_.wants();
    if (wanted == watched_) return;
    epoll_event event{.events = wanted.events, .data = {}};
    // Of another generation: the kernel has forgotten the closed descriptor by itself.
    const bool changed = wanted.generation != watched_.generation || watched_.descriptor < 0;
    if (wanted.descriptor >= 0)
        ::epoll_ctl(epoll_.get(), changed ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, wanted.descriptor, &event);
    watched_ = wanted;
}

void hub_air_radio::show_work() {
    const bool wanted = !inbox_.empty() || !own_answers_.empty() || gone_ || (link_.is_joined() && !known_joined_);
    if (wanted == work_shown_) return;
    eventfd_t value = 1;
    if (wanted)
        ::eventfd_write(work_.get(), value);
    else
        ::eventfd_read(work_.get(), &value);
    work_shown_ = wanted;
}

}  // namespace nowire
