#include "radio/hub_air_radio.hpp"

#include "radio/setup_check.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace nowire {

namespace {

namespace protocol = air::protocol;
using air::real_clock;

constexpr std::chrono::seconds open_patience{10};
constexpr std::chrono::seconds answer_patience{1};
/// What may wait to be sent; transmits beyond end not_sent.
constexpr std::size_t output_limit = std::size_t{1} << 20;
constexpr int least_tx_power = 2;
constexpr int most_tx_power = 20;

unique_descriptor checked(int descriptor, const char* what) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
    return unique_descriptor(descriptor);
}

std::chrono::milliseconds left_until(air::real_time limit) {
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(limit - real_clock::now()),
                    std::chrono::milliseconds(0));
}

std::optional<protocol::applied> answer_in(std::span<const std::uint8_t> packet, std::uint32_t serial) {
    while (!packet.empty()) {
        const auto message = protocol::take_hub_message(packet);
        if (!message) return std::nullopt;
        const auto* answer = std::get_if<protocol::applied>(&*message);
        if (answer && answer->serial == serial) return *answer;
    }
    return std::nullopt;
}

}  // namespace

hub_air_radio::hub_air_radio(std::string socket, bool default_air, air::medium_radio about)
    : identity_{.name = about.name,
                .station = about.setup.station.value_or(mac_address()),
                .soft_ap = about.setup.station.value_or(mac_address()).plus(1),
                .on = about.setup.on},
      about_(std::move(about)),
      link_(std::move(socket), default_air),
      epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll for a radio")),
      work_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd for a radio")) {
    for (const int descriptor : {work_.get(), clock_.descriptor()}) {
        epoll_event event{.events = EPOLLIN, .data = {}};
        if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0)
            throw std::system_error(errno, std::generic_category(), "epoll for a radio");
    }
}

std::expected<void, error> hub_air_radio::open() {
    const auto limit = real_clock::now() + open_patience;
    while (true) {
        join();
        known_joined_ = link_.is_joined();
        settle();
        if (known_joined_) return {};
        const bool over = real_clock::now() >= limit;
        if (failure_ && (failure_->code != errc::closed || over)) return std::unexpected(*failure_);
        if (over) return std::unexpected(error{errc::radio, "the air at " + link_.socket() + " does not get ready"});
        pollfd ready{.fd = epoll_.get(), .events = POLLIN, .revents = 0};
        ::poll(&ready, 1, static_cast<int>(left_until(limit).count()));
    }
}

radio_capabilities hub_air_radio::capabilities() const {
    return {.acks_for_us = true,
            .reports_ack = true,
            .retries = true,
            .sets_rate = true,
            .keeps_sequence_number = true,
            .gives_fcs = true,
            .gives_rssi = true,
            .gives_time = true,
            .max_mpdu = air::max_mpdu};
}

int hub_air_radio::descriptor() const {
    // It is no change of the radio that the hub hears of it.
    if (auto* self = const_cast<hub_air_radio*>(this); !std::exchange(polled_, true)) self->say_polling_if_so();
    return epoll_.get();
}

void hub_air_radio::transmit(nowire::transmit what) {
    // What is asked for between the hub's death and on_lost() is in flight, and lost with the rest.
    if (gone_) return;
    const settled at_end{*this};
    if (!link_.is_joined() || what.mpdu.size() > air::max_mpdu || link_.connection().waiting() >= output_limit)
        return end_not_sent(what.token);
    idle_.reset();
    link_.connection().add(protocol::transmit_frame{what.token, what.tx_rate, what.retries, what.mpdu});
    // From inside dispatch(), what is asked for goes out together, at its end.
    if (!dispatching_) link_.connection().flush();
}

void hub_air_radio::end_not_sent(std::uint64_t token) {
    own_answers_.push_back({.token = token, .status = tx_status::not_sent, .attempts = 0, .time = clock_.now()});
}

std::expected<void, error> hub_air_radio::configure(const radio_setup& setup) {
    if (auto objection = objection_to(setup); !objection.empty())
        return std::unexpected(error{errc::argument, std::move(objection)});
    if (setup == about_.setup) return {};
    const settled at_end{*this};
    const auto before = std::exchange(about_.setup, setup);
    hello_is_old_ = true;
    if (!is_up()) return {};
    const auto serial = ++last_serial_;
    const auto answer = ask(protocol::configure{serial, setup}, serial);
    const bool same_addresses = setup.station == before.station && setup.soft_ap == before.soft_ap;
    // A hub that has gone is told when it is back. One that is slow cannot refuse what leaves the addresses alone.
    if (!is_up() || (answer ? !answer->failure : same_addresses)) return {};

    about_.setup = before;
    if (answer) return std::unexpected(error{errc::refused, answer->failure->text});
    // Whatever it makes of it once it gets there: it goes back to what was.
    link_.connection().add(protocol::configure{++last_serial_, before});
    return std::unexpected(error{errc::radio, "the air at " + link_.socket() + " does not answer"});
}

void hub_air_radio::set_promiscuous(bool on) {
    if (std::exchange(about_.promiscuous, on) == on) return;
    const auto serial = ++last_serial_;
    update(protocol::set_promiscuous{serial, on}, serial);
}

void hub_air_radio::set_tx_power(int dbm) {
    const int power = std::clamp(dbm, least_tx_power, most_tx_power);
    if (std::exchange(about_.tx_power, power) == power) return;
    const auto serial = ++last_serial_;
    update(protocol::set_tx_power{serial, power}, serial);
}

void hub_air_radio::set_position(std::optional<air::position> at) {
    about_.at = at;
    const auto serial = ++last_serial_;
    update(protocol::set_position{serial, at}, serial);
}

void hub_air_radio::report_peers(const peer_report& peers) {
    if (peers == peers_) return;
    peers_ = peers;
    said_peers_ = false;
    if (!is_up()) return;
    const settled at_end{*this};
    say_peers();
    // As in transmit().
    if (!dispatching_) link_.connection().flush();
}

/// Tells the hub the peers if it does not know them. Behind much that waits they would be old when they get there, and
/// many such would have no end: then dispatch() does it later.
void hub_air_radio::say_peers() {
    if (said_peers_ || link_.connection().waiting() >= output_limit) return;
    said_peers_ = true;
    idle_.reset();
    link_.connection().add(protocol::report_peers{peers_});
}

/// Tells the hub what it cannot refuse.
void hub_air_radio::update(const protocol::client_message& message, std::uint32_t serial) {
    hello_is_old_ = true;
    if (!is_up()) return;
    const settled at_end{*this};
    ask(message, serial);
}

/// Says `message` and waits until the hub has done it. What else it says meanwhile is kept for dispatch().
/// @returns nothing if it did not answer in time, or has gone.
std::optional<protocol::applied> hub_air_radio::ask(const protocol::client_message& message, std::uint32_t serial) {
    const auto limit = real_clock::now() + answer_patience;
    auto& connection = link_.connection();
    idle_.reset();
    connection.add(message);
    while (true) {
        connection.flush();
        while (auto packet = connection.read()) {
            inbox_.push_back(std::move(*packet));
            if (auto answer = answer_in(inbox_.back(), serial)) return answer;
        }
        if (connection.has_ended()) {
            lose("the air at " + link_.socket() + " has gone", false);
            return std::nullopt;
        }
        const auto left = left_until(limit);
        if (left.count() == 0) return std::nullopt;
        connection.wait(left);
    }
}

}  // namespace nowire
