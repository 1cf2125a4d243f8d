#pragma once

#include "boards/process.hpp"

#include <nowire/air/unique_descriptor.hpp>
#include <nowire/frame/mac_address.hpp>
#include <nowire/frame/time.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nowire::boards {

/// The status with which an ESP-IDF program ends that goes to deep sleep (include/nowire/esp_idf/esp_sleep.h).
constexpr int deep_sleep_status = 86;

/// One board: a program with a name, an address and a memory that outlives its process.
class node {
  public:
    struct setup {
        std::string program;
        std::string name;
        mac_address address;
        std::string socket;                 ///< the air's
        std::filesystem::path folder;       ///< for what the board keeps: NVS, RTC memory, packet numbers
        std::optional<std::uint64_t> seed;  ///< of its random values; nothing: they are random
        bool wakes = false;                 ///< whether somebody is to be asked before a deep sleep
        std::string radio_parameters = {};  ///< more of its radio's URL: "&x=3"
        std::vector<std::string> arguments = {};
        std::vector<std::pair<std::string, std::string>> environment = {};
    };
    /// A board without power; the folder is made, and what a deep sleep left in it is gone.
    /// @throws std::filesystem::filesystem_error if the folder cannot be made.
    explicit node(setup s);

    const std::string& name() const { return setup_.name; }
    const std::string& program() const { return setup_.program; }
    const mac_address& address() const { return setup_.address; }

    /// The power was off: what a deep sleep left is gone.
    void forget_sleep() const;
    /// Power on, or the end of a sleep. @throws std::system_error if the process cannot be made.
    void start();
    /// Its process while it runs, and afterwards until the next start().
    boards::process& process() { return *process_; }
    bool has_process() const { return process_.has_value(); }

    /// Readable when it may be about to go to deep sleep; -1: it cannot be any more.
    int sleep_descriptor() const { return sleep_.get(); }
    /// Whether it is about to, and waits to be let go; never blocks.
    bool wants_to_sleep();
    /// Lets it end now.
    void let_sleep() { sleep_ = unique_descriptor(); }

    /// When the deep sleep ends with which its process ended, on the air's clock; nothing: never, or nobody knows.
    std::optional<time_point> wake_time() const;

  private:
    std::filesystem::path rtc_file() const { return setup_.folder / "rtc"; }

    setup setup_;
    unique_descriptor sleep_;
    std::optional<boards::process> process_;
};

}  // namespace nowire::boards
