#pragma once

#include "cli/command.hpp"

#include <nowire/radio/url.hpp>
#include <nowire/station/packet_number_file.hpp>
#include <nowire/station/station.hpp>

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace nowire::cli {

/// Every kind of radio that this program can open.
std::span<const radio_backend> backends();

/// The options of each command that uses a radio.
struct radio_options {
    std::string url = "air:";
    std::string keys;

    /// Adds --radio (or NOWIRE_RADIO) and --keys.
    void add_to(CLI::App& command);
};

/// A station as the command line asks for it, and what it needs to live.
struct opened_station {
    std::unique_ptr<file_packet_number_store> packet_numbers;
    std::unique_ptr<nowire::station> station;
};

/// Opens the radio, reads the keys and makes the station. With keys, packet numbers are kept in the state folder; where
/// that cannot be written, it says so on stderr and goes on with the time of day alone.
/// @returns the exit status if it failed; then the reason has been printed.
std::expected<opened_station, int> open_station(const radio_options& options, station_options settings = {});

/// The air's time, from the seconds of a command line.
inline duration seconds(double count) {
    return std::chrono::duration_cast<duration>(std::chrono::duration<double>(count));
}

/// `--radio SCHEME:help`: prints the scheme's help, if that is what `url` asks for.
bool print_radio_help(const std::string& url);

}  // namespace nowire::cli
