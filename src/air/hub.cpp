#include "air/hub.hpp"

#include "air/hub_capture.hpp"
#include "air/hub_recording.hpp"

#include <nowire/version.hpp>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

namespace nowire::air {

namespace {

// Who an epoll event is about; clients are numbered from first_client on and never twice.
enum source : std::uint64_t { from_listener, from_timer, from_signals, from_capture, from_companion, first_client };

constexpr int events_per_round = 64;
constexpr int accepts_per_round = 16;
constexpr std::chrono::milliseconds accept_pause{100};
constexpr int send_buffer = 1 << 18;

unique_descriptor checked(int descriptor, const char* what) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
    return unique_descriptor(descriptor);
}

unique_descriptor make_signals() {
    sigset_t ends;
    ::sigemptyset(&ends);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        ::sigaddset(&ends, signal);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    return checked(::signalfd(-1, &ends, SFD_NONBLOCK | SFD_CLOEXEC), "signalfd");
}

std::uint64_t random_id() {
    std::uint64_t id = 0;
    if (::getrandom(&id, sizeof id, 0) != sizeof id) id = static_cast<std::uint64_t>(::getpid());
    return id;
}

}  // namespace

hub::hub(hub_options options, hub_listener listener, std::unique_ptr<hub_capture> capture,
         std::unique_ptr<hub_recording> recording)
    : options_(std::move(options)),
      listener_(std::move(listener)),
      capture_(std::move(capture)),
      recording_(std::move(recording)),
      medium_(options_.air.medium),
      pace_(time_point(), real_clock::now(), paced_speed(options_.speed)),
      started_(options_.radios == 0),
      id_(random_id()),
      epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll")),
      signals_(options_.companion ? unique_descriptor() : make_signals()),
      wake_(options_.companion ? checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd") : unique_descriptor()),
      last_client_(first_client),
      empty_since_(real_clock::now()) {
    const auto add = [this](int descriptor, std::uint64_t source, std::uint32_t events) {
        epoll_event event{.events = events, .data = {.u64 = source}};
        if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0)
            throw std::system_error(errno, std::generic_category(), "epoll");
    };
    add(listener_.descriptor(), from_listener, EPOLLIN);
    add(timer_.descriptor(), from_timer, EPOLLIN);
    if (signals_) add(signals_.get(), from_signals, EPOLLIN);
    if (wake_) add(wake_.get(), from_companion, EPOLLIN);
    for (const auto& l : options_.air.links)
        medium_.set_link(l.from, l.to, l.how);
    if (!capture_ && !options_.companion) return;
    // A regular file cannot be waited for, and need not.
    if (capture_ && capture_->can_block()) add(capture_->descriptor(), from_capture, EPOLLOUT | EPOLLET);
    medium_.set_observer([this](const air_frame& frame) {
        if (capture_) capture_->add(frame);
        if (options_.companion) options_.companion->on_frame(frame);
    });
}

hub::~hub() {
    for (auto& [id, connection] : clients_)
        connection.client->close();
}

void hub::run() {
    std::array<epoll_event, events_per_round> events;
    choose_mode();
    while (!ended_) {
        set_timer();
        // Who is found to have gone at the end of a round may be whom time was waiting for.
        const int patience = std::exchange(lost_somebody_, false) || !waiting_.empty() ? 0 : -1;
        const int count = ::epoll_wait(epoll_.get(), events.data(), events_per_round, patience);
        if (count < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "epoll_wait");
        advance();
        for (int i = 0; i < count; ++i)
            on_event(events[static_cast<std::size_t>(i)].data.u64, events[static_cast<std::size_t>(i)].events);
        choose_mode();
        tell_mode();
        // What was just asked for may happen at once where frames take no time.
        advance();
        look_at_deadlines(real_clock::now());
        // What a client has been told of is in the capture.
        if (capture_)
            if (const auto trouble = capture_->flush()) say(*trouble);
        if (recording_)
            if (const auto trouble = recording_->flush()) say(*trouble);
        flush_clients();
    }

    // The next air may start as soon as anybody hears that this one has ended.
    listener_.close();
    if (capture_) capture_->finish();
    for (auto& [id, connection] : clients_) {
        if (!ended_->empty()) connection.client->refuse(protocol::refusal::ended, *ended_);
        connection.client->close();
    }
}

