#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <unistd.h>

#include <utility>

namespace nowire {

/// A file descriptor that closes itself.
class unique_descriptor {
  public:
    unique_descriptor() = default;
    explicit unique_descriptor(int descriptor) : descriptor_(descriptor) {}
    unique_descriptor(unique_descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    unique_descriptor& operator=(unique_descriptor&& other) noexcept {
        unique_descriptor old(std::exchange(descriptor_, std::exchange(other.descriptor_, -1)));
        return *this;
    }
    ~unique_descriptor() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    int get() const { return descriptor_; }
    explicit operator bool() const { return descriptor_ >= 0; }

  private:
    int descriptor_ = -1;
};

}  // namespace nowire
