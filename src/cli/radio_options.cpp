#include "cli/radio_options.hpp"

#include <nowire/radio/hub_radio.hpp>
#include <nowire/station/key_file.hpp>

#include <CLI/CLI.hpp>

#include <array>
#include <iostream>

namespace nowire::cli {

std::span<const radio_backend> backends() {
    static const std::array list = {make_air_backend()};
    return list;
}

void radio_options::add_to(CLI::App& command) {
    command
        .add_option("--radio", url,
                    "The radio, for example air: (the local simulated air) or air:?name=kitchen&channel=6; air:help "
                    "explains")
        ->envname("NOWIRE_RADIO")
        ->capture_default_str();
    command.add_option("--keys", keys, "TOML file, readable by you alone: pmk = \"...\" and [lmk] \"mac\" = \"...\"");
}

bool print_radio_help(const std::string& url) {
    for (const auto& backend : backends()) {
        if (url != backend.scheme + ":help") continue;
        std::cout << backend.help;
        return true;
    }
    return false;
}

std::expected<opened_station, int> open_station(const radio_options& options, station_options settings) {
    opened_station opened;
    if (!options.keys.empty()) {
        auto keys = read_key_file(options.keys);
        if (!keys) return std::unexpected(fail(status_failure, keys.error().text));
        settings.pmk = keys->pmk;
        settings.lmks = keys->lmks;
        if (!settings.lmks.empty()) {
            auto store = file_packet_number_store::open();
            if (store) {
                opened.packet_numbers = std::move(*store);
                settings.packet_numbers = opened.packet_numbers.get();
            } else {
                std::cerr << "nowire: packet numbers are not kept (" << store.error().text
                          << "): they start at the time of day, which must never go back\n";
            }
        }
    }
    auto station = nowire::station::open(options.url, backends(), settings);
    if (!station) {
        const bool usage = station.error().code == errc::bad_url || station.error().code == errc::argument;
        return std::unexpected(fail(usage ? status_usage : status_radio, station.error().text));
    }
    opened.station = std::move(*station);
    return opened;
}

}  // namespace nowire::cli
