#pragma once

namespace nowire::cli {

/// SIGINT and SIGTERM as a descriptor: blocked while this lives, and readable when one has come. Make one before any
/// thread, so that all of them have the signals blocked.
class stop_signals {
  public:
    stop_signals();
    ~stop_signals();
    stop_signals(const stop_signals&) = delete;
    stop_signals& operator=(const stop_signals&) = delete;

    int descriptor() const { return descriptor_; }

  private:
    int descriptor_;
};

}  // namespace nowire::cli
