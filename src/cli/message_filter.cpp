#include "cli/message_filter.hpp"

#include "cli/arguments.hpp"
#include "cli/checks.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace nowire::cli {

void message_filter::add_to(CLI::App& command) {
    const auto* const group = "Which messages";
    command.add_option("--from", from, "Only those from this address")->check(is_mac())->group(group);
    command.add_option("--to", to, "Only those to this address, of this device or of a group")
        ->check(is_mac())
        ->group(group);
    auto* unicast = command.add_flag("--unicast-only", unicast_only, "Only those to this device alone")->group(group);
    command.add_flag("--broadcast-only", broadcast_only, "Only those to everybody")->excludes(unicast)->group(group);
    command.add_flag("--encrypted", encrypted_only, "Only those that came encrypted")->group(group);
    command.add_option("--min-rssi", min_rssi, "Only those that came with so many dBm or more, for example -70")
        ->check(CLI::Range(-128, 127))
        ->group(group);
    command.add_option("--match", match, "Only those whose payload has this text in it")->group(group);
    command.add_option("--starts-with", starts_with, "Only those whose payload begins with these bytes")
        ->check(is_hex())
        ->group(group);
}

bool message_filter::passes(const message& m) const {
    if (!from.empty() && mac_address::parse(from) != m.source) return false;
    if (!to.empty() && mac_address::parse(to) != m.destination) return false;
    if (unicast_only && m.destination.is_group()) return false;
    if (broadcast_only && !m.destination.is_broadcast()) return false;
    if (encrypted_only && !m.was_encrypted) return false;
    if (min_rssi && (!m.rssi || *m.rssi < *min_rssi)) return false;
    if (std::ranges::search(m.payload, match, {}, [](std::uint8_t byte) { return static_cast<char>(byte); }).empty() &&
        !match.empty())
        return false;
    const auto start = from_hex(starts_with);
    return !start || (m.payload.size() >= start->size() && std::equal(start->begin(), start->end(), m.payload.begin()));
}

}  // namespace nowire::cli
