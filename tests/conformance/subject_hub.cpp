/// Radios of one hub, a process of its own, in real time.

#include "conformance/radio_contract.hpp"
#include "radio/decorator.hpp"
#include "radio/hub_world.hpp"

#include <nowire/radio/hub_radio.hpp>

#include <poll.h>

#include <algorithm>
#include <vector>

namespace nowire::conformance {

namespace {

using std::chrono::steady_clock;

/// A radio that can be found as long as it lives.
class listed final : public radio_decorator {
  public:
    listed(std::unique_ptr<radio> inner, std::vector<radio*>& list) : radio_decorator(std::move(inner)), list_(list) {
        list_.push_back(this);
    }
    ~listed() override { std::erase(list_, this); }
    listed(const listed&) = delete;
    listed& operator=(const listed&) = delete;

  private:
    std::vector<radio*>& list_;
};

class hub_subject final : public subject {
  public:
    std::expected<std::unique_ptr<radio>, error> make_radio(const seat& at) override {
        auto opened =
            open_hub_radio({.socket = hub_.socket(), .name = at.name, .station = at.station, .on = at.on, .at = at.at});
        if (!opened) return std::unexpected(opened.error());
        return std::make_unique<listed>(std::move(*opened), radios_);
    }

    bool run_until(const std::function<bool()>& done) override {
        const auto limit = steady_clock::now() + test::patience;
        while (!done()) {
            if (steady_clock::now() >= limit) return false;
            dispatch_ready();
        }
        return true;
    }

    void run_past(radio& r, time_point t) override {
        bool past = false;
        r.clock().call_at(t + std::chrono::nanoseconds(1), [&] { past = true; });
        run_until([&] { return past; });
    }

  private:
    void dispatch_ready() {
        const auto radios = radios_;
        std::vector<pollfd> ready;
        for (const auto* r : radios)
            ready.push_back({.fd = r->descriptor(), .events = POLLIN, .revents = 0});
        ::poll(ready.data(), ready.size(), 1000);
        for (std::size_t i = 0; i < radios.size(); ++i)
            if (ready[i].revents != 0) radios[i]->dispatch();
    }

    test::temporary_folder folder_;
    test::hub_process hub_{folder_ / "air"};
    std::vector<radio*> radios_;
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Hub, RadioContract,
                         testing::Values(subject_kind{"Air", [] { return std::make_unique<hub_subject>(); }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace nowire::conformance
