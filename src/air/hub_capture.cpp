#include "air/hub_capture.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace nowire::air {

namespace {

constexpr std::chrono::seconds finish_patience{1};

/// Stdout under a descriptor and a file description of its own, so that not to block concerns nobody else.
unique_descriptor own_stdout() {
    unique_descriptor own(::open("/proc/self/fd/1", O_WRONLY | O_CLOEXEC | O_APPEND));
    if (!own) own = unique_descriptor(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
    return own;
}

}  // namespace

std::expected<std::unique_ptr<hub_capture>, error> hub_capture::open(const std::string& path) {
    const auto name = path == "-" ? std::string("stdout") : path;
    auto file = path == "-" ? own_stdout()
                            : unique_descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    struct stat found {};
    if (!file || ::fstat(file.get(), &found) != 0)
        return std::unexpected(error{errc::bad_file, "cannot write to " + name + ": " + std::strerror(errno)});
    if (::isatty(file.get()) != 0)
        return std::unexpected(error{errc::bad_file, "a capture is not for a terminal; write it to a file or a pipe"});
    const bool can_block = S_ISFIFO(found.st_mode) || S_ISSOCK(found.st_mode);
    if (can_block) ::fcntl(file.get(), F_SETFL, ::fcntl(file.get(), F_GETFL) | O_NONBLOCK);
    std::unique_ptr<hub_capture> made(new hub_capture(std::move(file), name, can_block));
    // A reader finds the header at once; what is wrong with the file, the first frame will show too.
    made->flush();
    return made;
}

hub_capture::hub_capture(unique_descriptor file, std::string name, bool can_block)
    : file_(std::move(file)),
      name_(std::move(name)),
      can_block_(can_block),
      whole_(can_block ? 0 : ::lseek(file_.get(), 0, SEEK_END)),
      writer_([this](std::span<const std::uint8_t> block) {
          waiting_.insert(waiting_.end(), block.begin(), block.end());
      }) {}

void hub_capture::add(const air_frame& frame) {
    if (stopped_) return;
    if (waiting_.size() - written_ >= waiting_limit) {
        ++left_out_;
        return;
    }
    writer_.add(frame);
}

std::optional<std::string> hub_capture::flush() {
    while (!stopped_ && written_ < waiting_.size()) {
        const auto n = ::write(file_.get(), waiting_.data() + written_, waiting_.size() - written_);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) {
            forget_written();
            return std::nullopt;
        }
        if (n < 0) return stop(errno);
        written_ += static_cast<std::size_t>(n);
    }
    forget_written();
    if (left_out_ == 0) return std::nullopt;
    return name_ + ": " + std::to_string(std::exchange(left_out_, 0)) + " frames are missing, its reader was too slow";
}

void hub_capture::forget_written() {
    whole_ += static_cast<off_t>(written_);
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(written_));
    written_ = 0;
}

std::string hub_capture::stop(int reason) {
    stopped_ = true;
    std::string text = name_ + ": " + std::strerror(reason) + "; nothing more is recorded";
    // What is there must stay readable: half a block is cut off.
    if (!can_block_ && written_ > 0 && ::ftruncate(file_.get(), whole_) != 0)
        text += ", and its last block is not whole";
    return text;
}

void hub_capture::finish() {
    const auto limit = std::chrono::steady_clock::now() + finish_patience;
    while (true) {
        flush();
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - std::chrono::steady_clock::now());
        if (stopped_ || waiting_.empty() || left.count() <= 0) break;
        pollfd ready{.fd = file_.get(), .events = POLLOUT, .revents = 0};
        ::poll(&ready, 1, static_cast<int>(left.count()));
    }
    file_ = unique_descriptor();
    stopped_ = true;
}

}  // namespace nowire::air
