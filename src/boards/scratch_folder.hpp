#pragma once

#include <filesystem>
#include <string>

namespace nowire::boards {

/// A new folder for temporary files, this user's alone, that is removed with all in it when this object goes.
class scratch_folder {
  public:
    /// @param name  of what its own name begins with
    /// @param keep  whether it stays
    /// @throws std::system_error if it cannot be made
    explicit scratch_folder(const std::string& name, bool keep = false);
    ~scratch_folder();
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    bool keep_;
};

}  // namespace nowire::boards
