#include "cli/diagnosis.hpp"

#include <nowire/station/key_file.hpp>

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace nowire::cli {

namespace {

// A path that can be no air's socket and is never started: who opens it finds out about the parameters, and no more.
constexpr const char* nowhere = "/dev/null/none";

}  // namespace

std::string_view to_string(condition c) {
    switch (c) {
        case condition::ok:
            return "ok";
        case condition::warning:
            return "warning";
        case condition::problem:
            return "problem";
    }
    return "";
}

std::optional<radio_url> check_radio_url(diagnosis& d, const std::string& url) {
    const std::string advice = "correct --radio or NOWIRE_RADIO; nowire listen --radio air:help shows the form";
    auto parsed = radio_url::parse(url);
    if (!parsed) {
        d.problem("radio", parsed.error().text, advice);
        return std::nullopt;
    }
    auto probe = url;
    if (parsed->scheme == "air") {
        const auto query = url.find('?');
        probe = std::string("air:") + nowhere + (query == std::string::npos ? "" : url.substr(query));
    }
    const auto opened = open_radio(probe, backends());
    if (!opened && opened.error().code != errc::radio) {
        d.problem("radio", opened.error().text, advice);
        return std::nullopt;
    }
    d.ok("radio", url);
    return *parsed;
}

void check_keys(diagnosis& d, const std::string& file) {
    if (file.empty()) return d.ok("keys", "none asked for; --keys FILE looks at a key file");
    const auto keys = read_key_file(file);
    if (!keys) return d.problem("keys", keys.error().text, "correct the file, or give another one with --keys");
    std::string text = file + ": " + (keys->pmk ? "a PMK" : "no PMK (the drivers' default counts)") + ", keys of " +
                       std::to_string(keys->lmks.size()) + " device(s)";
    for (const auto& [peer, lmk] : keys->lmks)
        text += " " + peer.to_string();
    if (keys->lmks.empty())
        return d.warn("keys", text, "nothing will be encrypted: add lines below [lmk], one for each device");
    d.ok("keys", text);
}

void check_state_folder(diagnosis& d, bool needed) {
    namespace fs = std::filesystem;
    const auto bad = [&](const std::string& text, const std::string& advice) {
        if (needed)
            d.problem("state", text, advice);
        else
            d.warn("state", text, advice + "; only keys need it");
    };
    const std::string advice = "make it writable by you alone, or set NOWIRE_STATE_DIR to a folder of your own";
    const auto folder = default_state_folder();
    if (!folder) return bad(folder.error().text, advice);
    std::error_code ignored;
    if (fs::exists(*folder / "packet-numbers", ignored)) {
        // All its folders are there: opening makes none.
        const auto store = file_packet_number_store::open(*folder);
        if (!store) return bad(store.error().text, advice);
        return d.ok("state", folder->string() + ": packet numbers can be kept");
    }
    auto above = *folder;
    while (!fs::exists(above, ignored) && above.has_relative_path())
        above = above.parent_path();
    if (!fs::is_directory(above, ignored))
        return bad("packet numbers cannot be kept in " + folder->string() + ": " + above.string() + " is no folder",
                   advice);
    if (::access(above.c_str(), W_OK | X_OK) != 0)
        return bad("packet numbers cannot be kept in " + folder->string() + ": " + above.string() + ": " +
                       std::generic_category().message(errno),
                   advice);
    d.ok("state", folder->string() + ": made with the first key");
}

}  // namespace nowire::cli
