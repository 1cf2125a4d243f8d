#include "cli/demo/stage.hpp"

#include <nowire/node/link_logic.hpp>
#include <nowire/radio/air_control.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <random>
#include <system_error>

namespace nowire::cli::demo {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto command_interval = 2s;
constexpr auto hello_interval = 1s;

std::string random_key() {
    std::random_device random;
    std::string hex;
    for (int i = 0; i < 4; ++i)
        hex += fmt::format("{:08x}", random());
    return hex;
}

void write_private(const std::filesystem::path& file, const std::string& text) {
    const mode_t before = umask(0077);
    std::ofstream(file) << text;
    umask(before);
}

/// Whether the gateway has promised to publish it: it answered ACK, or NAK, which says "kept, but slow down".
bool is_kept(const nlohmann::json& published) {
    const auto result = published.value("result", "");
    return result == to_string(node::outcome::ok) || result == to_string(node::outcome::broker_out);
}

std::string own_program() {
    return std::filesystem::read_symlink("/proc/self/exe").string();
}

}  // namespace

stage::stage(const demo_options& options, const std::filesystem::path& folder) : options_(options), folder_(folder) {}

std::vector<std::string> stage::program(std::initializer_list<std::string> arguments) const {
    std::vector<std::string> result = {own_program()};
    result.insert(result.end(), arguments);
    return result;
}

std::filesystem::path stage::log_of(const cast_member& who) const {
    return folder_ / (std::string(who.name) + ".jsonl");
}

void stage::write_keys() const {
    const auto pmk = random_key();
    std::string of_gateway = "pmk = \"" + pmk + "\"\n[lmk]\n";
    for (const auto& who : cast) {
        if (who.plays != role::vault) continue;
        const auto lmk = random_key();
        of_gateway += fmt::format("\"{}\" = \"{}\"\n", who.address.to_string(), lmk);
        write_private(folder_ / fmt::format("{}.toml", who.name),
                      fmt::format("pmk = \"{}\"\n[lmk]\n\"{}\" = \"{}\"\n", pmk, gateway_address.to_string(), lmk));
    }
    write_private(folder_ / "gateway.toml", of_gateway);
}

std::expected<void, std::string> stage::start_air() {
    const auto socket = (folder_ / "air").string();
    air_.emplace(boards::process::options{
        .arguments = program({"air", "--socket", socket, "--loss", "0.03", "--pcap", options_.pcap}),
        .environment = {},
        .error_file = (folder_ / "air.log").string()});
    const auto limit = clock::now() + 10s;
    while (!air_control::status(socket)) {
        if (air_->wait(clock::now() + 20ms) || clock::now() > limit)
            return std::unexpected("the air does not start: see " + (folder_ / "air.log").string());
    }
    return {};
}

std::expected<void, std::string> stage::start_gateway() {
    const auto socket = (folder_ / "air").string();
    gateway_.emplace(boards::process::options{
        .arguments = program({"gateway", "--broker", fmt::format("mqtt://127.0.0.1:{}", broker_->port), "--radio",
                              "air:" + socket + "?name=gateway&x=0&y=0&mac=" + gateway_address.to_string(), "--keys",
                              (folder_ / "gateway.toml").string()}),
        .environment = {{"NOWIRE_STATE_DIR", (folder_ / "state").string()}},
        .error_file = (folder_ / "gateway.log").string()});
    const auto limit = clock::now() + 10s;
    const auto joined = [&] {
        const auto status = air_control::status(socket);
        return status && std::ranges::any_of(status->radios,
                                             [](const auto& r) { return r.radio.setup.station == gateway_address; });
    };
    while (!joined()) {
        if (gateway_->wait(clock::now() + 20ms) || clock::now() > limit)
            return std::unexpected("the gateway does not start: see " + (folder_ / "gateway.log").string());
    }
    return {};
}

void stage::start_devices() {
    for (const auto& who : cast) {
        const std::string name(who.name);
        auto arguments = program({"demo-device", name, "--radio",
                                  fmt::format("air:{}?name={}&mac={}{}", (folder_ / "air").string(), name,
                                              who.address.to_string(), who.place),
                                  "--log", log_of(who).string()});
        if (who.plays == role::vault) {
            arguments.emplace_back("--keys");
            arguments.push_back((folder_ / (name + ".toml")).string());
        }
        table_row row;
        row.device = name;
        players_.push_back(
            {.who = &who,
             .device = boards::process({.arguments = arguments,
                                        .environment = {{"NOWIRE_STATE_DIR", (folder_ / "state").string()}},
                                        .error_file = (folder_ / (name + ".log")).string()}),
             .row = row,
             .ready = !who.commanded,
             .next_command = clock::now()});
    }
}

std::expected<void, std::string> stage::open() {
    write_keys();
    auto server = broker::start(folder_);
    if (!server) return std::unexpected(server.error());
    broker_.emplace(std::move(*server));
    if (auto started = start_air(); !started) return started;
    observer_ = std::make_unique<observer>(broker_->port, (folder_ / "observer.jsonl").string(), options_.lose);
    if (!observer_->wait_until_ready()) return std::unexpected("the broker does not let anybody subscribe");
    if (auto started = start_gateway(); !started) return started;
    start_devices();
    start_ = clock::now();
    end_ = start_ + std::chrono::seconds(options_.seconds);
    return {};
}

std::vector<table_row> stage::rows() const {
    std::vector<table_row> result;
    result.reserve(players_.size());
    for (const auto& p : players_)
        result.push_back(p.row);
    return result;
}

