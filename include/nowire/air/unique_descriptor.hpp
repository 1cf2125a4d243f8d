#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <unistd.h>

#include <utility>

namespace nowire {

/// A file descriptor that closes itself. Not thread-safe.
class unique_descriptor {
  public:
    unique_descriptor() = default;  ///< none
    /// Takes `descriptor` over; a negative one is none.
    explicit unique_descriptor(int descriptor) : descriptor_(descriptor) {}
    /// Leaves none in `other`.
    unique_descriptor(unique_descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    /// Closes what it had and leaves none in `other`.
    unique_descriptor& operator=(unique_descriptor&& other) noexcept {
        unique_descriptor old(std::exchange(descriptor_, std::exchange(other.descriptor_, -1)));
        return *this;
    }
    ~unique_descriptor() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    /// The descriptor, -1 where there is none; it stays this object's to close.
    int get() const { return descriptor_; }
    /// Whether there is one.
    explicit operator bool() const { return descriptor_ >= 0; }

  private:
    int descriptor_ = -1;
};

}  // namespace nowire
