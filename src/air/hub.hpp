#pragma once

#include "air/hub_client.hpp"
#include "air/hub_companion.hpp"
#include "air/hub_listener.hpp"
#include "air/hub_log.hpp"
#include "air/real_timer.hpp"

#include <nowire/air/hub_pace.hpp>
#include <nowire/air/medium.hpp>
#include <nowire/air/recording.hpp>
#include <nowire/air/unique_descriptor.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace nowire::air {

class hub_capture;
class hub_recording;

struct hub_options {
    recording::setting air;
    /// Above real_speed: time runs ahead while every client is idle, up to this speed. standing: without a limit.
    air::speed speed = real_speed;
    /// Time stands at its beginning until so many radios have come.
    std::size_t radios = 0;
    /// Ends by itself when no radio has been on the air for so long.
    std::optional<std::chrono::milliseconds> exit_when_empty;
    /// The program around the hub, which lives longer than it; nullptr: the hub is a program. With a companion, speed
    /// is `standing`, signals are the companion's, and who cannot say when it is idle is not waited for.
    hub_companion* companion = nullptr;
};

/// One medium for processes: an event loop around the medium, whose virtual time it paces, and the clients. What is due
/// on the air happens in the order of its times, however late the loop wakes up. Each client has a bounded turn in each
/// round.
class hub final : public hub_services {
  public:
    /// How long a connection may take to say hello, and how many may be without one.
    static constexpr std::chrono::seconds hello_patience{5};
    static constexpr std::size_t unknown_limit = 512;

    /// @param capture  nothing: no frames are written down
    /// @param recording  nothing: what comes in is not kept
    /// @throws std::system_error if the kernel has no descriptors left.
    hub(hub_options options, hub_listener listener, std::unique_ptr<hub_capture> capture,
        std::unique_ptr<hub_recording> recording);
    ~hub() override;

    /// Serves until SIGTERM, SIGINT, SIGHUP, a client's stop, end(), or exit_when_empty.
    void run();
    /// Lets the hub call hub_companion::on_wake(), from any thread.
    void wake() const;

    air::medium& medium() override { return medium_; }
    protocol::welcome welcome() const override;
    void radio_asked(radio_id radio, const protocol::client_message& what) override;
    void client_joined(hub_client& client) override;
    void client_left(hub_client& client) override;
    void client_refused() override { ++refused_; }
    void client_dropped() override { ++dropped_; }
    void client_changed(hub_client& client) override { changed_.push_back(client.id()); }
    void send_status(hub_queue& to) override;
    void end(const std::string& why) override;
    void say(const std::string& line) override { log_.say(line); }

  private:
    // hub_advance.cpp: how far time goes
    void advance();
    void advance_medium(time_point to);
    std::optional<time_point> next_step();
    std::optional<time_point> next_for_anybody() const;
    void choose_mode();
    void tell_mode();
    bool is_anybody_busy() const;
    std::optional<time_point> next_step_with_companion();
    pace client_pace() const;
    void set_pace(speed s);
    static speed paced_speed(speed wanted);

    void accept_some();
    void accept_one(unique_descriptor socket);
    void pause_accepting();
    void flush_clients();
    void flush(std::uint64_t id);
    void watch(hub_client& client);
    void look_at_deadlines(real_time now);
    void set_timer();
    hub_client* find(std::uint64_t id);
    void on_event(std::uint64_t id, std::uint32_t events);
    void take_signal();
    void take_wake();

    hub_options options_;
    hub_listener listener_;
    std::unique_ptr<hub_capture> capture_;
    std::unique_ptr<hub_recording> recording_;
    air::medium medium_;
    /// Of the time: what it follows, or while it is stepped the limit of its speed.
    pace pace_;
    bool started_ = false;  ///< as many radios have come as were awaited
    /// Time goes from event to event while every client is idle, and theirs stands meanwhile.
    bool stepping_ = false;
    bool held_ = false;         ///< a client that cannot say when it is idle keeps it from that
    speed told_ = real_speed;   ///< of the pace that clients believe in
    std::optional<pace> busy_;  ///< how time passes while a client is busy
    duration slipped_{};
    std::uint64_t id_;
    hub_log log_;

    unique_descriptor epoll_;
    real_timer timer_;
    unique_descriptor signals_;  ///< none with a companion
    unique_descriptor wake_;     ///< none without

    struct connection {
        std::unique_ptr<hub_client> client;
        std::uint32_t watched = 0;  ///< events that epoll was asked for
    };
    std::unordered_map<std::uint64_t, connection> clients_;
    std::uint64_t last_client_;
    std::vector<std::uint64_t> changed_;  ///< in this round, in the order in which they were told something
    std::vector<std::uint64_t> waiting_;  ///< who is told at the end of the next round, which comes at once
    struct unknown_client {
        std::uint64_t id;
        real_time limit;
    };
    std::deque<unknown_client> unknown_;  ///< in the order in which they came; some may have said hello meanwhile
    std::size_t radios_ = 0;
    bool lost_somebody_ = false;  ///< in this round
    std::optional<real_time> empty_since_;
    std::optional<real_time> accept_again_;
    std::uint64_t refused_ = 0;
    std::uint64_t dropped_ = 0;
    std::optional<std::string> ended_;
};

}  // namespace nowire::air
