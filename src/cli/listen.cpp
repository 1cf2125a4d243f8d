#include "cli/echo.hpp"
#include "cli/message_capture.hpp"
#include "cli/message_filter.hpp"
#include "cli/message_format.hpp"
#include "cli/radio_options.hpp"
#include "cli/signals.hpp"

#include <nowire/capture/line.hpp>

#include <CLI/CLI.hpp>
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
    message_filter filter;
    std::string format;
    std::string capture;
    bool echo = false;
    bool quiet = false;
    bool json = false;
};

/// The last answers are waited for so long: 32 transmissions of a long message at 1 Mb/s take less than half of it.
constexpr std::chrono::seconds last_answers{2};

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

/// Where what came is shown: lines on stdout, a capture, or both.
class shown_messages {
  public:
    /// The error says what is wrong with the options or the file.
    static std::expected<shown_messages, std::string> open(const listen_options& options) {
        if (options.capture == "-" && (options.json || !options.format.empty()))
            return std::unexpected("-w - takes stdout for the capture: --json and --format have nowhere to go");
        shown_messages made;
        made.json_ = options.json;
        made.quiet_ = options.quiet || options.capture == "-";
        if (!options.format.empty()) {
            auto format = message_format::parse(options.format);
            if (!format) return std::unexpected("--format: " + format.error());
            made.format_ = std::move(*format);
        }
        return made;
    }
    std::expected<void, std::string> capture_to(const std::string& path) {
        auto file = message_capture::open(path);
        if (!file) return std::unexpected(file.error());
        capture_ = std::move(*file);
        return {};
    }

    void add(const message& m, std::chrono::system_clock::duration air_began) {
        const auto frame = as_frame(m, air_began);
        if (capture_) capture_->add(m, frame.time.value_or(capture::timestamp()));
        if (quiet_) return;
        line_.clear();
        if (format_)
            format_->append(line_, frame);
        else if (json_)
            capture::append_json_line(line_, frame);
        else
            capture::append_text_line(line_, frame);
        std::cout << line_ << std::flush;
    }

  private:
    bool json_ = false;
    bool quiet_ = false;
    std::optional<message_format> format_;
    std::unique_ptr<message_capture> capture_;
    std::string line_;
};

/// Answers what `nowire ping` asks, and waits at its end until the last answers are out.
class echo_answers {
  public:
    explicit echo_answers(station& s) : station_(s) {}
    ~echo_answers() {
        const auto limit = station_.clock().now() + last_answers;
        while (*in_flight_ > 0 && station_.clock().now() < limit)
            station_.run_until(limit);
    }
    echo_answers(const echo_answers&) = delete;
    echo_answers& operator=(const echo_answers&) = delete;

    void answer(const message& m) {
        const auto reply = echo::reply_to(m);
        if (!reply) return;
        const auto sent = station_.send_then(m.source, *reply, [count = in_flight_](const completion&) { --*count; });
        if (sent)
            ++*in_flight_;
        else
            std::cerr << "nowire: cannot answer " << m.source.to_string() << ": " << sent.error().text << '\n';
    }

  private:
    station& station_;
    // The station may outlive this object, and its completions with it.
    std::shared_ptr<unsigned> in_flight_ = std::make_shared<unsigned>(0);
};

/// The time of day at which the air's clock was at 0.
std::chrono::system_clock::duration beginning_of(const nowire::clock& air) {
    return std::chrono::system_clock::now().time_since_epoch() -
           std::chrono::duration_cast<std::chrono::system_clock::duration>(air.now().time_since_epoch());
}

int listen(const listen_options& options) {
    if (print_radio_help(options.radio.url)) return status_ok;
    auto shown = shown_messages::open(options);
    if (!shown) return fail(status_usage, shown.error());
    const stop_signals stop;
    auto opened = open_station(options.radio);
    if (!opened) return opened.error();
    if (!options.capture.empty()) {
        if (const auto file = shown->capture_to(options.capture); !file) return fail(status_failure, file.error());
    }
    auto& station = *opened->station;
    const silent_drops drops(station);
    // Above the answers, which run the station once more at their end.
    bool timed_out = false;
    echo_answers echo(station);
    std::cerr << "nowire: listening as " << station.address().to_string() << " on channel "
              << station.device().home_channel().number() << '\n';

    station.on_radio([](const std::optional<error>& why) {
        std::cerr << "nowire: " << (why ? "the radio is gone, waiting for it: " + why->text : "the radio is back")
                  << '\n';
    });
    if (options.timeout)
        station.clock().call_at(station.clock().now() + seconds(*options.timeout), [&timed_out] { timed_out = true; });

    station.set_idle_reports(true);
    unsigned heard = 0;
    // Shows what is in the inbox. @returns whether that was enough.
    const auto show = [&] {
        while (auto m = station.receive(duration::zero())) {
            if (options.echo) echo.answer(*m);
            if (!options.filter.passes(*m)) continue;
            shown->add(*m, beginning_of(station.clock()));
            if (++heard == options.count) return true;
        }
        return false;
    };
    while (!show()) {
        if (timed_out) return options.count || heard == 0 ? status_timeout : status_ok;
        station.report_idle();
        std::array<pollfd, 2> waiting = {{{.fd = station.work_descriptor(), .events = POLLIN, .revents = 0},
                                          {.fd = stop.descriptor(), .events = POLLIN, .revents = 0}}};
        if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return fail(status_failure, "poll failed");
        station.run_ready();
        if ((waiting[1].revents & POLLIN) == 0) continue;
        // What came before the signal was acknowledged: it is shown.
        show();
        break;
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
    auto* json =
        command->add_flag("--json", options->json, "One object a line, with the keys of decode (docs/json.md)");
    command
        ->add_option(
            "--format", options->format,
            "A line of your own: text with fields in braces, {{ is a brace. Fields: " + message_format::field_names())
        ->excludes(json);
    command->add_option("-w,--write", options->capture,
                        "Write the messages to a pcapng file too; - is stdout, and then nothing is printed");
    command->add_flag("--echo", options->echo, "Answer what nowire ping asks");
    command->add_flag("-q,--quiet", options->quiet, "Print nothing: for --echo and -w");
    options->filter.add_to(*command);
    command->footer(
        R"(Filters say what is shown, written and counted; --echo answers everybody. With several, a message must pass all.

Exit status: 0 after --count messages, a signal, or a --timeout that was to end it and messages came; 1 failed, the
keys or a file for example; 2 usage; 4 if --timeout ended it too early or nothing came; 5 radio.

Examples:
  nowire listen
  nowire listen -c 1 --timeout 10 --json
  nowire listen --radio 'air:?name=kitchen&channel=6' --keys keys.toml
  nowire listen --echo --quiet --radio 'air:?name=kitchen'
  nowire listen --from 24:0a:c4:1d:58:68 --format '{time} {src} {rssi} {payload:hex}'
  nowire listen --min-rssi -70 -w near.pcapng
)");
    command->callback([&p, options] { p.run = [options] { return listen(*options); }; });
}

}  // namespace nowire::cli
