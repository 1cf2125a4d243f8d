#include "station/packet_number_record.hpp"

#include <nowire/air/unique_descriptor.hpp>
#include <nowire/station/packet_number_file.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>

namespace nowire {

namespace {

namespace fs = std::filesystem;
using failure = std::unexpected<std::string>;

constexpr const char* lock_name = "lock";
constexpr auto lock_patience = std::chrono::seconds(2);

std::string with_reason(const fs::path& path, std::string_view what, int error_number = errno) {
    return path.string() + ": " + std::string(what) + ": " + std::generic_category().message(error_number);
}

template <typename Call>
auto retry_if_interrupted(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR)
        result = call();
    return result;
}

std::expected<void, std::string> sync(int descriptor, const fs::path& path) {
    if (retry_if_interrupted([&] { return ::fsync(descriptor); }) != 0)
        return failure(with_reason(path, "cannot sync"));
    return {};
}

std::expected<void, std::string> sync_folder(const fs::path& path) {
    const unique_descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) return failure(with_reason(path, "cannot open"));
    return sync(folder.get(), path);
}

/// Makes `path` and what is missing above it.
std::expected<void, std::string> make_folder(const fs::path& path) {
    if (::mkdir(path.c_str(), 0700) == 0) return sync_folder(path.parent_path());
    if (errno == EEXIST) return {};
    if (errno != ENOENT || !path.has_relative_path()) return failure(with_reason(path, "cannot make this folder"));
    if (auto parent = make_folder(path.parent_path()); !parent) return parent;
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
        return failure(with_reason(path, "cannot make this folder"));
    return sync_folder(path.parent_path());
}

/// Opens `path` if it belongs to this user alone.
std::expected<unique_descriptor, std::string> open_folder(const fs::path& path) {
    if (auto made = make_folder(path); !made) return failure(std::move(made.error()));
    unique_descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    struct stat status {};
    if (!folder || ::fstat(folder.get(), &status) != 0) return failure(with_reason(path, "cannot open this folder"));
    if (status.st_uid != ::geteuid())
        return failure(path.string() + ": belongs to another user; name a folder of your own in NOWIRE_STATE_DIR");
    if ((status.st_mode & 077) != 0)
        return failure(path.string() + ": is open to other users; make it yours alone: chmod 700 " + path.string());
    return folder;
}

