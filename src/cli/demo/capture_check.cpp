#include "cli/demo/capture_check.hpp"

#include <nowire/capture/decode.hpp>
#include <nowire/capture/reader.hpp>
#include <nowire/station/key_file.hpp>

#include <fstream>
#include <iterator>
#include <vector>

namespace nowire::cli::demo {

std::expected<capture_counts, std::string> read_capture(const std::string& file, const std::string& keys) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::unexpected("cannot read " + file);
    const std::vector<char> text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());

    const auto known = read_key_file(keys);
    if (!known) return std::unexpected(known.error().text);
    capture::key_ring ring;
    const auto pmk = known->pmk.value_or(ccmp::pmk::default_pmk());
    for (const auto& [peer, lmk] : known->lmks)
        ring.add(peer, ccmp::key::derive(pmk, lmk));

    capture_counts counts;
    capture::reader reader(bytes);
    capture::decoder decoder(std::move(ring));
    while (true) {
        const auto next = reader.next();
        if (!next) return std::unexpected(file + ": " + next.error().to_string());
        if (!*next) return counts;
        const auto frame = decoder.decode(**next);
        ++counts.frames;
        if (!frame.espnow) continue;
        ++counts.espnow;
        if (frame.encrypted.value_or(false)) ++counts.encrypted;
        if (frame.mic == capture::mic_state::ok) ++counts.decrypted;
        if (frame.retry.value_or(false)) ++counts.retries;
    }
}

}  // namespace nowire::cli::demo
