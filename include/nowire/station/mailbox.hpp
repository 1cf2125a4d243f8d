#pragma once

#include <nowire/station/driver.hpp>

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace nowire {

/// The inbox that a chip's ring buffer is: of `bytes` in all, of which a message takes its payload and `header`, and
/// `spare` always stay empty. MicroPython's ring has 14 and 2, its older one 8 and 1 (espnow module, ring buffer).
inbox::limits ring_limits(std::size_t bytes, std::size_t header, std::size_t spare);

/// What a mailbox counted since it was made; the names are those of MicroPython's espnow.stats().
struct mailbox_counters {
    std::uint64_t tx_packets = 0;    ///< sends that were taken, one for each peer
    std::uint64_t tx_responses = 0;  ///< of those the ones that have ended; stop() gives up the others
    std::uint64_t tx_failures = 0;   ///< of those the ones that nobody acknowledged
    std::uint64_t rx_packets = 0;    ///< messages that were put into the inbox
    std::uint64_t rx_dropped = 0;    ///< messages for which it had no room
};

/// How a mailbox is made.
struct mailbox_options {
    /// How many threads of the program use it: while that many wait in it, the air is told that the program has nothing
    /// to do (driver_options::users).
    unsigned users = 1;
    /// The longest message that send() takes, in bytes.
    std::size_t longest = 1470;
};

/// What ends a wait before its time.
enum class patience : std::uint8_t {
    patient,        ///< nothing else
    interruptible,  ///< a signal, interrupt(), and now and then nothing: errc::interrupted
};

/// What wait() waits for, and what it found.
struct mailbox_state {
    bool message = false;   ///< a message waits in the inbox
    bool writable = false;  ///< ESP-NOW is on, and every message that was sent has ended
    bool others = false;    ///< one of the descriptors that were given has events
};

/// A device as the Python-shaped programs of a chip use one: ESP-NOW is switched on and off, what is received waits in
/// a ring of the chip's size, sends are counted and waited for together. The rules are those of MicroPython's espnow
/// module for the ESP32, its faces in C++, C and Python only translate.
///
/// Its device receives in a thread of its own (station/driver.hpp), also while ESP-NOW is off; what comes then is
/// acknowledged, if an interface is up, and thrown away. All times are on the air's clock. Any thread may use it; what
/// has to wait throws std::logic_error where a handler calls it, which would wait for itself; send() without waiting
/// fails there at once with no_memory where no buffer is free.
///
/// Where the radio is gone and does not come back within 2 s, sending and receiving fail with errc::radio until it
/// does.
class mailbox {
    struct state;

  public:
    /// @param s  of the station's handlers those for messages and for the radio are the mailbox's from now on. Its
    ///           interfaces stay as they are.
    /// @throws std::system_error where the system has no more descriptors or threads.
    explicit mailbox(std::unique_ptr<station> s, const mailbox_options& options = {});
    /// Those that wait get errc::closed. Messages that were taken and not yet transmitted are lost; flush() waits.
    ~mailbox();
    mailbox(const mailbox&) = delete;
    mailbox& operator=(const mailbox&) = delete;

    /// Switches ESP-NOW on, with an empty inbox. Does nothing where it is on.
    void start(const inbox::limits& ring);
    /// Switches it off: its peers are gone, and the messages that nobody has read. Those who wait get errc::not_init.
    void stop();
    /// Whether it is on.
    bool is_started() const;

    /// Sends to a peer, or (nothing) to every peer that is no group; where all are groups to nobody, which is no error.
    /// @param wait  for the responses to all that was sent before, up to 100 ms, then to this one, up to 100 ms more.
    /// @returns whether nobody has failed to acknowledge since this one was handed over; always true where it does not
    /// wait.
    /// Errors, in this order: not_init; radio; timeout (what was sent before has not ended); argument (no payload, or
    /// too much); peer_not_found; interface_down; channel_mismatch; no_memory (for 2 s); packet_numbers; timeout (this
    /// one has not ended, and may still).
    std::expected<bool, error> send(const std::optional<mac_address>& to, std::span<const std::uint8_t> payload,
                                    bool wait);
    /// Waits until everything that was sent has ended, what was sent before stop() included.
    /// Errors: timeout.
    std::expected<void, error> flush(duration timeout);

    /// The oldest message that waits.
    /// @param timeout  zero: only looks; nothing: waits for ever.
    /// @param room  bytes that the caller has for it. Where it is larger, the whole inbox is cleared, as the chip's
    ///              ring is, and the error is buffer_too_small.
    /// Errors: not_init; timeout; buffer_too_small; interrupted; radio; closed.
    std::expected<message, error> receive(std::optional<duration> timeout, std::size_t room = SIZE_MAX,
                                          patience how = patience::patient);
    /// Bytes of the oldest message's payload; nothing: none waits.
    std::optional<std::size_t> next_size() const;
    /// Throws away what waits in the inbox.
    void clear();

    /// What there is now.
    mailbox_state look() const;
    /// Waits until one of what `wanted` names is so; where it names none, until the time is over.
    /// @param others  descriptors to wait for besides, as poll() takes them; their revents are set.
    /// @returns what there is, also where the time is over.
    /// Errors: interrupted; closed.
    std::expected<mailbox_state, error> wait(const mailbox_state& wanted, std::optional<duration> timeout,
                                             patience how = patience::patient, std::span<pollfd> others = {});
    /// Ends the interruptible waits that there are, or else the next one.
    void interrupt();

    /// For poll(): readable exactly while a message waits, writable exactly while every message that was sent has
    /// ended; neither while ESP-NOW is off. Nothing is to be read from it or written to it. The mailbox owns it.
    /// @throws std::system_error where the system has no more descriptors.
    int descriptor();

    /// Who waits for descriptor() in an event loop of his own has nothing to do until that changes: then the air is
    /// told so, as if he waited in this object. That holds until a message comes, a send ends or somebody calls the
    /// mailbox.
    void report_idle();
    /// Ends what report_idle() said, for a loop that has something to do after all, as when a timer of the station's
    /// clock is due. Takes no lock.
    void report_busy();

    /// Called by the mailbox's thread, with no lock held, once for each message that was put into the inbox. It may
    /// call what does not wait. An empty function: nobody. One that was replaced is not called again, but may be
    /// running still when this returns in another thread.
    void on_message(std::function<void()> handler);
    /// The same when a message that was sent has ended.
    void on_sent(std::function<void(const completion&)> handler);

    /// Counted since it was made; stop() and start() leave it.
    mailbox_counters counters() const;

    /// The air's time.
    time_point now() const;
    /// The air's time when it was made.
    time_point began() const;

    /// Calls `use(station&)` under the lock, as driver::with() does: for peers, keys, interfaces and channels.
    template <class Use>
    auto with(Use&& use) {
        return driver_of(*this).with(std::forward<Use>(use));
    }

  private:
    static driver& driver_of(mailbox& m);

    std::unique_ptr<state> state_;
};

}  // namespace nowire
