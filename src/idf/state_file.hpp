#pragma once

#include <nowire/air/unique_descriptor.hpp>

#include <cstddef>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

/// Files in which a chip keeps what survives the process. All errors are texts: which file, and why. Thread-safe.
namespace nowire::idf {

/// The content of `path`; nothing where there is no such file. Errors: it cannot be opened or read, is no regular file,
/// or has more than `limit` bytes.
std::expected<std::optional<std::string>, std::string> read_state_file(const std::filesystem::path& path,
                                                                       std::size_t limit);

/// Everything that can be read from an open file, from its beginning; at most `limit` bytes. Errors as above.
std::expected<std::string, std::string> read_state_file(int file, const std::filesystem::path& path, std::size_t limit);

/// Replaces `path` by a file with this content and mode 0600 that was synced before, so that who reads it finds the old
/// or the new one whole, whatever happens meanwhile. Makes folders that are missing (0700). Errors: the folder or the
/// file cannot be made, written or synced.
std::expected<void, std::string> replace_state_file(const std::filesystem::path& path, std::string_view content);

/// Makes the lock file `path` and its folders, and locks it while the descriptor is open; no descriptor where another
/// process holds the lock. Errors: it cannot be made.
std::expected<unique_descriptor, std::string> try_lock(const std::filesystem::path& path);

}  // namespace nowire::idf
