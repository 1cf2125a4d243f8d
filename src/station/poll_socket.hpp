#pragma once

#include <nowire/air/unique_descriptor.hpp>

namespace nowire::detail {

/// A descriptor that poll() finds readable and writable just as it is told, each by itself. An eventfd cannot do that:
/// it always is writable.
class poll_socket {
  public:
    /// Neither readable nor writable to begin with.
    /// @throws std::system_error where the system has no more descriptors.
    poll_socket();

    void set_readable(bool on);
    void set_writable(bool on);
    int get() const { return shown_.get(); }

  private:
    unique_descriptor shown_;
    unique_descriptor other_;
    bool readable_ = false;
    bool writable_ = true;
};

}  // namespace nowire::detail
