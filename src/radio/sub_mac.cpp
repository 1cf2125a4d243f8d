#include "radio/decorator.hpp"

#include <nowire/frame/mpdu.hpp>
#include <nowire/radio/sub_mac.hpp>

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <utility>

namespace nowire {

namespace {

/// The radio below knows each single transmission by a token of ours, so that a report which comes twice is never taken
/// for the answer to the next attempt.
class sub_mac final : public radio_decorator {
  public:
    explicit sub_mac(std::unique_ptr<radio> below) : radio_decorator(std::move(below)) {
        const auto can = inner().capabilities();
        makes_up_retries_ = can.reports_ack && !can.retries;
    }

    radio_capabilities capabilities() const override {
        auto can = inner().capabilities();
        can.retries = can.retries || makes_up_retries_;
        return can;
    }

    void transmit(nowire::transmit what) override {
        if (!makes_up_retries_) {
            pass_on(std::move(what));
            return;
        }
        waiting_.push_back(std::move(what));
        if (waiting_.size() == 1) attempt();
    }

  private:
    void pass_on(nowire::transmit what) {
        const auto token = ++last_token_;
        asked_.emplace(token, what.token);
        what.token = token;
        inner().transmit(std::move(what));
    }

    /// Transmits what is first in the queue, which stays there until it has its answer.
    void attempt() {
        auto once = waiting_.front();
        once.retries = 0;
        pass_on(std::move(once));
    }

    void on_transmit_done(const tx_done& done) override {
        const auto found = asked_.find(done.token);
        if (found == asked_.end()) return;
        auto told = done;
        told.token = found->second;
        asked_.erase(found);
        if (makes_up_retries_ && !is_last(told)) return;
        radio_decorator::on_transmit_done(told);
    }

    /// Counts the attempt that `done` is about and starts the next one, of this frame or of the one behind it.
    /// @returns whether this frame is through; then `done` has the number of all its attempts.
    bool is_last(tx_done& done) {
        auto& current = waiting_.front();
        if (done.status == tx_status::not_acked) done.attempts = std::max<std::uint16_t>(done.attempts, 1);
        attempts_ = static_cast<std::uint16_t>(attempts_ + done.attempts);
        if (done.status == tx_status::not_acked && attempts_ <= current.retries) {
            frame::set_retry(std::span(current.mpdu).first<2>());
            attempt();
            return false;
        }
        done.attempts = std::exchange(attempts_, std::uint16_t{0});
        waiting_.pop_front();
        if (!waiting_.empty()) attempt();
        return true;
    }

    void on_lost(const error& why) override {
        asked_.clear();
        waiting_.clear();
        attempts_ = 0;
        radio_decorator::on_lost(why);
    }

    bool makes_up_retries_ = false;
    std::uint64_t last_token_ = 0;
    std::unordered_map<std::uint64_t, std::uint64_t> asked_;  ///< our token of each transmission, and its owner's
    std::deque<nowire::transmit> waiting_;                    ///< the first one is on the air
    std::uint16_t attempts_ = 0;
};

}  // namespace

std::unique_ptr<radio> make_sub_mac(std::unique_ptr<radio> inner) {
    return std::make_unique<sub_mac>(std::move(inner));
}

}  // namespace nowire
