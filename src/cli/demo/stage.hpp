#pragma once

#include "boards/process.hpp"
#include "cli/demo/broker.hpp"
#include "cli/demo/ledger.hpp"
#include "cli/demo/observer.hpp"
#include "cli/demo/roles.hpp"
#include "cli/demo/table.hpp"

#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nowire::cli::demo {

struct demo_options {
    unsigned seconds = 15;
    std::string pcap = "demo.pcapng";
    /// See observer: "thermo#3".
    std::string lose;
    bool keep = false;
};

/// Broker, air, gateway and devices, each a process of its own, and what they tell.
class stage {
  public:
    stage(const demo_options& options, const std::filesystem::path& folder);

    /// Starts everything. @returns what went wrong.
    std::expected<void, std::string> open();
    /// Lets it run and shows it, until the time is over or `stop` (a descriptor) is readable.
    /// @returns a process that ended by itself, which none should.
    std::optional<std::string> play(int stop, table& shown);
    /// Ends it in order: no more commands, devices finish what they began, then gateway, air and broker.
    void close(table& shown);
    /// Reads the logs back.
    ledger read_logs() const;

  private:
    struct player {
        const cast_member* who;
        boards::process device;
        table_row row;
        bool ready = false;          ///< it has answered a hello, or is not commanded
        std::uint64_t commands = 0;  ///< given
        std::uint64_t obeyed = 0;
        std::chrono::steady_clock::time_point next_command;
    };

    std::vector<std::string> program(std::initializer_list<std::string> arguments) const;
    std::filesystem::path log_of(const cast_member& who) const;
    std::expected<void, std::string> start_air();
    std::expected<void, std::string> start_gateway();
    void start_devices();
    void write_keys() const;
    std::vector<table_row> rows() const;
    void read_device(player& p, table& shown);
    void give_commands();
    /// Reads what the devices tell until `done`, or `limit` or `stop` come.
    template <class Done>
    bool listen(Done done, std::chrono::steady_clock::time_point limit, int stop, table& shown);
    std::optional<std::string> somebody_died();

    demo_options options_;
    std::filesystem::path folder_;
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point end_;
    bool commanding_ = true;
    std::optional<broker> broker_;
    std::optional<boards::process> air_;
    std::unique_ptr<observer> observer_;
    std::optional<boards::process> gateway_;
    std::vector<player> players_;
};

}  // namespace nowire::cli::demo