void hub::on_event(std::uint64_t id, std::uint32_t events) {
    if (id == from_listener) return accept_some();
    if (id == from_timer) return timer_.take_expiration();
    if (id == from_signals) return take_signal();
    if (id == from_companion) return take_wake();
    auto* client = find(id);
    if (!client) return;
    if ((events & (EPOLLHUP | EPOLLERR)) != 0) return client->close();
    if ((events & (EPOLLIN | EPOLLRDHUP)) != 0) {
        advance();
        client->read();
    }
    if ((events & EPOLLOUT) != 0) client_changed(*client);
}

void hub::take_signal() {
    signalfd_siginfo signal{};
    if (::read(signals_.get(), &signal, sizeof signal) != sizeof signal) return;
    end(std::string("it got the signal ") + ::strsignal(static_cast<int>(signal.ssi_signo)));
}

void hub::wake() const {
    constexpr std::uint64_t once = 1;
    [[maybe_unused]] const auto size = ::write(wake_.get(), &once, sizeof once);
}

/// What the companion's own radios asked for before it called is done before it is heard.
void hub::take_wake() {
    std::uint64_t times = 0;
    [[maybe_unused]] const auto size = ::read(wake_.get(), &times, sizeof times);
    const auto request = options_.companion->request();
    for (auto& [id, connection] : clients_)
        while (connection.client->has_input())
            connection.client->read();
    options_.companion->on_wake(*this, request);
}

void hub::accept_some() {
    for (int i = 0; i < accepts_per_round; ++i) {
        unique_descriptor socket(::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket) {
            accept_one(std::move(socket));
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED) continue;
        if (errno != EAGAIN) pause_accepting();
        return;
    }
}

void hub::accept_one(unique_descriptor socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    const bool known = ::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);

    const auto id = last_client_++;
    auto client = std::make_unique<hub_client>(*this, id, std::move(socket), peer.pid);
    if (!known || (peer.uid != ::geteuid() && peer.uid != 0)) {
        client->refuse(protocol::refusal::foreign_user, "this air belongs to user " + std::to_string(::geteuid()) +
                                                            ", not to user " + std::to_string(peer.uid));
        say("refused process " + std::to_string(peer.pid) + " of user " + std::to_string(peer.uid));
        return;
    }
    std::erase_if(unknown_, [this](const auto& u) {
        const auto* c = find(u.id);
        return !c || c->has_greeted();
    });
    if (unknown_.size() >= unknown_limit)
        find(unknown_.front().id)
            ->refuse(protocol::refusal::full, "there are too many connections that have not said hello");

    epoll_event event{.events = EPOLLIN | EPOLLRDHUP, .data = {.u64 = id}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, client->socket(), &event) != 0) return;
    unknown_.push_back({id, real_clock::now() + hello_patience});
    clients_.emplace(id, connection{std::move(client), event.events});
}

/// Out of descriptors: leaves the next connections where they are for a while, rather than to spin.
void hub::pause_accepting() {
    say(std::string("cannot accept a connection: ") + std::generic_category().message(errno));
    epoll_event event{.events = 0, .data = {.u64 = from_listener}};
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, listener_.descriptor(), &event);
    accept_again_ = real_clock::now() + accept_pause;
}

/// Sends what waits, forgets who has gone, and asks epoll for what each client now needs.
void hub::flush_clients() {
    // Who hears a frame can read it when its sender learns that it was acknowledged: tests of programs lean on that.
    // What became of a frame waits for one more round, since the frame is often answered at once: then both go in one
    // packet, and who waits for the answer is woken once.
    std::vector<std::uint64_t> next;
    // By index: flushing may append.
    for (std::size_t i = 0; i < changed_.size(); ++i) {
        const auto* client = find(changed_[i]);
        if (client && client->can_wait())
            next.push_back(changed_[i]);
        else
            flush(changed_[i]);
    }
    changed_.clear();
    for (const auto id : waiting_)
        flush(id);
    std::erase_if(next, [this](std::uint64_t id) {
        const auto* client = find(id);
        return !client || !client->wants_output();
    });
    waiting_ = std::move(next);
}

