#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

/// What tests of files need.
namespace nowire::test {

/// An empty folder (0700) that is removed with all it holds.
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

std::string read_text(const std::filesystem::path& path);
void write_text(const std::filesystem::path& path, std::string_view text, mode_t mode = 0600);
/// The permission bits of `path`.
mode_t mode_of(const std::filesystem::path& path);

/// Starts a child process that runs `work` and ends; returns its id. What `work` throws makes it end with status 1.
pid_t start_process(const std::function<void()>& work);
/// Waits for it; true if it ended by itself with status 0.
bool finished_well(pid_t child);

/// What `work` returns when it runs in a process that file modes can refuse something: as root, one of the user nobody,
/// who is made the owner of `folder` before; else this one.
std::string as_ordinary_user(const std::filesystem::path& folder, const std::function<std::string()>& work);

}  // namespace nowire::test
