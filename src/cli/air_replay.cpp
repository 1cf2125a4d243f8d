#include "cli/air_replay.hpp"

#include "air/air_capture.hpp"
#include "cli/progress.hpp"

#include <nowire/air/recording.hpp>
#include <nowire/air/unique_descriptor.hpp>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace nowire::cli {

namespace {

namespace recording = air::recording;

struct replay_options {
    std::string file;
    std::string pcap;
    bool json = false;
};

/// The whole of a regular file. It is copied, not mapped: an air that is started anew may empty it at any time.
/// The error is what is wrong with it.
std::expected<std::vector<std::uint8_t>, std::string> read_file(const std::string& path) {
    const auto failed = [] { return std::unexpected(std::generic_category().message(errno)); };
    const unique_descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat found {};
    if (!file || ::fstat(file.get(), &found) != 0) return failed();
    if (!S_ISREG(found.st_mode)) return std::unexpected("it is no regular file, which a recording is");
    std::vector<std::uint8_t> content(static_cast<std::size_t>(found.st_size));
    std::size_t size = 0;
    while (size < content.size()) {
        const auto n = ::read(file.get(), content.data() + size, content.size() - size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed();
        if (n == 0) break;
        size += static_cast<std::size_t>(n);
    }
    content.resize(size);
    return content;
}

bool are_same(const std::string& a, const std::string& b) {
    std::error_code ignored;
    return std::filesystem::equivalent(a, b, ignored);
}

/// The capture, to a file or stdout; what was not written by the end is a failure.
class output {
  public:
    explicit output(const std::string& path)
        : name_(path == "-" ? "stdout" : path),
          own_(path == "-" ? -1 : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)),
          descriptor_(path == "-" ? STDOUT_FILENO : own_.get()) {
        if (descriptor_ < 0) fail();
    }

    void add(std::span<const std::uint8_t> bytes) {
        waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
        if (waiting_.size() > (std::size_t{1} << 20)) flush();
    }
    /// @returns what went wrong, if anything did
    const std::optional<std::string>& flush() {
        std::size_t done = 0;
        while (!trouble_ && done < waiting_.size()) {
            const auto n = ::write(descriptor_, waiting_.data() + done, waiting_.size() - done);
            if (n >= 0)
                done += static_cast<std::size_t>(n);
            else if (errno != EINTR)
                fail();
        }
        waiting_.clear();
        return trouble_;
    }
    const std::optional<std::string>& trouble() const { return trouble_; }

  private:
    void fail() { trouble_ = "cannot write to " + name_ + ": " + std::generic_category().message(errno); }

    std::string name_;
    unique_descriptor own_;
    int descriptor_;
    std::vector<std::uint8_t> waiting_;
    std::optional<std::string> trouble_;
};

void print(const air::medium& medium, bool json, bool to_stderr) {
    const double seconds = std::chrono::duration<double>(medium.now().time_since_epoch()).count();
    const auto& s = medium.statistics();
    auto* out = to_stderr ? stderr : stdout;
    if (json)
        fmt::print(out, "{}\n",
                   nlohmann::ordered_json{{"time_s", seconds},
                                          {"transmissions", s.transmissions},
                                          {"receptions", s.receptions},
                                          {"losses", s.losses},
                                          {"collisions", s.collisions}}
                       .dump());
    else
        fmt::print(out, "{:.3f} s of air: {} frames sent, {} received, {} lost on links, {} collided\n", seconds,
                   s.transmissions, s.receptions, s.losses, s.collisions);
}

int replay(const replay_options& options) {
    if (are_same(options.file, options.pcap))
        return fail(status_usage, "--pcap names the recording itself, which it would overwrite");
    const auto file = read_file(options.file);
    if (!file) return fail(status_failure, options.file + ": " + file.error());
    auto opened = recording::reader::open(*file);
    if (!opened) return fail(status_failure, options.file + ": " + opened.error().to_string());
    auto& reader = *opened;

    std::optional<output> out;
    std::optional<air::air_capture> capture;
    recording::replay again(reader.setting());
    if (!options.pcap.empty()) {
        out.emplace(options.pcap);
        if (out->trouble()) return fail(status_failure, *out->trouble());
        capture.emplace([&](std::span<const std::uint8_t> bytes) { out->add(bytes); });
        again.medium().set_observer([&](const air::air_frame& frame) { capture->add(frame); });
    }

    progress shown(file->size());
    std::string wrong;
    while (wrong.empty() && (!out || !out->trouble())) {
        const auto offset = reader.offset();
        const auto record = reader.next();
        if (!record) {
            wrong = record.error().to_string();
            break;
        }
        if (!*record) break;
        if (const auto done = again.apply(**record); !done)
            wrong = "before offset " + std::to_string(offset) + ": " + done.error();
        shown.show(reader.offset());
    }
    shown.erase();
    if (out)
        if (const auto trouble = out->flush()) return fail(status_failure, *trouble);
    print(again.medium(), options.json, options.pcap == "-");
    if (!wrong.empty()) return fail(status_failure, options.file + ": " + wrong + "; what stands before was replayed");
    return status_ok;
}

}  // namespace

CLI::App* add_air_replay(program& p, CLI::App& air) {
    auto options = std::make_shared<replay_options>();
    auto* command = air.add_subcommand("replay", "Do again what was recorded: the same frames at the same times");
    command->add_option("FILE", options->file, "What nowire air --record has written")->required();
    command->add_option("--pcap", options->pcap, "Write every frame to a pcapng file; - is stdout");
    command->add_flag("--json", options->json, "Counts as one object (docs/air.md)");
    command->footer(
        R"(Nothing else takes part: no program, no hub, no waiting. The capture is the one that the recorded air wrote.

Exit status: 0 ok; 1 it cannot be read, or only in part, which the message says; 2 usage.

Examples:
  nowire air replay air.rec --pcap air.pcapng
  nowire air replay air.rec --json
)");
    command->callback([&p, options] { p.run = [options] { return replay(*options); }; });
    return command;
}

}  // namespace nowire::cli
