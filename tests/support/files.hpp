#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// What tests of files need.
namespace nowire::test {

/// An empty folder (0700) that is removed with all it holds, also with what was made unreadable.
class temporary_folder {
  public:
    temporary_folder();
    ~temporary_folder();
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

/// @throws std::runtime_error if it cannot be read; so do the others.
std::string content_of(const std::filesystem::path& file);
std::vector<std::uint8_t> bytes_in(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, std::string_view text, mode_t mode = 0600);
/// The permission bits of `path`.
mode_t mode_of(const std::filesystem::path& path);

}  // namespace nowire::test
