#include "cli/arguments.hpp"
#include "cli/echo.hpp"
#include "cli/explain.hpp"
#include "cli/radio_options.hpp"
#include "cli/signals.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iostream>
#include <map>
#include <random>

namespace nowire::cli {

namespace {

struct ping_options {
    radio_options radio;
    std::string destination;
    std::optional<std::uint64_t> count;
    double interval = 1;
    double timeout = 2;
    std::size_t size = 32;
    bool json = false;
};

echo::session_id draw_session() {
    std::random_device source;
    echo::session_id id{};
    std::ranges::generate(id, [&source] { return static_cast<std::uint8_t>(source()); });
    return id;
}

double milliseconds(duration d) {
    return std::chrono::duration<double, std::milli>(d).count();
}

long microseconds(duration d) {
    return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
}

template <typename T>
nlohmann::ordered_json or_null(const std::optional<T>& value) {
    if (value) return *value;
    return nullptr;
}

/// What came of the requests: how many, how long they took, and why those that failed did.
struct ping_summary {
    std::uint64_t sent = 0;
    std::uint64_t replies = 0;
    std::uint64_t acked = 0;
    std::uint64_t not_acked = 0;
    std::uint64_t unconfirmed = 0;
    std::uint64_t not_sent = 0;
    std::uint64_t late = 0;  ///< replies that came after their time
    duration shortest = duration::max();
    duration longest{};
    duration all_together{};

    void add(duration round_trip) {
        ++replies;
        shortest = std::min(shortest, round_trip);
        longest = std::max(longest, round_trip);
        all_together += round_trip;
    }
    void add(tx_status result) {
        acked += result == tx_status::acked ? 1 : 0;
        not_acked += result == tx_status::not_acked ? 1 : 0;
        unconfirmed += result == tx_status::unconfirmed ? 1 : 0;
        not_sent += result == tx_status::not_sent ? 1 : 0;
    }
    duration average() const { return all_together / static_cast<std::int64_t>(replies); }
    double loss_percent() const {
        return sent == 0 ? 0 : 100.0 * static_cast<double>(sent - replies) / static_cast<double>(sent);
    }
    int status() const {
        if (replies > 0) return status_ok;
        if (acked > 0) return status_timeout;
        if (not_acked > 0) return status_not_acknowledged;
        if (unconfirmed > 0) return status_unconfirmed;
        return not_sent > 0 ? status_radio : status_timeout;
    }
};

class pinger {
  public:
    pinger(const ping_options& options, const mac_address& destination, station& s)
        : options_(options), destination_(destination), station_(s), next_(s.clock().now()) {}

    /// Asks until there was enough, or a signal.
    int run(const stop_signals& stop) {
        station_.set_idle_reports(true);
        std::array<pollfd, 2> waiting = {{{.fd = station_.work_descriptor(), .events = POLLIN, .revents = 0},
                                          {.fd = stop.descriptor(), .events = POLLIN, .revents = 0}}};
        while (true) {
            while (const auto m = station_.receive(duration::zero()))
                take(*m);
            expire();
            if (may_ask() && station_.clock().now() >= next_) ask();
            if (!may_ask() && waiting_.empty()) break;
            station_.report_idle();
            if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR)
                return fail(status_failure, "poll failed");
            if ((waiting[1].revents & POLLIN) != 0) break;
            station_.run_ready();
        }
        print_summary();
        if (summary_.replies == 0 && summary_.sent > 0) std::cerr << "nowire: " << explanation() << '\n';
        return summary_.status();
    }

  private:
    struct request {
        time_point sent{};
        std::optional<tx_status> result{};
    };

    bool may_ask() const { return !options_.count || summary_.sent < *options_.count; }

    /// Lets poll() return at `when`: what is due is then found by run().
    void wake_at(time_point when) {
        station_.clock().call_at(when, [] {});
    }

