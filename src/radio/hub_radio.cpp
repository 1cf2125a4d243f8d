#include "radio/hub_air_radio.hpp"
#include "radio/setup_check.hpp"

#include <nowire/air/hub_path.hpp>
#include <nowire/air/protocol.hpp>
#include <nowire/radio/hub_radio.hpp>
#include <nowire/radio/identity.hpp>
#include <nowire/radio/url_reader.hpp>

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstdlib>

namespace nowire {

namespace {

constexpr double farthest = 1e6;  ///< metres

constexpr const char* air_help =
    R"(air:[SOCKET][?PARAMETER=VALUE&...]   a simulated air that programs of this computer share

Without SOCKET: the default air, which the first program that needs it starts and which ends 2 s after the last has
left. With SOCKET: the air that "nowire air --socket SOCKET" serves there.

  name=NAME      for people, and what the address is derived from; default: NOWIRE_NAME, else program and process number
  mac=ADDRESS    the station's address; default: derived from the name, the same each time. The SoftAP's is one more
  channel=N      the channel to start with; default 1
  x=X, y=Y       where it is, in metres, for the strength of signals
  loss=P         loses P of the frames from and to it, 0 to 1; default 0

  air:
  air:?name=kitchen&channel=6
  air:/run/user/1000/test.air?name=shed&x=12.5&y=3&loss=0.1
)";

/// A name that no other radio of this computer has by itself.
std::string own_name() {
    if (const char* name = std::getenv("NOWIRE_NAME"); name != nullptr && *name != '\0') return name;
    static std::atomic<int> made = 0;
    const auto name = std::string(::program_invocation_short_name).substr(0, 40) + "-" + std::to_string(::getpid());
    const int before = made++;
    return before == 0 ? name : name + "." + std::to_string(before + 1);
}

std::unexpected<error> wrong(const std::string& text) {
    return std::unexpected(error{errc::argument, text});
}

std::expected<std::unique_ptr<radio>, error> open_url(const radio_url& url) {
    url_reader read(url);
    hub_radio_options options;
    options.socket = url.path;
    options.name = read.text("name").value_or("");
    options.station = read.mac("mac").value_or(mac_address());
    options.on = read.channel("channel").value_or(channel());
    const auto x = read.number("x", -farthest, farthest);
    const auto y = read.number("y", -farthest, farthest);
    if (x || y) options.at = air::position{x.value_or(0), y.value_or(0)};
    options.loss = read.number("loss", 0, 1).value_or(0);
    if (auto ok = read.finish(); !ok) return std::unexpected(ok.error());

    auto opened = open_hub_radio(std::move(options));
    if (opened) return std::move(*opened);
    auto why = opened.error();
    if (why.code == errc::argument) why.code = errc::bad_url;
    return std::unexpected(std::move(why));
}

}  // namespace

std::expected<std::unique_ptr<hub_radio>, error> open_hub_radio(hub_radio_options options) {
    if (options.name.empty()) options.name = own_name();
    if (!air::protocol::is_name(options.name))
        return wrong("the name of a radio has 1 to " + std::to_string(air::protocol::name_limit) +
                     " bytes and no control characters");
    if (!(options.loss >= 0 && options.loss <= 1)) return wrong("the loss must be from 0 to 1");
    if (options.at && !(std::abs(options.at->x) <= farthest && std::abs(options.at->y) <= farthest))
        return wrong("a radio is at most 1000 km from the middle of its air");
    if (options.station.is_zero()) options.station = mac_from_name(options.name);

    const bool is_default = options.socket.empty();
    if (is_default) {
        auto socket = air::default_socket();
        if (!socket) return std::unexpected(socket.error());
        options.socket = std::move(*socket);
    }
    if (auto address = air::socket_address(options.socket); !address) return std::unexpected(address.error());

    air::medium_radio about{.name = std::move(options.name),
                            .setup = {.on = options.on, .station = options.station, .soft_ap = std::nullopt},
                            .at = options.at,
                            .loss = options.loss};
    if (const auto objection = objection_to(about.setup); !objection.empty()) return wrong(objection);
    auto opened = std::make_unique<hub_air_radio>(std::move(options.socket), is_default, std::move(about));
    if (auto joined = opened->open(); !joined) return std::unexpected(joined.error());
    return opened;
}

radio_backend make_air_backend() {
    return {.scheme = "air", .help = air_help, .open = open_url};
}

}  // namespace nowire
