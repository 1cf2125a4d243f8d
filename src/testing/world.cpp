#include "testing/reporting.hpp"
#include "testing/world_state.hpp"

#include <nowire/radio/hub_radio.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <exception>
#include <random>
#include <stdexcept>

namespace nowire::testing {

namespace {

/// A file's name as far as a radio's URL takes it as it is.
std::string usable_name(const std::filesystem::path& file) {
    auto name = file.filename().string().substr(0, 32);
    std::ranges::replace_if(
        name,
        [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '-' && c != '.'; },
        '_');
    return name;
}

template <class key>
key read_key(std::string_view text, const char* what) {
    // The text itself may be secret.
    if (auto read = key::parse(text)) return *read;
    throw std::invalid_argument(std::string(what) + " must be 16 characters or 32 hex digits");
}

ccmp::pmk read_pmk(std::string_view text) {
    return text.empty() ? ccmp::pmk::default_pmk() : read_key<ccmp::pmk>(text, "a PMK");
}

std::string place_parameters(const std::optional<air::position>& at) {
    if (!at) return {};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "&x=%.3f&y=%.3f", at->x, at->y);
    return text.data();
}

/// The same values in each run, others for each device.
std::function<std::uint32_t()> random_values(std::uint64_t seed, const mac_address& of) {
    std::uint64_t address = 0;
    for (const auto octet : of.octets())
        address = address << 8U | octet;
    std::seed_seq both = {seed, seed >> 32U, address, address >> 32U};
    return [engine = std::mt19937(both)]() mutable { return static_cast<std::uint32_t>(engine()); };
}

}  // namespace

world::world(const world_options& options) : state_(std::make_unique<world_state>(options)) {}

world::~world() {
    const bool is_unwinding = std::uncaught_exceptions() > 0;
    std::string trouble;
    try {
        if (!state_->hangs && !is_unwinding) state_->settle("the world's end");
        if (!state_->has_failed && has_test_failed()) std::fprintf(stderr, "%s", transcript().c_str());
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    state_.reset();
    if (!trouble.empty()) report(trouble, is_unwinding);
}

board& world::start_program(const std::filesystem::path& program, const program_options& o) {
    if (!std::filesystem::is_regular_file(program) || ::access(program.c_str(), X_OK) != 0)
        throw std::invalid_argument(program.string() + " is no program: name what nowire_add_esp_idf_program() or " +
                                    "`nowire idf build` made");
    auto& w = *state_;
    const auto name = o.name.empty() ? w.free_name(usable_name(program)) : o.name;
    const auto mac = o.mac.is_zero() ? w.next_address() : o.mac;
    w.check_new(name, mac);
    const auto folder = std::filesystem::absolute(o.folder.empty() ? w.folder.path() / "boards" / name : o.folder);
    boards::node node({.program = program.string(),
                       .name = name,
                       .address = mac,
                       .socket = (w.folder.path() / "air").string(),
                       .folder = folder,
                       .seed = w.options.seed,
                       .wakes = false,
                       .radio_parameters = place_parameters(o.at),
                       .arguments = o.arguments,
                       .environment = o.environment});
    auto state = std::make_unique<board_state>(
        board_state{.world = w, .node = std::move(node), .folder = folder, .wakes_by_timer = o.wakes_by_timer});
    w.boards.push_back(std::unique_ptr<board>(new board(name, mac, std::move(state))));
    auto& made = *w.boards.back();
    w.power_on(made);
    return made;
}

peer& world::add_peer(const peer_options& o) {
    auto& w = *state_;
    const auto name = o.name.empty() ? w.free_name("peer") : o.name;
    const auto mac = o.mac.is_zero() ? w.next_address() : o.mac;
    w.check_new(name, mac);
    const auto on = channel::from_number(o.channel);
    if (!on) throw std::invalid_argument("there is no channel " + std::to_string(o.channel));
    const auto primary = read_pmk(o.pmk);
    auto radio = open_hub_radio(
        {.socket = (w.folder.path() / "air").string(), .name = name, .station = mac, .on = *on, .at = o.at});
    if (!radio) throw std::runtime_error("the air does not take " + name + ": " + radio.error().text);
    station_options how;
    how.device.station_mac = mac;
    how.device.home_channel = *on;
    how.device.peer_limit.reset();
    how.device.encrypted_limit.reset();
    how.pmk = primary;
    how.random = random_values(w.options.seed, mac);
    // Packet numbers start at it.
    how.wall_clock = [] { return std::chrono::hours(1); };
    auto state = std::make_unique<peer_state>(
        peer_state{.world = w, .primary = primary, .station = std::make_unique<station>(std::move(*radio), how)});
    state->station->set_idle_reports(true);
    w.peers.push_back(std::unique_ptr<peer>(new peer(name, mac, std::move(state))));
    w.settle(name + " to come onto the air");
    return *w.peers.back();
}

time_point world::now() const {
    return state_->host->now();
}

void world::advance(duration d) {
    state_->wait("time to pass", after(now(), d), [] { return false; });
}

void world::wait_until(const std::function<bool()>& done, duration limit, std::string_view what) {
    state_->require(std::string(what), limit, done, true);
}

void world::set_link(const participant& from, const participant& to, const air::link& how) {
    if (how.loss && !(*how.loss >= 0 && *how.loss <= 1)) throw std::invalid_argument("a link's loss must be 0 to 1");
    state_->links[{from.mac(), to.mac()}] = how;
    state_->host->run([&](air::hub& h) { h.medium().set_link(from.mac(), to.mac(), how); });
}

void world::cut(const participant& a, const participant& b) {
    state_->host->run([&](air::hub& h) {
        h.medium().set_link(a.mac(), b.mac(), {.loss = 1});
        h.medium().set_link(b.mac(), a.mac(), {.loss = 1});
    });
}

void world::join(const participant& a, const participant& b) {
    const auto there = state_->links[{a.mac(), b.mac()}];
    const auto back = state_->links[{b.mac(), a.mac()}];
    state_->host->run([&](air::hub& h) {
        h.medium().set_link(a.mac(), b.mac(), there);
        h.medium().set_link(b.mac(), a.mac(), back);
    });
}

std::vector<sent_frame> world::frames() const {
    auto& log = state_->host->frames();
    std::vector<sent_frame> all;
    const auto size = log.size();
    all.reserve(size);
    for (std::size_t i = 0; i < size; ++i)
        all.push_back(log.at(i));
    return all;
}

std::vector<sent_frame> world::sent_by(const mac_address& from) const {
    auto all = frames();
    std::erase_if(all, [&](const sent_frame& f) { return f.from != from; });
    return all;
}

void world::add_key(const mac_address& device, std::string_view lmk, std::string_view pmk) {
    state_->host->frames().add_key(device, read_key<ccmp::lmk>(lmk, "an LMK"), read_pmk(pmk));
}

void world::check() {
    state_->settle("programs to have nothing to do");
}

std::string world::transcript() const {
    return state_->transcript();
}

std::string world::url() const {
    return "air:" + (state_->folder.path() / "air").string();
}

}  // namespace nowire::testing
