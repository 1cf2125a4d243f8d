#pragma once

#include "support/files.hpp"

#include <nowire/air/unique_descriptor.hpp>
#include <nowire/radio/hub_radio.hpp>

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What tests of the hub have in common: real hubs, real clients, and nothing that sleeps.
namespace nowire::test {

/// The longest that anything a test waits for may take.
inline constexpr std::chrono::seconds patience{20};

/// A hub of the test's own, listening. It ends with this process, also if that crashes.
class hub_process {
  public:
    /// @throws std::runtime_error with what it said if it does not listen.
    explicit hub_process(std::string socket, std::vector<std::string> options = {});
    ~hub_process();
    hub_process(const hub_process&) = delete;
    hub_process& operator=(const hub_process&) = delete;

    const std::string& socket() const { return socket_; }
    pid_t pid() const { return pid_; }
    void signal(int number) const;
    /// Waits for its end. @returns its exit status, or minus the signal that killed it.
    int wait();
    int kill() {
        signal(9);
        return wait();
    }

    /// Runs nowire-air to its end. @returns its exit status, and in `said` what it wrote to stderr.
    static int run(const std::vector<std::string>& options, std::string& said);

  private:
    std::string socket_;
    pid_t pid_ = -1;
};

/// A process that runs a function of the test, without gtest around it, and ends with the test as a hub does.
class child_process {
  public:
    /// @param body  gets a descriptor to write reports to; its result is the exit status
    explicit child_process(const std::function<int(int report)>& body);
    ~child_process();
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;

    pid_t pid() const { return pid_; }
    /// The next line that it reports; empty: it ended, or took too long.
    std::string line();
    void signal(int number) const;
    int wait();

  private:
    unique_descriptor reports_;
    std::string read_;
    pid_t pid_ = -1;
};
void report(int to, const std::string& line);

/// A radio of a hub, and all that it told.
class member final : public radio_handler {
  public:
    explicit member(std::unique_ptr<hub_radio> r) : radio(std::move(r)) { radio->set_handler(this); }

    /// Transmits an action frame with this body, or of this size.
    std::uint64_t send(const mac_address& to, const std::string& text, std::uint8_t retries = default_retries,
                       rate r = rate::ofdm_54m);
    mac_address mac() const { return radio->identity().station; }
    const tx_done* answer_to(std::uint64_t token) const;
    std::size_t count(const std::string& text) const;

    std::unique_ptr<hub_radio> radio;
    struct reception {
        std::string text;
        rx_info info;
    };
    std::vector<reception> heard;
    std::vector<tx_done> done;
    std::vector<std::string> events;  ///< "lost" and "restored", in their order among "done" and "heard"
    std::string why;                  ///< it was lost
    std::function<void()> when_lost;
    std::function<void()> when_heard;

  private:
    void on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) override;
    void on_transmit_done(const tx_done& d) override;
    void on_lost(const error& e) override;
    void on_restored() override;

    std::uint64_t last_token_ = 0;
};

/// A member of the air at `socket`. @throws std::runtime_error
std::unique_ptr<member> join(const std::string& socket, const std::string& name, hub_radio_options options = {});

/// Dispatches what is ready until `done` says so. @returns whether it did in time.
bool run_until(const std::vector<member*>& members, const std::function<bool()>& done,
               std::chrono::milliseconds limit = patience);

/// Asks something again and again until it is so; for what no descriptor tells, such as a hub's status.
bool becomes_true(const std::function<bool()>& is_so, std::chrono::milliseconds limit = patience);

}  // namespace nowire::test
