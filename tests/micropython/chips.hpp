#pragma once

#include "radio/hub_world.hpp"
#include "station/station_fake_radio.hpp"

#include <nowire/micropython/espnow.hpp>
#include <nowire/station/chip.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>

/// Chips for the tests of the Python-shaped faces.
namespace nowire::test {

using namespace std::chrono_literals;

inline constexpr mac_address own_mac({0x02, 0, 0, 0, 0, 0x10});
inline constexpr mac_address bob_mac({0x02, 0, 0, 0, 0, 0x20});
inline constexpr mac_address eve_mac({0x02, 0, 0, 0, 0, 0x30});

/// The MPDU of a message of up to 1490 bytes.
std::vector<std::uint8_t> mpdu_of(const mac_address& source, const mac_address& destination, std::string_view text);

/// A chip on a radio without an air: the test says what it hears, how its transmits end, and what time it is.
class fake_chip {
  public:
    fake_chip() : fake_chip(std::make_unique<fake_radio>(own_mac)) {}
    /// Ends what has not ended, for which the chip would wait, while no time passes.
    ~fake_chip();
    fake_chip(const fake_chip&) = delete;
    fake_chip& operator=(const fake_chip&) = delete;

    /// Works on the radio, under the lock.
    template <class Use>
    auto with_radio(Use use) {
        return it.mailbox().with([&](station&) { return use(*radio_); });
    }
    /// Has it hear a message, and waits until that is in the ring or dropped, and its handlers were called.
    void hear(std::string_view text, const mac_address& from = bob_mac);
    /// The same without waiting, as where ESP-NOW is off.
    void hear_only(std::string_view text, const mac_address& from = bob_mac);
    void advance(duration d) {
        with_radio([d](fake_radio& r) { r.advance(d); });
    }
    /// Switches the station interface on.
    void up() { micropython::WLAN(it).active(true); }
    /// What it sent so far, without the header.
    std::size_t sent() {
        return with_radio([](fake_radio& r) { return r.sent.size(); });
    }
    /// The receiver of the last one.
    mac_address sent_to();
    /// Ends each transmit from now on so; nothing: none ends.
    void answer(std::optional<tx_status> how);
    /// Waits until so many messages came or were dropped since the chip began.
    bool has_heard(std::uint64_t count);
    /// Waits until the chip's thread has called the handlers of what it has processed so far.
    void finish_handlers();

  private:
    explicit fake_chip(std::unique_ptr<fake_radio> r) : radio_(r.get()), it(std::move(r)) {}
    fake_radio* radio_;

  public:
    chip it;
};

/// Lets a fake chip's time pass while it lives.
class passing_time {
  public:
    explicit passing_time(fake_chip& c, duration step = 5ms);
    ~passing_time();
    passing_time(const passing_time&) = delete;
    passing_time& operator=(const passing_time&) = delete;

  private:
    std::atomic<bool> over_ = false;
    std::thread thread_;
};

/// A hub, and chips on its air whose stations are up. Its time is slow, so that a busy machine answers within 100 ms of
/// it.
struct hub_of_chips {
    explicit hub_of_chips(std::vector<std::string> options = {"--speed", "0.2"})
        : hub(folder / "air", std::move(options)) {}

    std::string url(const std::string& name) const { return "air:" + hub.socket() + "?name=" + name; }
    /// One with its station interface up.
    std::unique_ptr<chip> join(const std::string& name) const;

    temporary_folder folder;
    hub_process hub;
};

/// Looks again and again, for what nothing waits for.
template <class Condition>
bool eventually(Condition so) {
    return becomes_true(so);
}

}  // namespace nowire::test

/// Expects an os_error with this number and name.
#define EXPECT_OS_ERROR(statement, wanted_number, wanted_name)            \
    try {                                                                 \
        statement;                                                        \
        ADD_FAILURE() << #statement " throws nothing";                    \
    } catch (const nowire::micropython::os_error& e) {                    \
        EXPECT_EQ(e.number(), wanted_number) << #statement;               \
        EXPECT_EQ(e.name(), std::string_view(wanted_name)) << #statement; \
    }

/// Expects an exception of this type with this text.
#define EXPECT_THROW_TEXT(statement, type, text)       \
    try {                                              \
        statement;                                     \
        ADD_FAILURE() << #statement " throws nothing"; \
    } catch (const type& e) {                          \
        EXPECT_STREQ(e.what(), text) << #statement;    \
    }
