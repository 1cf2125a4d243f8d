#include "cli/command.hpp"
#include "cli/progress.hpp"

#include <nowire/air/unique_descriptor.hpp>
#include <nowire/capture/line.hpp>
#include <nowire/capture/reader.hpp>
#include <nowire/station/key_file.hpp>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <expected>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

namespace nowire::cli {

namespace {

struct decode_options {
    std::string file;
    std::string keys;
    bool json = false;
};

/// A file, or a pipe that is still being written, read piece by piece: a capture may be longer than memory, and what a
/// pipe has brought is shown at once.
class input {
  public:
    explicit input(int descriptor) : descriptor_(descriptor), buffer_(std::size_t{1} << 20) {}

    /// @param unread  the end of what the last call returned, which is moved to the front of the result.
    /// @returns `unread` and what comes behind it; nothing but `unread` at the end of the file. An error is errno's.
    std::expected<std::span<const std::uint8_t>, int> more(std::span<const std::uint8_t> unread) {
        const auto kept = unread.size();
        std::copy(unread.begin(), unread.end(), buffer_.begin());
        // A record may be longer than the room behind it.
        if (kept > buffer_.size() / 2) buffer_.resize(buffer_.size() * 2);
        ssize_t got = 0;
        do
            got = ::read(descriptor_, buffer_.data() + kept, buffer_.size() - kept);
        while (got < 0 && errno == EINTR);
        if (got < 0) return std::unexpected(errno);
        taken_ += static_cast<std::uint64_t>(got);
        return std::span(buffer_).first(kept + static_cast<std::size_t>(got));
    }

    /// Bytes that were read.
    std::uint64_t taken() const { return taken_; }
    /// Bytes of the file; 0: it is none, and there may always be more.
    std::uint64_t size() const {
        struct stat found {};
        if (::fstat(descriptor_, &found) != 0 || !S_ISREG(found.st_mode)) return 0;
        return static_cast<std::uint64_t>(found.st_size);
    }

  private:
    int descriptor_;
    std::vector<std::uint8_t> buffer_;
    std::uint64_t taken_ = 0;
};

struct counts {
    std::uint64_t frames = 0;
    std::uint64_t espnow = 0;
    std::uint64_t no_key = 0;
    std::uint64_t wrong_mic = 0;
    std::uint64_t wrong_fcs = 0;

    void add(const capture::decoded_frame& d) {
        ++frames;
        espnow += d.espnow ? 1 : 0;
        no_key += d.mic == capture::mic_state::no_key ? 1 : 0;
        wrong_mic += d.mic == capture::mic_state::bad ? 1 : 0;
        wrong_fcs += d.fcs == capture::fcs_state::bad ? 1 : 0;
    }
    std::string to_string() const {
        std::string text =
            std::to_string(frames) + (frames == 1 ? " frame, " : " frames, ") + std::to_string(espnow) + " of ESP-NOW";
        if (no_key > 0) text += ", " + std::to_string(no_key) + " encrypted without a key here";
        if (wrong_mic > 0) text += ", " + std::to_string(wrong_mic) + " with a wrong MIC";
        if (wrong_fcs > 0) text += ", " + std::to_string(wrong_fcs) + " with a wrong FCS";
        return text;
    }
};

/// Collects lines, and writes them many at a time.
class lines {
  public:
    explicit lines(bool json) : json_(json) {}

    void add(const capture::decoded_frame& d) {
        if (json_)
            capture::append_json_line(text_, d);
        else
            capture::append_text_line(text_, d);
        if (text_.size() > flush_size) flush();
    }
    void flush() {
        std::cout.write(text_.data(), static_cast<std::streamsize>(text_.size())).flush();
        text_.clear();
    }

  private:
    static constexpr std::size_t flush_size = std::size_t{1} << 16;
    bool json_;
    std::string text_;
};

std::expected<capture::key_ring, error> read_keys(const std::string& file) {
    capture::key_ring ring;
    if (file.empty()) return ring;
    const auto keys = read_key_file(file);
    if (!keys) return std::unexpected(keys.error());
    const auto pmk = keys->pmk.value_or(ccmp::pmk::default_pmk());
    for (const auto& [peer, lmk] : keys->lmks)
        ring.add(peer, ccmp::key::derive(pmk, lmk));
    return ring;
}

int decode(const decode_options& options) {
    const bool standard_input = options.file == "-";
    std::optional<progress> shown;
    const auto failed = [&](const std::string& why) {
        shown.reset();
        return fail(status_failure, (standard_input ? "standard input" : options.file) + ": " + why);
    };
    const auto reason = [](int code) { return std::generic_category().message(code); };
    auto keys = read_keys(options.keys);
    if (!keys) return fail(status_failure, keys.error().text);
    const unique_descriptor opened(standard_input ? -1 : ::open(options.file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!standard_input && !opened) return failed(reason(errno));

    input in(standard_input ? STDIN_FILENO : opened.get());
    shown.emplace(in.size());
    capture::reader reader({});
    capture::decoder decoder(std::move(*keys));
    counts seen;
    lines out(options.json);
    while (std::cout) {
        const auto next = reader.next();
        if (next && *next) {
            const auto frame = decoder.decode(**next);
            seen.add(frame);
            out.add(frame);
            continue;
        }
        out.flush();
        const bool may_go_on = next || next.error().what == capture::fault::cut_short;
        const auto before = reader.unread().size();
        if (may_go_on) {
            const auto bytes = in.more(reader.unread());
            if (!bytes) return failed(reason(bytes.error()));
            reader.refill(*bytes);
        }
        if (reader.unread().size() != before) {
            // A file that the first read had whole is done before anybody has read a line about it.
            const auto done = in.taken() - reader.unread().size();
            if (done > 0) shown->show(done);
            continue;
        }
        shown.reset();
        if (!options.json) std::cerr << "nowire: " << seen.to_string() << '\n';
        return next ? status_ok : failed(next.error().to_string());
    }
    return status_ok;
}

}  // namespace

void add_decode(program& p) {
    auto options = std::make_shared<decode_options>();
    auto* command = p.app.add_subcommand("decode", "Print the ESP-NOW frames of a capture");
    command->add_option("FILE", options->file, "pcap or pcapng file with 802.11 frames; - reads standard input")
        ->required();
    command->add_option("--keys", options->keys,
                        "TOML file, readable by you alone: pmk = \"...\" and [lmk] \"mac\" = \"...\", with the MAC of "
                        "either side");
    command->add_flag("--json", options->json, "One object a line (docs/json.md)");
    command->footer(
        R"(A line a frame. Frames that are not ESP-NOW are listed as such. Encrypted frames are opened where --keys has the
LMK of their source or destination; a wrong MIC or FCS is shown. A file that is damaged is read up to the damage. With
stdout in a file or a pipe, a terminal shows how far a long file has been read.

Exit status: 0 the whole file was read; 1 it cannot be read or is damaged (stderr says where), or the keys cannot.

Examples:
  nowire decode demo.pcapng
  nowire decode capture.pcap --keys keys.toml --json
  tcpdump -i mon0 -U -w - | nowire decode -
)");
    command->callback([&p, options] { p.run = [options] { return decode(*options); }; });
}

}  // namespace nowire::cli
