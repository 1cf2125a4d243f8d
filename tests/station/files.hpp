#pragma once

#include "support/files.hpp"

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>

/// What tests of files and their rights need.
namespace nowire::test {

/// Starts a child process that runs `work` and ends; returns its id. What `work` throws makes it end with status 1.
pid_t start_process(const std::function<void()>& work);
/// Waits for it; true if it ended by itself with status 0.
bool finished_well(pid_t child);

/// What `work` returns when it runs in a process that file modes can refuse something: as root, one of the user nobody,
/// who is made the owner of `folder` before; else this one.
std::string as_ordinary_user(const std::filesystem::path& folder, const std::function<std::string()>& work);

}  // namespace nowire::test
