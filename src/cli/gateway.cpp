#include "cli/radio_options.hpp"
#include "cli/signals.hpp"

#include <nowire/gateway/broker_url.hpp>
#include <nowire/gateway/service.hpp>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <fcntl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <system_error>

namespace nowire::cli {

namespace asio = boost::asio;

namespace {

struct gateway_options {
    radio_options radio;
    std::string broker = "mqtt://127.0.0.1:1883";
    std::string user;
    std::string password_file;
    std::string client_id;
    std::string status_format = "hinch";
    std::size_t queue_length = gateway::engine_options().node_queue;
    std::size_t longest = gateway::engine_options().downlink_limit;
    bool strict = false;
    bool push = false;
    bool debug = false;
    bool volatile_packet_numbers = false;
};

std::unexpected<std::string> cannot_read(const std::string& path, const std::string& why) {
    return std::unexpected("cannot read the password in " + path + ": " + why);
}

/// The first line of a file that its owner alone may read.
std::expected<gateway::password, std::string> read_password(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return cannot_read(path, std::generic_category().message(errno));
    struct stat about {};
    std::array<char, 1024> text{};
    const bool known = fstat(file, &about) == 0;
    const auto size = known && S_ISREG(about.st_mode) ? read(file, text.data(), text.size()) : -1;
    close(file);
    if (size < 0) return cannot_read(path, "it is no regular file");
    if ((about.st_mode & 077) != 0) {
        explicit_bzero(text.data(), text.size());
        return cannot_read(path, "others may read it too; make it yours alone with chmod 600");
    }
    const std::string_view all(text.data(), static_cast<std::size_t>(size));
    gateway::password read(all.substr(0, all.find_first_of("\r\n")));
    explicit_bzero(text.data(), text.size());
    if (read.empty()) return cannot_read(path, "its first line is empty");
    return read;
}

/// The password from the file or NOWIRE_MQTT_PASSWORD; an empty one if there is neither.
std::expected<gateway::password, std::string> password_of(const gateway_options& options) {
    if (!options.password_file.empty()) return read_password(options.password_file);
    const char* given = std::getenv("NOWIRE_MQTT_PASSWORD");
    return given ? gateway::password(given) : gateway::password();
}

std::expected<gateway::service_options, std::string> settings_of(const gateway_options& options) {
    gateway::service_options settings;
    auto url = gateway::broker_url::parse(options.broker);
    if (!url) return std::unexpected(url.error());
    auto password = password_of(options);
    if (!password) return std::unexpected(password.error());
    settings.mqtt.host = url->host;
    settings.mqtt.port = url->port;
    settings.mqtt.user = options.user.empty() ? url->user : options.user;
    settings.mqtt.password = std::move(*password);
    settings.mqtt.client_id = options.client_id;
    if (!settings.mqtt.password.empty() && settings.mqtt.user.empty())
        return std::unexpected("a password for the broker needs a user: write mqtt://user@host or --mqtt-user");
    if (options.strict) settings.engine.be_strict();
    settings.engine.node_queue = options.strict ? settings.engine.node_queue : options.queue_length;
    settings.engine.downlink_limit = options.longest;
    settings.engine.low_power = !options.push;
    settings.engine.debug = options.debug;
    settings.engine.format =
        options.status_format == "json" ? gateway::status_format::json : gateway::status_format::hinch;
    settings.log = [](std::string_view line) { std::cerr << "nowire: " << line << '\n' << std::flush; };
    return settings;
}

/// Calls `service.stop()` on the first signal and ends `io` on the second.
class end_on_signal {
  public:
    end_on_signal(asio::io_context& io, const stop_signals& signals, gateway::service& service)
        : io_(io), service_(service), signals_(io, signals.descriptor()) {
        wait();
    }
    ~end_on_signal() { signals_.release(); }
    end_on_signal(const end_on_signal&) = delete;
    end_on_signal& operator=(const end_on_signal&) = delete;

