#include "air/hub_recording.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace nowire::air {

std::expected<std::unique_ptr<hub_recording>, error> hub_recording::open(const std::string& path,
                                                                         const recording::setting& how) {
    // A FIFO without a reader must not be waited for.
    unique_descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600));
    struct stat found {};
    if (!file || ::fstat(file.get(), &found) != 0)
        return std::unexpected(error{errc::bad_file, "cannot write to " + path + ": " + std::strerror(errno)});
    if (!S_ISREG(found.st_mode))
        return std::unexpected(error{errc::bad_file, path + " is no regular file; a recording needs one"});
    if (::fchmod(file.get(), 0600) != 0 || ::ftruncate(file.get(), 0) != 0)
        return std::unexpected(error{errc::bad_file, "cannot begin " + path + ": " + std::strerror(errno)});
    std::unique_ptr<hub_recording> made(new hub_recording(std::move(file), path, how));
    if (made->stopped_) return std::unexpected(error{errc::bad_file, *made->trouble_});
    return made;
}

hub_recording::hub_recording(unique_descriptor file, std::string name, const recording::setting& how)
    : file_(std::move(file)),
      name_(std::move(name)),
      writer_([this](std::span<const std::uint8_t> bytes) { write(bytes); }, how) {}

void hub_recording::write(std::span<const std::uint8_t> bytes) {
    while (!stopped_ && !bytes.empty()) {
        const auto n = ::write(file_.get(), bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            trouble_ = name_ + ": " + std::strerror(errno) + "; what comes now is not recorded";
            stopped_ = true;
            return;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
}

std::optional<std::string> hub_recording::flush() {
    if (!stopped_) writer_.flush();
    return std::exchange(trouble_, std::nullopt);
}

}  // namespace nowire::air
