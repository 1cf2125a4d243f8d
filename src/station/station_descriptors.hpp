#pragma once

#include <nowire/air/unique_descriptor.hpp>

namespace nowire::detail {

/// A descriptor that is readable exactly while it is set.
class signal_descriptor {
  public:
    /// @throws std::system_error where the system has no more descriptors.
    signal_descriptor();

    void set(bool on);
    bool is_set() const { return set_; }
    int get() const { return descriptor_.get(); }

  private:
    unique_descriptor descriptor_;
    bool set_ = false;
};

/// One descriptor that is readable while one of several is. It does not own those.
class descriptor_set {
  public:
    /// @throws std::system_error where the system has no more descriptors.
    descriptor_set();

    /// @throws std::system_error where `descriptor` is none that can be polled.
    void add(int descriptor);
    int get() const { return descriptor_.get(); }

  private:
    unique_descriptor descriptor_;
};

}  // namespace nowire::detail
