#pragma once

#include <nowire/micropython/error.hpp>
#include <nowire/micropython/values.hpp>
#include <nowire/station/chip.hpp>

#include <optional>

namespace nowire::micropython {

inline constexpr int STA_IF = 0;  ///< the interface of a client, WLAN.IF_STA
inline constexpr int AP_IF = 1;   ///< the interface of an access point, WLAN.IF_AP

/// network.WLAN as far as ESP-NOW needs it: an interface of a chip. It keeps nothing itself: two objects of one
/// interface are the same. Any thread may use it.
class WLAN {
  public:
    /// What config() sets by name: `w.config({.channel = 6})`.
    struct settings {
        maybe_integer channel = {};  ///< of the chip, on which both interfaces are
        maybe_bytes mac = None;      ///< of this interface: 6 bytes, no group
    };

    /// The interface of the process's own chip.
    /// @throws value_error for a number that is none of the two, std::system_error as chip::standard() does.
    explicit WLAN(int interface = STA_IF);
    /// The interface of `on`, which must outlive this.
    /// @throws value_error for a number that is none of the two.
    explicit WLAN(chip& on, int interface = STA_IF);

    /// Whether the interface is up.
    bool active() const;
    /// Switches it on or off. What is off hears and acknowledges nothing.
    /// @returns whether it is up now.
    /// @throws os_error where another radio of the air has its address (98, EADDRINUSE).
    bool active(bool up);
    /// Sets what is given, whether or not the interface is up.
    /// @throws value_error for an address that is not 6 bytes, type_error for one that is no bytes, os_error for one
    /// that cannot be had and a channel that there is not (-258, ESP_ERR_INVALID_ARG; 98, EADDRINUSE).
    void config(const settings& what);
    /// config('mac').
    mac_address mac() const;
    /// config('channel').
    int channel() const;

  private:
    chip* chip_;
    int interface_;
};

}  // namespace nowire::micropython