    void ask() {
        const auto number = summary_.sent++;
        next_ += seconds(options_.interval);
        // After a pause, of the machine or of the air, the requests that it swallowed are not sent all at once.
        next_ = std::max(next_, station_.clock().now());
        if (may_ask()) wake_at(next_);
        const auto now = station_.clock().now();
        const auto sent =
            station_.send_then(destination_, echo::request(session_, static_cast<std::uint16_t>(number), options_.size),
                               [this, number](const completion& c) {
                                   summary_.add(c.result);
                                   if (const auto found = waiting_.find(number); found != waiting_.end())
                                       found->second.result = c.result;
                               });
        if (!sent) {
            summary_.add(tx_status::not_sent);
            print_failure(number, "not sent: " + sent.error().text, tx_status::not_sent);
            return;
        }
        waiting_.emplace(number, request{.sent = now});
        wake_at(now + seconds(options_.timeout));
    }

    void take(const message& m) {
        if (m.source != destination_) return;
        const auto reply = echo::read_reply(m.payload, session_, options_.size);
        if (!reply || m.payload.size() != options_.size) return;
        const auto found = std::ranges::find_if(
            waiting_, [&](const auto& w) { return static_cast<std::uint16_t>(w.first) == reply->number; });
        if (found == waiting_.end()) {
            ++summary_.late;
            return;
        }
        const auto round_trip = m.time - found->second.sent;
        summary_.add(round_trip);
        print_reply(found->first, m, round_trip, *reply);
        waiting_.erase(found);
    }

    void expire() {
        const auto limit = station_.clock().now() - seconds(options_.timeout);
        while (!waiting_.empty() && waiting_.begin()->second.sent <= limit) {
            const auto& [number, request] = *waiting_.begin();
            const auto how = request.result ? std::string(to_string(*request.result)) : "not transmitted yet";
            print_failure(number, fmt::format("no reply within {} s ({})", options_.timeout, how), request.result);
            waiting_.erase(waiting_.begin());
        }
    }

    void print_reply(std::uint64_t number, const message& m, duration round_trip, const echo::reply& reply) const {
        if (options_.json) {
            const nlohmann::ordered_json line = {
                {"seq", number},
                {"result", "reply"},
                {"src", m.source.to_string()},
                {"bytes", m.payload.size()},
                {"round_trip_us", microseconds(round_trip)},
                {"rssi", or_null(m.rssi)},
                {"rssi_there", or_null(reply.rssi_there)},
                {"encrypted", m.was_encrypted},
            };
            std::cout << line.dump() << '\n' << std::flush;
            return;
        }
        auto line = fmt::format("{} bytes from {}: seq={} time={:.2f} ms", m.payload.size(), m.source.to_string(),
                                number, milliseconds(round_trip));
        if (m.rssi) line += fmt::format(" rssi={} dBm", *m.rssi);
        if (reply.rssi_there) line += fmt::format(" there={} dBm", *reply.rssi_there);
        if (m.was_encrypted) line += " encrypted";
        std::cout << line << '\n' << std::flush;
    }

    void print_failure(std::uint64_t number, const std::string& text, std::optional<tx_status> result) const {
        if (options_.json) {
            const nlohmann::ordered_json line = {
                {"seq", number},
                {"result", "no_reply"},
                {"dst", destination_.to_string()},
                {"transmission", result ? nlohmann::ordered_json(to_string(*result)) : nullptr},
            };
            std::cout << line.dump() << '\n' << std::flush;
        } else {
            std::cout << "seq=" << number << ' ' << text << '\n' << std::flush;
        }
    }

    void print_summary() const {
        const auto& s = summary_;
        if (options_.json) {
            nlohmann::ordered_json line = {{"dst", destination_.to_string()},
                                           {"sent", s.sent},
                                           {"replies", s.replies},
                                           {"late", s.late},
                                           {"acked", s.acked},
                                           {"loss_percent", s.loss_percent()}};
            for (const auto* key : {"min_us", "avg_us", "max_us"})
                line[key] = nullptr;
            if (s.replies > 0) {
                line["min_us"] = microseconds(s.shortest);
                line["avg_us"] = microseconds(s.average());
                line["max_us"] = microseconds(s.longest);
            }
            std::cout << line.dump() << '\n' << std::flush;
            return;
        }
        fmt::print("--- {} ---\n{} sent, {} acknowledged, {} replies, {:.0f} % lost", destination_.to_string(), s.sent,
                   s.acked, s.replies, s.loss_percent());
        if (s.late > 0) fmt::print(", {} late", s.late);
        fmt::print("\n");
        if (s.replies > 0)
            fmt::print("round trip min/avg/max = {:.2f}/{:.2f}/{:.2f} ms\n", milliseconds(s.shortest),
                       milliseconds(s.average()), milliseconds(s.longest));
        std::fflush(stdout);
    }