void stage::read_device(player& p, table& shown) {
    for (const auto& line : p.device.lines()) {
        const auto told = nlohmann::json::parse(line, nullptr, false);
        if (!told.is_object()) continue;
        const auto event = told.value("event", "");
        p.row.last_seen = clock::now();
        if (told.contains("rssi") && told["rssi"].is_number_integer()) p.row.rssi = told["rssi"].get<int>();
        std::string news;
        if (event == "published") {
            const bool acknowledged = is_kept(told);
            ++p.row.sent;
            ++(acknowledged ? p.row.acked : p.row.lost);
            p.row.last_payload = told.value("payload", "");
            news = "published " + p.row.last_payload + ": " + told.value("result", "");
        } else if (event == "obeyed") {
            ++p.obeyed;
            news = fmt::format("got command #{}: {}", told.value("seq", 0), told.value("text", ""));
        } else if (event == "hello" && !p.ready) {
            p.ready = true;
            news = "is subscribed";
        }
        if (!news.empty())
            shown.event(fmt::format("{:6.2f} s  {:<8} {}", std::chrono::duration<double>(clock::now() - start_).count(),
                                    p.row.device, news));
    }
}

void stage::give_commands() {
    const auto now = clock::now();
    for (auto& p : players_) {
        if (!p.who->commanded || now < p.next_command) continue;
        if (p.ready)
            observer_->command(p.row.device, (p.commands++ % 2) == 0 ? "on" : "off");
        else
            observer_->hello(p.row.device);
        p.next_command = now + (p.ready ? command_interval : hello_interval);
    }
}

template <class Done>
bool stage::listen(Done done, clock::time_point limit, int stop, table& shown) {
    while (!done()) {
        const auto now = clock::now();
        if (now >= limit) return false;
        std::vector<pollfd> waiting = {{.fd = stop, .events = POLLIN, .revents = 0}};
        for (const auto& p : players_)
            waiting.push_back({.fd = p.device.descriptor(), .events = POLLIN, .revents = 0});
        const auto wait = std::min<clock::duration>(limit - now, 200ms);
        poll(waiting.data(), waiting.size(),
             static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(wait).count()));
        if ((waiting[0].revents & POLLIN) != 0) return false;
        for (auto& p : players_)
            read_device(p, shown);
        if (commanding_) give_commands();
        const auto left = std::chrono::ceil<std::chrono::seconds>(end_ - clock::now());
        shown.draw(rows(), std::max(left, 0s));
    }
    return true;
}

std::optional<std::string> stage::somebody_died() {
    for (auto& p : players_)
        if (const auto status = p.device.status())
            return fmt::format("device {} ended with status {}", p.row.device, *status);
    if (const auto status = gateway_->status()) return fmt::format("the gateway ended with status {}", *status);
    if (const auto status = air_->status()) return fmt::format("the air ended with status {}", *status);
    return std::nullopt;
}

std::optional<std::string> stage::play(int stop, table& shown) {
    std::optional<std::string> dead;
    const auto ended = [&] {
        dead = somebody_died();
        return dead.has_value();
    };
    listen(ended, end_, stop, shown);
    if (dead) return dead;
    // A sleeper may need two of its wakes before its first command is through.
    const auto all_obeyed = [&] {
        return ended() ||
               std::ranges::all_of(players_, [](const player& p) { return !p.who->commanded || p.obeyed > 0; });
    };
    listen(all_obeyed, end_ + 20s, stop, shown);
    return dead;
}

void stage::close(table& shown) {
    commanding_ = false;
    const auto nothing_open = [&] {
        return std::ranges::all_of(players_, [](const player& p) { return p.obeyed >= p.commands; });
    };
    listen(nothing_open, clock::now() + 15s, -1, shown);
    for (auto& p : players_)
        p.device.signal(SIGTERM);
    const auto limit = clock::now() + 10s;
    for (auto& p : players_)
        p.device.wait(limit);
    for (auto& p : players_)
        read_device(p, shown);
    shown.draw(rows(), 0s);

    const auto arrived = [&] {
        return std::ranges::all_of(
            players_, [&](const player& p) { return read_logs().account_of(p.row.device).lost_up.empty(); });
    };
    listen(arrived, clock::now() + 5s, -1, shown);
    gateway_->signal(SIGTERM);
    gateway_->wait(clock::now() + 10s);
    air_->signal(SIGTERM);
    air_->wait(clock::now() + 10s);
    observer_.reset();
    broker_->server.signal(SIGTERM);
    broker_->server.wait(clock::now() + 10s);
}

ledger stage::read_logs() const {
    ledger result;
    const auto each = [](const std::filesystem::path& file, auto use) {
        std::ifstream in(file);
        for (std::string line; std::getline(in, line);) {
            const auto entry = nlohmann::json::parse(line, nullptr, false);
            if (entry.is_object() && entry.contains("seq"))
                use(entry, entry.value("event", ""), entry["seq"].get<std::uint64_t>());
        }
    };
    for (const auto& who : cast) {
        const std::string name(who.name);
        each(log_of(who), [&](const nlohmann::json& entry, const std::string& event, std::uint64_t seq) {
            if (event == "published") result.published(name, seq, is_kept(entry));
            if (event == "obeyed") result.obeyed(name, seq);
        });
    }
    each(folder_ / "observer.jsonl", [&](const nlohmann::json& entry, const std::string& event, std::uint64_t seq) {
        if (event == "arrived") result.arrived(entry.value("device", ""), seq);
        if (event == "commanded") result.commanded(entry.value("device", ""), seq);
    });
    return result;
}

}  // namespace nowire::cli::demo
