#pragma once

#include <nowire/station/station.hpp>

#include <memory>
#include <utility>

namespace nowire {

/// Runs a station in a thread of its own, so that it receives while the program computes or sleeps, as on the chip, and
/// lets any thread use it. One lock guards the station; handlers run in the driver's thread with no lock held, so they
/// may call anything but the destructor.
class driver {
  public:
    explicit driver(std::unique_ptr<station> s);
    /// Ends the thread after the handler that is running, if any. No handler runs afterwards.
    ~driver();
    driver(const driver&) = delete;
    driver& operator=(const driver&) = delete;

    /// As the station's, from any thread but the driver's own: the driver's thread does the work, the caller waits.
    std::expected<completion, error> send(const mac_address& destination, std::span<const std::uint8_t> payload,
                                          std::optional<duration> timeout = std::nullopt);
    std::expected<message, error> receive(std::optional<duration> timeout = std::nullopt);

    /// Calls `use(station&)` under the lock, in the caller's thread, and returns what it returns. It must not call a
    /// blocking member.
    template <class Use>
    auto with(Use&& use) {
        const locked guard(*this);
        return std::forward<Use>(use)(guard.station());
    }

  private:
    struct state;
    /// Holds the lock; on release whatever the caller started is pushed out and the thread woken.
    class locked {
      public:
        explicit locked(driver& d);
        ~locked();
        locked(const locked&) = delete;
        locked& operator=(const locked&) = delete;
        nowire::station& station() const;

      private:
        state& state_;
    };
    std::unique_ptr<state> state_;
};

}  // namespace nowire