    /// Why nothing came back, as far as this side can tell.
    std::string explanation() const {
        const auto who = destination_.to_string();
        const auto& heard = station_.device().statistics();
        const auto unread = heard.no_key + heard.undecryptable;
        if (unread > 0)
            return std::to_string(unread) +
                   " encrypted frame(s) came that no key here opens: give this side the key of " + who + " with --keys";
        if (heard.plain_from_encrypted > 0)
            return who + " answers without encryption and --keys has a key for it: give it the same key, or leave " +
                   "it out here";
        switch (summary_.status()) {
            case status_not_acknowledged:
                return explain_silence(options_.radio.url, destination_, station_.device().home_channel());
            case status_unconfirmed:
                return "the radio went away before it could say what became of the requests";
            case status_radio:
                return "no request could be sent";
            default:
                break;
        }
        if (summary_.acked == 0) return "the requests were still waiting for the air when it ended";
        return "the radio of " + who +
               " acknowledges, yet no program there answers: run `nowire listen --echo` on it; if it does, it has "
               "another key, or none, for this address";
    }

    const ping_options& options_;
    mac_address destination_;
    station& station_;
    echo::session_id session_ = draw_session();
    std::map<std::uint64_t, request> waiting_;
    time_point next_;
    ping_summary summary_;
};

int ping(const ping_options& options) {
    if (print_radio_help(options.radio.url)) return status_ok;
    const auto destination = mac_address::parse(options.destination);
    if (!destination) return fail(status_usage, no_mac_address(options.destination));
    if (destination->is_group())
        return fail(status_usage, options.destination + " is a group's address: ping asks one device");
    const stop_signals stop;
    auto opened = open_station(options.radio);
    if (!opened) return opened.error();
    auto& station = *opened->station;
    station.on_radio([](const std::optional<error>& why) {
        std::cerr << "nowire: " << (why ? "the radio is gone, waiting for it: " + why->text : "the radio is back")
                  << '\n';
    });
    std::cerr << "nowire: asking " << destination->to_string() << " as " << station.address().to_string()
              << " on channel " << station.device().home_channel().number() << ", " << options.size << " bytes\n";
    return pinger(options, *destination, station).run(stop);
}

}  // namespace

void add_ping(program& p) {
    auto options = std::make_shared<ping_options>();
    auto* command = p.app.add_subcommand("ping", "Ask a device that runs listen --echo, and time its replies");
    command->add_option("DESTINATION", options->destination, "MAC address of one device")->required();
    options->radio.add_to(*command);
    command->add_option("-c,--count", options->count, "End after N requests; without it, after a signal")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
    command->add_option("--interval", options->interval, "Seconds between two of them")
        ->check(CLI::Range(0.001, 86400.0))
        ->capture_default_str();
    command->add_option("--timeout", options->timeout, "Seconds to wait for each reply")
        ->check(CLI::Range(0.001, 86400.0))
        ->capture_default_str();
    command->add_option("--size", options->size, "Bytes of a request and its reply; more than 250 are version 2")
        ->check(CLI::Range(echo::header_size, frame::max_payload_v2))
        ->capture_default_str();
    command->add_flag("--json", options->json, "One object a line (docs/json.md)");
    command->footer(
        R"(Times are of the air's clock, from handing a request to the radio to the end of its reply. RSSI is that of the reply
here and that of the request there. A message may be lost on its way, or its reply on the way back.

Exit status: 0 there was a reply; 1 failed, the keys for example; 2 usage; 3 no request was acknowledged; 4 some were,
and no reply came; 5 radio; 6 unconfirmed.

Examples:
  nowire ping 24:0a:c4:1d:58:68 -c 4
  nowire ping 24:0a:c4:1d:58:68 --interval 0.1 --size 250 --json
  nowire ping 24:0a:c4:1d:58:68 --keys keys.toml --radio 'air:?name=me&channel=6'
)");
    command->callback([&p, options] { p.run = [options] { return ping(*options); }; });
}

}  // namespace nowire::cli
