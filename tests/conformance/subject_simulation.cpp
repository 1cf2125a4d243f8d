#include "conformance/radio_contract.hpp"

#include <nowire/radio/limited.hpp>
#include <nowire/radio/simulation.hpp>
#include <nowire/radio/sub_mac.hpp>

#include <chrono>

namespace nowire::conformance {

namespace {

using wrapper = std::function<std::unique_ptr<radio>(std::unique_ptr<radio>)>;

class simulation_subject final : public subject {
  public:
    explicit simulation_subject(wrapper wrap) : wrap_(std::move(wrap)) {}

    std::expected<std::unique_ptr<radio>, error> make_radio(const seat& at) override {
        auto made = simulation_.make_radio({.station = at.station, .name = at.name, .on = at.on, .at = at.at});
        if (!made) return made;
        return wrap_(std::move(*made));
    }

    bool run_until(const std::function<bool()>& done) override {
        return simulation_.run_until(done, simulation_.now() + std::chrono::minutes(1));
    }

    void run_past(radio&, time_point t) override { simulation_.run_until(t); }

  private:
    simulation simulation_;
    wrapper wrap_;
};

subject_kind kind(std::string name, wrapper wrap) {
    return {std::move(name), [wrap = std::move(wrap)] { return std::make_unique<simulation_subject>(wrap); }};
}

/// A simulated radio that `take` takes capabilities from, under what software makes up for.
template <class taker>
subject_kind without(std::string name, taker take) {
    return kind(std::move(name), [take](std::unique_ptr<radio> whole) {
        auto left = whole->capabilities();
        take(left);
        return make_sub_mac(make_limited(std::move(whole), left));
    });
}

const auto simulated = testing::Values(kind("Plain", [](std::unique_ptr<radio> whole) { return whole; }));

const auto limited =
    testing::Values(without("Nothing", [](radio_capabilities&) {}),  //
                    without("AcksForUs", [](radio_capabilities& c) { c.acks_for_us = false; }),
                    without("ReportsAck", [](radio_capabilities& c) { c.reports_ack = false; }),
                    without("Retries", [](radio_capabilities& c) { c.retries = false; }),
                    without("ReportsAckAndRetries", [](radio_capabilities& c) { c.reports_ack = c.retries = false; }),
                    without("SetsRate", [](radio_capabilities& c) { c.sets_rate = false; }),
                    without("KeepsSequenceNumber", [](radio_capabilities& c) { c.keeps_sequence_number = false; }),
                    without("GivesFcs", [](radio_capabilities& c) { c.gives_fcs = false; }),
                    without("GivesRssi", [](radio_capabilities& c) { c.gives_rssi = false; }),
                    without("GivesTime", [](radio_capabilities& c) { c.gives_time = false; }),
                    without("LongMpdu", [](radio_capabilities& c) { c.max_mpdu = 293 - 4; }),
                    without("Everything", [](radio_capabilities& c) { c = {.max_mpdu = 293 - 4}; }));

const auto name_of = [](const auto& info) { return info.param.name; };

}  // namespace

INSTANTIATE_TEST_SUITE_P(Simulation, RadioContract, simulated, name_of);
INSTANTIATE_TEST_SUITE_P(SimulationWithout, RadioContract, limited, name_of);

}  // namespace nowire::conformance
