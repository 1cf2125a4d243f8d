#include "cli/arguments.hpp"
#include "cli/checks.hpp"
#include "cli/explain.hpp"
#include "cli/radio_options.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>

namespace nowire::cli {

namespace {

struct send_options {
    radio_options radio;
    std::string destination;
    std::optional<std::string> text;
    std::string hex;
    std::string file;
    unsigned count = 1;
    double interval = 1;
    double timeout = 10;
    bool v1 = false;
    bool json = false;
};

/// What `in` has, but no more than shows that it is too long for a message.
std::string read_message(std::istream& in) {
    std::string bytes(frame::max_payload_v2 + 1, '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return bytes;
}

/// The bytes to send: from the argument, --hex, --file or standard input.
std::expected<std::string, std::string> payload_of(const send_options& options) {
    const int given = (options.text ? 1 : 0) + (options.hex.empty() ? 0 : 1) + (options.file.empty() ? 0 : 1);
    if (given > 1) return std::unexpected("give the message once: as TEXT, --hex or --file");
    if (options.text) return *options.text;
    if (!options.hex.empty()) {
        const auto bytes = from_hex(options.hex).value_or(std::vector<std::uint8_t>());
        return std::string(bytes.begin(), bytes.end());
    }
    if (options.file.empty() || options.file == "-") return read_message(std::cin);
    std::ifstream file(options.file, std::ios::binary);
    if (!file) return std::unexpected("cannot read " + options.file);
    return read_message(file);
}

int status_of(tx_status result) {
    switch (result) {
        case tx_status::acked:
        case tx_status::sent:
            return status_ok;
        case tx_status::not_acked:
            return status_not_acknowledged;
        case tx_status::unconfirmed:
            return status_unconfirmed;
        case tx_status::not_sent:
            return status_radio;
    }
    return status_failure;
}

long elapsed_us(const completion& c) {
    return std::chrono::duration_cast<std::chrono::microseconds>(c.done - c.accepted).count();
}

void print(const completion& c, bool json) {
    if (json) {
        nlohmann::ordered_json line;
        line["dst"] = c.destination.to_string();
        line["result"] = to_string(c.result);
        line["attempts"] = c.attempts;
        line["elapsed_us"] = elapsed_us(c);
        std::cout << line.dump() << '\n' << std::flush;
        return;
    }
    std::cout << c.destination.to_string() << ' ' << to_string(c.result);
    if (c.reason) std::cout << " (" << to_string(*c.reason) << ')';
    std::cout << " after " << c.attempts << (c.attempts == 1 ? " transmission, " : " transmissions, ") << elapsed_us(c)
              << " us" << '\n'
              << std::flush;
}

/// Why a failed send() failed, on stderr.
int report(const error& e, const mac_address& destination) {
    if (e.code == errc::timeout) return fail(status_timeout, "no result for " + destination.to_string() + " in time");
    if (e.code == errc::argument) return fail(status_usage, e.text);
    return fail(status_radio, e.text);
}

int send(const send_options& options) {
    if (print_radio_help(options.radio.url)) return status_ok;
    const auto destination = mac_address::parse(options.destination);
    if (!destination)
        return fail(status_usage, no_mac_address(options.destination) + ", or ff:ff:ff:ff:ff:ff for everybody");
    const auto payload = payload_of(options);
    if (!payload) return fail(status_usage, payload.error());
    const std::size_t limit = options.v1 ? frame::max_payload_v1 : frame::max_payload_v2;
    if (payload->empty() || payload->size() > limit)
        return fail(status_usage,
                    "a message has 1 to " + std::to_string(limit) + " bytes; this one has " +
                        (payload->size() > frame::max_payload_v2 ? "more" : std::to_string(payload->size())));
    if (payload->size() > frame::max_payload_v1)
        std::cerr << "nowire: " << payload->size()
                  << " bytes go out as version 2: receivers of version 1 cut or drop more than 250\n";

    station_options settings;
    settings.device.version = options.v1 ? frame::version::v1 : frame::version::v2;
    auto opened = open_station(options.radio, std::move(settings));
    if (!opened) return opened.error();
    auto& station = *opened->station;
    station.on_radio([](const std::optional<error>& why) {
        std::cerr << "nowire: " << (why ? "the radio is gone: " + why->text : "the radio is back") << '\n';
    });

    int status = status_ok;
    for (unsigned i = 0; i < options.count; ++i) {
        if (i > 0) {
            const auto next = station.clock().now() + seconds(options.interval);
            while (station.clock().now() < next)
                station.run_until(next);
        }
        const auto result = station.send(*destination, *payload, seconds(options.timeout));
        int this_status = status_ok;
        if (result) {
            print(*result, options.json);
            this_status = status_of(result->result);
            if (result->result == tx_status::not_acked)
                std::cerr << "nowire: "
                          << explain_silence(options.radio.url, *destination, station.device().home_channel()) << '\n';
        } else {
            this_status = report(result.error(), *destination);
        }
        if (status == status_ok) status = this_status;
    }
    return status;
}

}  // namespace

void add_send(program& p) {
    auto options = std::make_shared<send_options>();
    auto* command = p.app.add_subcommand("send", "Send a message to one MAC address or to everybody");
    command->add_option("DESTINATION", options->destination, "MAC address; ff:ff:ff:ff:ff:ff is everybody")->required();
    command->add_option("TEXT", options->text, "The message; without it, --hex or --file, it is read from stdin");
    command->add_option("--hex", options->hex, "The message as hex digits")->check(is_hex());
    command->add_option("--file", options->file, "The message from a file; - is stdin");
    options->radio.add_to(*command);
    command->add_option("-c,--count", options->count, "Send it N times")->check(CLI::Range(1U, 1'000'000'000U));
    command->add_option("--interval", options->interval, "Seconds between two of them")
        ->check(CLI::Range(0.0, 86400.0))
        ->capture_default_str();
    command->add_option("--timeout", options->timeout, "Seconds to wait for the result")
        ->check(CLI::Range(0.001, 86400.0))
        ->capture_default_str();
    command->add_flag("--v1", options->v1, "Be a version 1 device: at most 250 bytes");
    command->add_flag("--json", options->json, "One object a line: dst, result, attempts, elapsed_us");
    command->footer(
        R"(Exit status: 0 acknowledged (or sent to a group), 1 failed, the keys for example, 2 usage, 3 not acknowledged, 4 no
result in time, 5 radio, 6 unconfirmed; with --count, that of the first which was not 0. An acknowledgement is the
radio's: it does not prove that a program read the message.

Examples:
  nowire send ff:ff:ff:ff:ff:ff "hello"
  nowire send 24:0a:c4:1d:58:68 --hex 0102ff --json
  nowire send 24:0a:c4:1d:58:68 "secret" --keys keys.toml --radio 'air:?name=me&channel=6'
)");
    command->callback([&p, options] { p.run = [options] { return send(*options); }; });
}

}  // namespace nowire::cli
