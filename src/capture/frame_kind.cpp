#include "capture/frame_kind.hpp"

#include <array>

namespace nowire::capture {

namespace {

using names = std::array<std::string_view, 16>;

constexpr names management = {
    "association request",
    "association response",
    "reassociation request",
    "reassociation response",
    "probe request",
    "probe response",
    "timing advertisement",
    "reserved management",
    "beacon",
    "ATIM",
    "disassociation",
    "authentication",
    "deauthentication",
    "action",
    "action without ACK",
    "reserved management",
};
constexpr names control_names = {
    "reserved control",
    "reserved control",
    "trigger",
    "TACK",
    "beamforming report poll",
    "NDP announcement",
    "control extension",
    "control wrapper",
    "block ACK request",
    "block ACK",
    "PS-Poll",
    "RTS",
    "CTS",
    "ACK",
    "CF-End",
    "CF-End and CF-ACK",
};
constexpr names data = {
    "data",     "data",     "data",     "data",     "null data",     "null data",     "null data",     "null data",
    "QoS data", "QoS data", "QoS data", "QoS data", "QoS null data", "reserved data", "QoS null data", "QoS null data",
};

}  // namespace

std::string_view kind_of(frame::frame_control control) {
    const auto subtype = static_cast<std::size_t>(control.subtype());
    switch (control.type()) {
        case 0:
            return management[subtype];
        case 1:
            return control_names[subtype];
        case 2:
            return data[subtype];
        default:
            return "extension";
    }
}

}  // namespace nowire::capture
