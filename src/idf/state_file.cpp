#include "idf/state_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace nowire::idf {

namespace {

namespace fs = std::filesystem;
using failure = std::unexpected<std::string>;

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

/// The folder of a path that may be relative.
fs::path folder_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

std::expected<void, std::string> make_folder(const fs::path& path) {
    if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
    if (errno != ENOENT || !path.has_relative_path()) return failure(with_reason(path, "cannot make this folder"));
    if (auto parent = make_folder(folder_of(path)); !parent) return parent;
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
        return failure(with_reason(path, "cannot make this folder"));
    return {};
}

std::expected<void, std::string> write_all(int file, const fs::path& path, std::string_view content) {
    while (!content.empty()) {
        const auto written = retry_if_interrupted([&] { return ::write(file, content.data(), content.size()); });
        if (written < 0) return failure(with_reason(path, "cannot write"));
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fchmod(file, 0600) != 0) return failure(with_reason(path, "cannot set its mode to 0600"));
    if (retry_if_interrupted([&] { return ::fsync(file); }) != 0) return failure(with_reason(path, "cannot sync"));
    return {};
}

}  // namespace

std::expected<std::string, std::string> read_state_file(int file, const fs::path& path, std::size_t limit) {
    struct stat status {};
    if (::fstat(file, &status) != 0) return failure(with_reason(path, "cannot read"));
    if (!S_ISREG(status.st_mode)) return failure(path.string() + ": is no regular file");
    if (static_cast<std::uintmax_t>(status.st_size) > limit)
        return failure(path.string() + ": has more than " + std::to_string(limit) + " bytes");
    std::string content(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const auto got = retry_if_interrupted(
            [&] { return ::pread(file, content.data() + size, content.size() - size, static_cast<off_t>(size)); });
        if (got < 0) return failure(with_reason(path, "cannot read"));
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    content.resize(size);
    return content;
}

std::expected<std::optional<std::string>, std::string> read_state_file(const fs::path& path, std::size_t limit) {
    const unique_descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) {
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        return failure(with_reason(path, "cannot open"));
    }
    auto content = read_state_file(file.get(), path, limit);
    if (!content) return failure(std::move(content.error()));
    return std::move(*content);
}

std::expected<void, std::string> replace_state_file(const fs::path& path, std::string_view content) {
    const auto folder_path = folder_of(path);
    if (auto made = make_folder(folder_path); !made) return made;
    const unique_descriptor folder(::open(folder_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) return failure(with_reason(folder_path, "cannot open this folder"));
    auto new_path = path;
    new_path += ".new";
    {
        const unique_descriptor file(
            ::open(new_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!file) return failure(with_reason(new_path, "cannot make this file"));
        if (auto written = write_all(file.get(), new_path, content); !written) return written;
    }
    if (::rename(new_path.c_str(), path.c_str()) != 0) return failure(with_reason(path, "cannot replace"));
    if (retry_if_interrupted([&] { return ::fsync(folder.get()); }) != 0)
        return failure(with_reason(folder_path, "cannot sync"));
    return {};
}

std::expected<unique_descriptor, std::string> try_lock(const fs::path& path) {
    if (auto made = make_folder(folder_of(path)); !made) return failure(std::move(made.error()));
    unique_descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock) return failure(with_reason(path, "cannot open"));
    if (retry_if_interrupted([&] { return ::flock(lock.get(), LOCK_EX | LOCK_NB); }) == 0) return lock;
    if (errno == EWOULDBLOCK) return unique_descriptor();
    return failure(with_reason(path, "cannot lock"));
}

}  // namespace nowire::idf
