#pragma once

namespace nowire::idf::freertos {

/// While this lives the calling task runs a callback as an interrupt of the chip would: xPortInIsrContext() is true,
/// waiting aborts, and whom it wakes has the core when it has ended. To be made and destroyed with no lock held.
class interrupt {
  public:
    interrupt();
    ~interrupt();
    interrupt(const interrupt&) = delete;
    interrupt& operator=(const interrupt&) = delete;

  private:
    bool was_in_one_;
};

}  // namespace nowire::idf::freertos
