#pragma once

#include "cli/radio_options.hpp"

#include <nowire/air/protocol.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What `nowire doctor` finds out. Nothing here starts an air or joins one; the one thing that it may make is the empty
/// folder for the default air's socket.
namespace nowire::cli {

enum class condition : std::uint8_t { ok, warning, problem };
std::string_view to_string(condition c);

struct finding {
    condition state = condition::ok;
    std::string_view check;   ///< what was looked at: "keys"
    std::string text;         ///< what is there
    std::string advice = {};  ///< what to do about it; empty where there is nothing to do
    /// What it shows, where it shows a device and its peers.
    std::optional<air::protocol::radio_status> device = {};
};

class diagnosis {
  public:
    void ok(std::string_view check, std::string text) { add({condition::ok, check, std::move(text)}); }
    void ok(std::string_view check, std::string text, const air::protocol::radio_status& device) {
        add({condition::ok, check, std::move(text), {}, device});
    }
    /// What is well if it is meant.
    void hint(std::string_view check, std::string text, std::string advice) {
        add({condition::ok, check, std::move(text), std::move(advice)});
    }
    void warn(std::string_view check, std::string text, std::string advice) {
        add({condition::warning, check, std::move(text), std::move(advice)});
    }
    void problem(std::string_view check, std::string text, std::string advice) {
        add({condition::problem, check, std::move(text), std::move(advice)});
    }
    const std::vector<finding>& findings() const { return findings_; }

  private:
    void add(finding f) { findings_.push_back(std::move(f)); }
    std::vector<finding> findings_;
};

/// Whether `url` names a radio that this program can open, as far as that shows without opening it.
/// @returns what it names if it does.
std::optional<radio_url> check_radio_url(diagnosis& d, const std::string& url);

/// The program nowire-air, the folder and the socket of the air that `url` means, and who is on it: radios that are on
/// another channel, whose receivers are off, that lost frames, names that come twice, and peers.
/// @param own_channel  the channel of `url`, where that was chosen; nothing: the channel that most radios are on.
void check_air(diagnosis& d, const radio_url& url, std::optional<channel> own_channel);

/// The peers of each device, as it told the air, and those whose channel or encryption is not as the peer's own device
/// has it.
void check_peers(diagnosis& d, const std::vector<air::protocol::radio_status>& radios);

/// How a device is named in texts: "'kitchen' (02:00:00:00:00:10)".
std::string name_of(const air::protocol::radio_status& r);

/// The key file: rights and contents. Never any part of a key.
void check_keys(diagnosis& d, const std::string& file);

/// The folder that packet numbers are kept in.
/// @param needed  whether there are keys, so that it is a problem where they cannot be kept.
void check_state_folder(diagnosis& d, bool needed);

}  // namespace nowire::cli
