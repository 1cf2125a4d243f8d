#include "radio/setup_check.hpp"

#include <nowire/radio/identity.hpp>
#include <nowire/radio/simulation.hpp>
#include <nowire/radio/timer_queue.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace nowire {

namespace {

class simulated_radio;

}  // namespace

struct simulation::state {
    explicit state(air::medium_options options) : medium(std::move(options)) {}

    /// Lets the next thing happen if it is due by `limit`, else time pass to `limit`. What is on the air goes before
    /// timers of the same time, so whoever wakes up at that time knows of it.
    bool step(time_point limit) {
        const auto on_air = medium.next_event();
        const auto timer = timers.next();
        if (timer && *timer <= limit && (!on_air || *timer < *on_air)) {
            medium.advance_to(*timer);
            return timers.run_one(medium.now(), timers.next_id());
        }
        return medium.step_to(limit);
    }

    bool is_anything_to_come() const { return medium.next_event() || timers.next(); }
    bool is_air_due() const {
        const auto next = medium.next_event();
        return next && *next <= medium.now();
    }

    air::medium medium;
    timer_queue timers;
    std::size_t radios_made = 0;
    bool running = false;
    std::vector<simulated_radio*> polled;  ///< those whose descriptor somebody has asked for
};

namespace {

/// One radio of a simulation, its clock, and what the medium tells it.
class simulated_radio final : public radio, public clock, private air::medium_listener {
  public:
    /// `as` must have a station address that is nobody's yet.
    simulated_radio(simulation::state& sim, air::medium_radio as)
        : sim_(sim),
          identity_{
              .name = as.name, .station = *as.setup.station, .soft_ap = as.setup.station->plus(1), .on = as.setup.on},
          setup_(as.setup),
          id_(*sim.medium.join(std::move(as), *this)) {}

    ~simulated_radio() override {
        sim_.medium.leave(id_);
        sim_.timers.cancel_all(this);
        if (descriptor_ < 0) return;
        std::erase(sim_.polled, this);
        ::close(descriptor_);
    }
    simulated_radio(const simulated_radio&) = delete;
    simulated_radio& operator=(const simulated_radio&) = delete;

    radio_capabilities capabilities() const override {
        return {.acks_for_us = true,
                .reports_ack = true,
                .retries = true,
                .sets_rate = true,
                .keeps_sequence_number = true,
                .gives_fcs = true,
                .gives_rssi = true,
                .gives_time = true,
                .max_mpdu = air::max_mpdu};
    }
    radio_identity identity() const override { return identity_; }
    void set_handler(radio_handler* handler) override { handler_ = handler; }

    void transmit(nowire::transmit what) override {
        sim_.medium.transmit(id_, std::move(what));
        show_readiness();
    }

    std::expected<void, error> configure(const radio_setup& setup) override {
        if (auto objection = objection_to(setup); !objection.empty())
            return std::unexpected(error{errc::argument, std::move(objection)});
        for (const auto& address : {setup.station, setup.soft_ap}) {
            if (!address || address == setup_.station || address == setup_.soft_ap) continue;
            if (auto refusal = refusal_of(sim_.medium, *address)) return std::unexpected(std::move(*refusal));
        }
        sim_.medium.configure(id_, setup);
        setup_ = setup;
        return {};
    }

    void set_promiscuous(bool on) override { sim_.medium.set_promiscuous(id_, on); }
    void set_tx_power(int dbm) override { sim_.medium.set_tx_power(id_, dbm); }
    nowire::clock& clock() override { return *this; }

    int descriptor() const override {
        if (descriptor_ < 0) {
            descriptor_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
            if (descriptor_ < 0)
                throw std::system_error(errno, std::generic_category(), "eventfd for the radio " + identity_.name);
            // The list holds radios that may change; that this one has a descriptor is no change of what it is.
            sim_.polled.push_back(const_cast<simulated_radio*>(this));
            show_readiness();
        }
        return descriptor_;
    }

    void dispatch() override;
    void wait_until(std::optional<time_point> deadline) override;

    time_point now() const override { return sim_.medium.now(); }
    timer_id call_at(time_point when, std::function<void()> what) override {
        const auto id = sim_.timers.add(
            when,
            [this, what = std::move(what)] {
                was_told_ = true;
                what();
            },
            this);
        show_readiness();
        return id;
    }
    bool cancel(timer_id id) override {
        const bool cancelled = sim_.timers.cancel(id);
        show_readiness();
        return cancelled;
    }

