#include "cli/explain.hpp"

#include <nowire/radio/air_control.hpp>
#include <nowire/radio/url.hpp>

namespace nowire::cli {

std::string explain_silence(const std::string& url, const mac_address& destination, channel own) {
    const auto who = destination.to_string();
    std::string unknown = who + " did not acknowledge: it is out of range, off, or on another channel";
    const auto parsed = radio_url::parse(url);
    if (!parsed || parsed->scheme != "air") return unknown;
    const auto status = air_control::status(parsed->path);
    if (!status) return unknown;
    for (const auto& r : status->radios) {
        const auto& setup = r.radio.setup;
        if (setup.station != destination && setup.soft_ap != destination) continue;
        const auto name = "'" + r.radio.name + "' (" + who + ")";
        if (setup.on != own)
            return name + " is on channel " + std::to_string(setup.on.number()) + ", this radio on channel " +
                   std::to_string(own.number());
        if (!setup.receiving) return "the receiver of " + name + " is off: it may be asleep";
        return name + " is there and receives: every frame, or its acknowledgement, was lost on the link";
    }
    return "nobody on this air has the address " + who;
}

}  // namespace nowire::cli