void hub::flush(std::uint64_t id) {
    auto* client = find(id);
    if (!client) return;
    client->flush();
    if (!client->is_closed()) return watch(*client);
    clients_.erase(id);
    lost_somebody_ = true;
}

void hub::watch(hub_client& client) {
    auto& watched = clients_.at(client.id()).watched;
    const std::uint32_t wanted =
        (client.wants_input() ? EPOLLIN | EPOLLRDHUP : 0U) | (client.wants_output() ? EPOLLOUT : 0U);
    if (wanted == watched) return;
    epoll_event event{.events = wanted, .data = {.u64 = client.id()}};
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, client.socket(), &event);
    watched = wanted;
}

void hub::look_at_deadlines(real_time now) {
    while (!unknown_.empty() && unknown_.front().limit <= now) {
        auto* client = find(unknown_.front().id);
        unknown_.pop_front();
        if (client && !client->has_greeted())
            client->refuse(protocol::refusal::silent,
                           "no hello came within " + std::to_string(hello_patience.count()) + " s");
    }
    if (accept_again_ && *accept_again_ <= now) {
        accept_again_.reset();
        epoll_event event{.events = EPOLLIN, .data = {.u64 = from_listener}};
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, listener_.descriptor(), &event);
    }
    // Without a word: whoever is about to join sees the end of its connection and starts the next air.
    if (options_.exit_when_empty && empty_since_ && *empty_since_ + *options_.exit_when_empty <= now && !ended_)
        ended_ = "";
}

void hub::set_timer() {
    std::optional<real_time> next;
    const auto at = [&next](real_time t) { next = std::min(next.value_or(t), t); };
    // Without a limit to its speed, time goes on when a client says something.
    const bool timed = started_ && !(stepping_ && options_.speed == standing);
    if (const auto due = next_for_anybody(); due && timed) at((busy_ ? *busy_ : pace_).real_at(*due));
    if (!unknown_.empty()) at(unknown_.front().limit);
    if (accept_again_) at(*accept_again_);
    if (options_.exit_when_empty && empty_since_) at(*empty_since_ + *options_.exit_when_empty);

    timer_.set(next);
}

hub_client* hub::find(std::uint64_t id) {
    const auto found = clients_.find(id);
    return found == clients_.end() ? nullptr : found->second.client.get();
}

protocol::welcome hub::welcome() const {
    return {
        .hub_id = id_, .pace = client_pace(), .seed = options_.air.medium.seed, .airtime = options_.air.medium.airtime};
}

void hub::radio_asked(radio_id radio, const protocol::client_message& what) {
    if (recording_) recording_->asked(radio, what);
}

void hub::client_joined(hub_client& client) {
    ++radios_;
    if (options_.companion) options_.companion->on_joined(client.name());
    empty_since_.reset();
    if (started_ || radios_ < options_.radios) return;
    started_ = true;
    set_pace(paced_speed(options_.speed));
    // Before anything looks at the clock: a run that is to be repeated begins at 0.
    choose_mode();
}

void hub::client_left(hub_client& client) {
    if (options_.companion) options_.companion->on_left(client.name());
    if (--radios_ == 0) empty_since_ = real_clock::now();
}

void hub::send_status(hub_queue& to) {
    protocol::hub_status s;
    s.pid = static_cast<std::uint32_t>(::getpid());
    s.radios = static_cast<std::uint32_t>(radios_);
    s.pace = pace(medium_.now(), real_clock::now(), stepping_ ? options_.speed : client_pace().rate());
    s.seed = options_.air.medium.seed;
    s.loss = options_.air.medium.loss;
    s.airtime = options_.air.medium.airtime;
    s.statistics = medium_.statistics();
    s.slipped = slipped_;
    s.clients_refused = refused_;
    s.clients_dropped = dropped_;
    s.version = version_text;
    to.add_answer(s);

    std::vector<std::uint64_t> ids;
    for (const auto& [id, connection] : clients_)
        if (connection.client->has_radio()) ids.push_back(id);
    std::ranges::sort(ids);
    for (const auto id : ids)
        to.add_answer(find(id)->status());
}

void hub::end(const std::string& why) {
    if (!ended_) ended_ = "the air was ended: " + why;
}

}  // namespace nowire::air