/// Holds the folder's lock until it is destroyed. Opened anew each time: processes that share an open file by fork()
/// would share its lock too.
std::expected<unique_descriptor, std::string> take_lock(int folder, const fs::path& path) {
    unique_descriptor lock(::openat(folder, lock_name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock) return failure(with_reason(path / lock_name, "cannot open"));
    const auto limit = std::chrono::steady_clock::now() + lock_patience;
    while (retry_if_interrupted([&] { return ::flock(lock.get(), LOCK_EX | LOCK_NB); }) != 0) {
        if (errno != EWOULDBLOCK) return failure(with_reason(path / lock_name, "cannot lock"));
        if (std::chrono::steady_clock::now() > limit)
            return failure((path / lock_name).string() +
                           ": another process has held this lock for 2 s; is one stopped?");
        // A real millisecond, which std::this_thread does not sleep where the C library's time is an air's (idf/).
        ::poll(nullptr, 0, 1);
    }
    return lock;
}

/// The first number not yet reserved; 1 if there is no file.
std::expected<std::uint64_t, std::string> read_mark(int folder, const fs::path& path, const ccmp::fingerprint& id) {
    const unique_descriptor file(
        ::openat(folder, path.filename().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file) {
        if (errno == ENOENT) return 1;
        return failure(with_reason(path, "cannot open"));
    }
    std::array<char, 256> buffer{};
    std::size_t size = 0;
    while (size < buffer.size()) {
        const auto got =
            retry_if_interrupted([&] { return ::read(file.get(), buffer.data() + size, buffer.size() - size); });
        if (got < 0) return failure(with_reason(path, "cannot read"));
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    const auto next = packet_number_in(std::string_view(buffer.data(), size), id);
    if (!next)
        return failure(path.string() +
                       ": is damaged, so it is not known which packet numbers were used with this key. Give both "
                       "devices a new key; or, if this computer's clock was never ahead, delete the file");
    return *next;
}

std::expected<void, std::string> write_mark(int folder, const fs::path& path, const std::string& record) {
    auto new_path = path;
    new_path.replace_extension(".new");
    const auto new_name = new_path.filename();
    {
        const unique_descriptor file(
            ::openat(folder, new_name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!file) return failure(with_reason(new_path, "cannot make this file"));
        if (::fchmod(file.get(), 0600) != 0) return failure(with_reason(new_path, "cannot set its mode to 0600"));
        const auto written = retry_if_interrupted([&] { return ::write(file.get(), record.data(), record.size()); });
        if (written < 0) return failure(with_reason(new_path, "cannot write"));
        if (static_cast<std::size_t>(written) != record.size())
            return failure(with_reason(new_path, "cannot write", ENOSPC));
        if (auto synced = sync(file.get(), new_path); !synced) return synced;
    }
    if (::renameat(folder, new_name.c_str(), folder, path.filename().c_str()) != 0)
        return failure(with_reason(path, "cannot replace"));
    return sync(folder, path.parent_path());
}

std::optional<fs::path> absolute_path_in(const char* variable) {
    const char* value = std::getenv(variable);
    if (value == nullptr || value[0] != '/') return std::nullopt;
    return fs::path(value);
}

}  // namespace

std::expected<fs::path, error> default_state_folder() {
    if (auto own = absolute_path_in("NOWIRE_STATE_DIR")) return *own;
    if (const char* own = std::getenv("NOWIRE_STATE_DIR"); own != nullptr && own[0] != '\0')
        return std::unexpected(
            error{errc::packet_numbers, "NOWIRE_STATE_DIR must be an absolute path, but is: " + std::string(own)});
    if (auto xdg = absolute_path_in("XDG_STATE_HOME")) return *xdg / "nowire";
    if (auto home = absolute_path_in("HOME")) return *home / ".local" / "state" / "nowire";
    return std::unexpected(error{errc::packet_numbers,
                                 "no folder is known to keep packet numbers in, since HOME is not set: name one by its "
                                 "absolute path in NOWIRE_STATE_DIR"});
}

std::expected<std::unique_ptr<file_packet_number_store>, error> file_packet_number_store::open(
    const fs::path& state_folder) {
    auto path = state_folder / "packet-numbers";
    const auto folder = open_folder(path);
    if (!folder) return std::unexpected(error{errc::packet_numbers, folder.error()});
    if (const auto lock = take_lock(folder->get(), path); !lock)
        return std::unexpected(error{errc::packet_numbers, lock.error()});
    return std::unique_ptr<file_packet_number_store>(new file_packet_number_store(std::move(path)));
}

std::expected<std::unique_ptr<file_packet_number_store>, error> file_packet_number_store::open() {
    const auto state_folder = default_state_folder();
    if (!state_folder) return std::unexpected(state_folder.error());
    return open(*state_folder);
}

fs::path file_packet_number_store::file_of(const ccmp::fingerprint& id) const {
    return folder_ / (id.to_hex() + ".pn");
}

std::expected<ccmp::packet_number_block, std::string> file_packet_number_store::reserve(const ccmp::fingerprint& id,
                                                                                        std::uint64_t at_least,
                                                                                        std::uint64_t count) {
    const auto folder = open_folder(folder_);
    if (!folder) return failure(folder.error());
    const auto lock = take_lock(folder->get(), folder_);
    if (!lock) return failure(lock.error());
    const auto path = file_of(id);
    const auto mark = read_mark(folder->get(), path, id);
    if (!mark) return failure(mark.error());

    const auto first = std::max({*mark, at_least, std::uint64_t{1}});
    if (first > ccmp::max_packet_number) return ccmp::packet_number_block{};
    const ccmp::packet_number_block block{first, std::min(count, ccmp::max_packet_number - first + 1)};
    if (auto written = write_mark(folder->get(), path, packet_number_record(id, block.first + block.count)); !written)
        return failure(std::move(written.error()));
    return block;
}

}  // namespace nowire
