#include "cli/radio_options.hpp"
#include "cli/signals.hpp"

#include <nowire/capture/line.hpp>

#include <poll.h>

#include <array>
#include <cerrno>
#include <iostream>

namespace nowire::cli {

namespace {

struct listen_options {
    radio_options radio;
    std::optional<unsigned> count;
    std::optional<double> timeout;
    bool json = false;
};

/// What a capture would show of `m`, with the air's time turned into the time of day.
capture::decoded_frame as_frame(const message& m, std::chrono::system_clock::duration air_began) {
    capture::decoded_frame d;
    d.time =
        capture::timestamp(std::chrono::duration_cast<std::chrono::nanoseconds>(air_began) + m.time.time_since_epoch());
    d.espnow = true;
    d.kind = "ESP-NOW";
    d.source = m.source;
    d.destination = m.destination;
    d.on = m.on;
    d.rssi = m.rssi;
    d.noise = m.noise;
    d.rate = m.rx_rate;
    d.sequence_number = m.sequence_number;
    d.retry = m.retry;
    d.encrypted = m.was_encrypted;
    d.mic = m.was_encrypted ? capture::mic_state::ok : capture::mic_state::unchecked;
    d.version = m.version;
    d.random = m.random;
    d.payload = m.payload;
    return d;
}

/// Says on stderr what came and was not shown, when it is over: a sender sees "acked" for that too.
class silent_drops {
  public:
    explicit silent_drops(const station& s) : station_(s) {}
    ~silent_drops() {
        const auto& counts = station_.device().statistics();
        say(counts.no_key + counts.undecryptable, "encrypted and no key opened them");
        say(counts.plain_from_encrypted, "plain, from a peer that has a key");
    }
    silent_drops(const silent_drops&) = delete;
    silent_drops& operator=(const silent_drops&) = delete;

  private:
    static void say(std::uint64_t count, const char* why) {
        if (count > 0) std::cerr << "nowire: " << count << " frame(s) were not shown: " << why << '\n';
    }
    const station& station_;
};

int listen(const listen_options& options) {
    if (print_radio_help(options.radio.url)) return status_ok;
    const stop_signals stop;
    auto opened = open_station(options.radio);
    if (!opened) return opened.error();
    auto& station = *opened->station;
    const silent_drops drops(station);
    std::cerr << "nowire: listening as " << station.address().to_string() << " on channel "
              << station.device().home_channel().number() << '\n';

    std::optional<error> lost;
    station.on_radio([&lost](const std::optional<error>& why) {
        lost = why;
        std::cerr << "nowire: " << (why ? "the radio is gone, waiting for it: " + why->text : "the radio is back")
                  << '\n';
    });
    bool timed_out = false;
    if (options.timeout)
        station.clock().call_at(station.clock().now() + seconds(*options.timeout), [&timed_out] { timed_out = true; });

    unsigned heard = 0;
    std::string line;
    while (!options.count || heard < *options.count) {
        while (auto m = station.receive(duration::zero())) {
            const auto air_began = std::chrono::system_clock::now().time_since_epoch() -
                                   std::chrono::duration_cast<std::chrono::system_clock::duration>(
                                       station.clock().now().time_since_epoch());
            const auto frame = as_frame(*m, air_began);
            line.clear();
            if (options.json)
                capture::append_json_line(line, frame);
            else
                capture::append_text_line(line, frame);
            std::cout << line << std::flush;
            if (++heard == options.count) return status_ok;
        }
        if (timed_out) return options.count || heard == 0 ? status_timeout : status_ok;
        std::array<pollfd, 2> waiting = {{{.fd = station.work_descriptor(), .events = POLLIN, .revents = 0},
                                          {.fd = stop.descriptor(), .events = POLLIN, .revents = 0}}};
        if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return fail(status_failure, "poll failed");
        if ((waiting[1].revents & POLLIN) != 0) return status_ok;
        station.run_ready();
    }
    return status_ok;
}

}  // namespace

void add_listen(program& p) {
    auto options = std::make_shared<listen_options>();
    auto* command = p.app.add_subcommand("listen", "Print the messages that come");
    options->radio.add_to(*command);
    command->add_option("-c,--count", options->count, "End after N messages")->check(CLI::Range(1U, 1'000'000'000U));
    command->add_option("--timeout", options->timeout, "End after so many seconds of the air's time")
        ->check(CLI::Range(0.001, 1e9));
    command->add_flag("--json", options->json, "One object a line, with the keys of decode (docs/json.md)");
    command->footer(
        R"(Exit status: 0 after --count messages, a signal, or a --timeout that was to end it and messages came;
4 if --timeout ended it too early or nothing came; 5 radio.

Examples:
  nowire listen
  nowire listen -c 1 --timeout 10 --json
  nowire listen --radio 'air:?name=kitchen&channel=6' --keys keys.toml
)");
    command->callback([&p, options] { p.run = [options] { return listen(*options); }; });
}

}  // namespace nowire::cli