  private:
    void wait() {
        signals_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& failed) {
            signalfd_siginfo which{};
            if (failed || read(signals_.native_handle(), &which, sizeof which) < 0) return;
            if (stopping_) return io_.stop();
            stopping_ = true;
            std::cerr << "nowire: stopping" << '\n' << std::flush;
            service_.stop([this] { io_.stop(); });
            wait();
        });
    }

    asio::io_context& io_;
    gateway::service& service_;
    asio::posix::stream_descriptor signals_;
    bool stopping_ = false;
};

int run_gateway(const gateway_options& options) {
    if (print_radio_help(options.radio.url)) return status_ok;
    auto settings = settings_of(options);
    if (!settings) return fail(status_usage, settings.error());
    if (!options.radio.keys.empty() && !options.volatile_packet_numbers) {
        if (const auto store = file_packet_number_store::open(); !store)
            return fail(status_failure,
                        "a gateway with keys must keep its packet numbers, or a frame could be sent twice "
                        "with the same one: " +
                            store.error().text + "; --allow-volatile-packet-numbers does without");
    }

    const stop_signals signals;
    station_options radio;
    gateway::prepare_station(radio);
    auto opened = open_station(options.radio, std::move(radio));
    if (!opened) return opened.error();
    auto& device = opened->station->device();
    std::cerr << "nowire: Gateway id " << device.address(interface::station).to_string() << " (station), "
              << device.address(interface::soft_ap).to_string() << " (SoftAP), channel "
              << device.home_channel().number() << '\n'
              << std::flush;

    asio::io_context io(1);
    gateway::service service(io.get_executor(), std::move(opened->station), std::move(*settings));
    const end_on_signal until(io, signals, service);
    service.start();
    io.run();
    return status_ok;
}

}  // namespace

void add_gateway(program& p) {
    auto options = std::make_shared<gateway_options>();
    auto* command = p.app.add_subcommand("gateway", "Carry messages between ESP-NOW nodes and an MQTT broker");
    options->radio.add_to(*command);
    command->add_option("--broker", options->broker, "mqtt://[user@]host[:port]")
        ->envname("NOWIRE_BROKER")
        ->capture_default_str();
    command->add_option("--mqtt-user", options->user, "User name at the broker, if it is not in its URL");
    command->add_option("--mqtt-password-file", options->password_file,
                        "File with the password at the broker, readable by you alone; or set NOWIRE_MQTT_PASSWORD");
    command->add_option("--client-id", options->client_id, "MQTT client id; without it: nowire-<address>");
    command->add_option("--status-format", options->status_format, "How gw_status and gw_errors are written")
        ->check(CLI::IsMember({"hinch", "json"}))
        ->capture_default_str();
    command->add_option("--qlen", options->queue_length, "Messages kept for each node until it fetches them")
        ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
        ->capture_default_str();
    command
        ->add_option("--max-payload", options->longest,
                     "Bytes that every node can receive: 250, or up to 1470 if all "
                     "are ESP-NOW version 2")
        ->check(CLI::Range(std::size_t{20}, frame::max_payload_v2))
        ->capture_default_str();
    command->add_flag("--strict", options->strict,
                      "The MicroPython gateway's own queue lengths: NAK above 5, BAD above 9");
    command->add_flag("--push", options->push, "Send to nodes that poll with aget at once, not only when they poll");
    command->add_flag("--debug", options->debug, "Report every message to a node on gw_status");
    command->add_flag("--allow-volatile-packet-numbers", options->volatile_packet_numbers,
                      "With keys: start even where packet numbers cannot be kept");
    command->footer(
        R"(Nodes may address the station or the SoftAP address it prints. It goes on when broker or radio come back, and ends on
SIGINT or SIGTERM when the broker has what nodes published. Exit status: 0, 1 failed, 2 usage, 5 radio.

Examples:
  nowire gateway --broker mqtt://127.0.0.1
  nowire gateway --broker mqtt://me@broker.lan --mqtt-password-file password --keys keys.toml
  nowire gateway --radio 'air:?name=gateway&channel=6' --status-format json
)");
    command->callback([&p, options] { p.run = [options] { return run_gateway(*options); }; });
}

}  // namespace nowire::cli