    /// Makes the descriptor readable or not. While time moves nobody polls: whoever moves it does this at the end.
    void show_readiness() const {
        if (descriptor_ < 0 || sim_.running) return;
        const bool ready = sim_.timers.is_due(this, now()) || sim_.is_air_due();
        if (ready == is_readable_) return;
        is_readable_ = ready;
        eventfd_t value = 1;
        if (ready)
            ::eventfd_write(descriptor_, value);
        else
            ::eventfd_read(descriptor_, &value);
    }

    /// refused, if `address` is a radio's.
    static std::optional<error> refusal_of(const air::medium& medium, const mac_address& address) {
        const auto owner = medium.owner_of(address);
        if (!owner) return std::nullopt;
        return error{errc::refused, address.to_string() + " is already the address of \"" + *owner +
                                        "\" on this air; each radio must have its own"};
    }

  private:
    void on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) override {
        if (!handler_) return;
        was_told_ = true;
        handler_->on_receive(mpdu, info);
    }
    void on_transmit_done(const tx_done& done) override {
        if (!handler_) return;
        was_told_ = true;
        handler_->on_transmit_done(done);
    }

    simulation::state& sim_;
    radio_identity identity_;
    radio_setup setup_;
    air::radio_id id_;
    radio_handler* handler_ = nullptr;
    bool was_told_ = false;
    mutable int descriptor_ = -1;
    mutable bool is_readable_ = false;
};

/// Held while time moves, which nobody who is being told something may do.
class run {
  public:
    explicit run(simulation::state& sim) : sim_(sim) {
        if (sim_.running)
            throw std::logic_error("a handler or timer of a simulated radio must not dispatch, wait or move time");
        sim_.running = true;
    }
    ~run() {
        sim_.running = false;
        for (const auto* radio : sim_.polled)
            radio->show_readiness();
    }
    run(const run&) = delete;
    run& operator=(const run&) = delete;

  private:
    simulation::state& sim_;
};

/// On an air without airtime, radios that answer each other at once do so for ever at the same time; hence it ends as
/// soon as this radio was told something, and what is left is ready still.
void simulated_radio::dispatch() {
    const run running(sim_);
    const auto before = sim_.timers.next_id();
    was_told_ = false;
    while (!was_told_ && sim_.is_air_due())
        sim_.medium.step_to(now());
    while (sim_.timers.run_one(now(), before)) {
    }
}

void simulated_radio::wait_until(std::optional<time_point> deadline) {
    dispatch();
    const run running(sim_);
    while (!was_told_ && (!deadline || now() < *deadline)) {
        if (!deadline && !sim_.is_anything_to_come())
            throw std::logic_error("\"" + identity_.name +
                                   "\" waits without a deadline on a simulated air where nothing is left to happen");
        sim_.step(deadline.value_or(time_point::max()));
    }
}

}  // namespace

simulation::simulation(air::medium_options options) : state_(std::make_unique<state>(std::move(options))) {}

simulation::~simulation() = default;

std::expected<std::unique_ptr<radio>, error> simulation::make_radio(simulated_radio_options options) {
    if (options.name.empty()) options.name = "radio-" + std::to_string(state_->radios_made + 1);
    if (options.station.is_zero()) options.station = mac_from_name(options.name);
    if (!(options.loss >= 0 && options.loss <= 1))
        return std::unexpected(error{errc::argument, "a loss must be from 0 to 1"});
    const radio_setup setup{.on = options.on, .station = options.station, .soft_ap = std::nullopt, .receiving = true};
    if (auto objection = objection_to(setup); !objection.empty())
        return std::unexpected(error{errc::argument, std::move(objection)});
    if (auto refusal = simulated_radio::refusal_of(state_->medium, options.station))
        return std::unexpected(std::move(*refusal));
    ++state_->radios_made;
    return std::make_unique<simulated_radio>(
        *state_,
        air::medium_radio{.name = std::move(options.name), .setup = setup, .at = options.at, .loss = options.loss});
}

time_point simulation::now() const {
    return state_->medium.now();
}

void simulation::run_until(time_point t) {
    const run running(*state_);
    while (state_->step(t)) {
    }
}

void simulation::run_for(duration d) {
    run_until(now() + d);
}

bool simulation::run_until(const std::function<bool()>& done, time_point limit) {
    const run running(*state_);
    while (!done())
        if (!state_->step(limit)) return done();
    return true;
}

air::medium& simulation::medium() {
    return state_->medium;
}

}  // namespace nowire
