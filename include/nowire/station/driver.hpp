#pragma once

#include <nowire/station/station.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace nowire {

/// How a driver waits.
struct driver_options {
    /// How many threads of the program use the driver: while that many wait in its send(), receive() or sleep_until(),
    /// and no handler runs, the air is told that the program has nothing to do, so that one that runs ahead of real
    /// time may go on. 0: it is never told, and such an air holds to real time.
    unsigned users = 0;
    /// Says so instead of `users`, for who builds waiting of his own on driver::lock. Asked under the lock, whenever
    /// that is released; must not call the driver.
    std::function<bool()> is_idle{};
    /// Takes the handlers that are due and has them called, in their order and with no lock held, by another thread
    /// than the driver's, which goes on meanwhile: there a handler may wait for what the driver does. Called under the
    /// lock; must not call the driver.
    std::function<void(std::vector<std::function<void()>>)> hand_over{};
};

/// Runs a station in a thread of its own, so that it receives while the program computes or sleeps, as on the chip, and
/// lets any thread use it. One lock guards the station; handlers run in the driver's thread with no lock held, so they
/// may call anything but the destructor and the blocking send() and receive(). While one runs nothing is received, as
/// in the chip's Wi-Fi task: keep them short. An exception that leaves a handler ends the program, as one does that
/// leaves a thread. A handler that was replaced is not called again, but it may be running still when on_message()
/// returns in another thread.
///
/// The thread takes no signals: those go to the program's threads. After a fork() the child has no such thread: it may
/// call exec and _exit, but nothing of a driver, the destructor included. Whoever ends the program with exit() from
/// inside a handler must not have the driver in a static object, since its destructor would wait for that handler.
///
/// The thread waits with poll(): the time of an air in this process is moved by somebody else, as by a test that runs
/// its simulation inside with().
class driver {
    struct state;

  public:
    /// @throws std::system_error where the system has no more descriptors or threads.
    explicit driver(std::unique_ptr<station> s, const driver_options& options = {});
    /// Ends the thread after the handler that is running, if any. No handler runs afterwards. Other threads that still
    /// wait in send(), receive() or sleep_until() get errc::closed.
    ~driver();
    driver(const driver&) = delete;
    driver& operator=(const driver&) = delete;

    /// As the station's, from any thread but the driver's own: the driver's thread does the work, the caller waits.
    /// Buffers and messages go to those who wait for them in the order in which they came.
    /// Errors: station::send()'s and receive()'s; closed.
    /// @throws std::logic_error from a handler, which would wait for itself.
    std::expected<completion, error> send(const mac_address& destination, std::span<const std::uint8_t> payload,
                                          std::optional<duration> timeout = std::nullopt);
    /// As station::receive(), from any thread but the driver's own. Errors: timeout; closed.
    /// @throws std::logic_error from a handler.
    std::expected<message, error> receive(std::optional<duration> timeout = std::nullopt);

    /// Waits until the air's clock shows `when`, from any thread but the driver's own. Errors: closed.
    /// @throws std::logic_error from a handler.
    std::expected<void, error> sleep_until(time_point when);
    /// The same for `d` from now on. Errors: closed.
    /// @throws std::logic_error from a handler.
    std::expected<void, error> sleep_for(duration d);

    /// Holds a driver's lock, for what with() is too narrow for: queues, delays and the like that a program makes of
    /// its own. On release what was started is pushed out, and the air told if there is nothing to do. Who holds it
    /// must not call with() or a blocking member of the driver. Belongs to the thread that made it.
    class lock {
      public:
        /// Waits for the lock.
        explicit lock(driver& d);
        ~lock();
        lock(const lock&) = delete;
        lock& operator=(const lock&) = delete;

        /// The driver's station; its blocking members must not be called.
        nowire::station& station() const;
        /// Releases the lock, waits until `woken` is notified, and takes it again. It may return without that, as
        /// std::condition_variable::wait() may.
        void wait(std::condition_variable& woken);
        /// The same for at most `limit` of real time. @returns whether it returned before that.
        bool wait_for(std::condition_variable& woken, std::chrono::milliseconds limit);

      private:
        void before_release();

        state& state_;
        std::unique_lock<std::mutex> held_;
    };

    /// Calls `use(station&)` under the lock, in the caller's thread, and returns what it returns. It must not call a
    /// blocking member, nor anything of this driver.
    template <class Use>
    auto with(Use&& use) {
        const lock guard(*this);
        return std::forward<Use>(use)(guard.station());
    }

  private:
    std::unique_ptr<state> state_;
};

}  // namespace nowire
