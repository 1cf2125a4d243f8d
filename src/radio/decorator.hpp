#pragma once

#include <nowire/radio/radio.hpp>

#include <memory>
#include <utility>

namespace nowire {

/// A radio that hands everything through to another; a wrapper overrides what it changes.
class radio_decorator : public radio, protected radio_handler {
  public:
    explicit radio_decorator(std::unique_ptr<radio> inner) : inner_(std::move(inner)) { inner_->set_handler(this); }

    radio_capabilities capabilities() const override { return inner_->capabilities(); }
    radio_identity identity() const override { return inner_->identity(); }
    void set_handler(radio_handler* handler) override { handler_ = handler; }
    void transmit(nowire::transmit what) override { inner_->transmit(std::move(what)); }
    std::expected<void, error> configure(const radio_setup& setup) override { return inner_->configure(setup); }
    void set_promiscuous(bool on) override { inner_->set_promiscuous(on); }
    void set_tx_power(int dbm) override { inner_->set_tx_power(dbm); }
    void report_peers(const peer_report& peers) override { inner_->report_peers(peers); }
    nowire::clock& clock() override { return inner_->clock(); }
    int descriptor() const override { return inner_->descriptor(); }
    void set_idle_reports(bool on) override { inner_->set_idle_reports(on); }
    void report_idle() override { inner_->report_idle(); }
    void dispatch() override { inner_->dispatch(); }
    void wait_until(std::optional<time_point> deadline) override { inner_->wait_until(deadline); }

  protected:
    void on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) override {
        if (handler_) handler_->on_receive(mpdu, info);
    }
    void on_transmit_done(const tx_done& done) override {
        if (handler_) handler_->on_transmit_done(done);
    }
    void on_lost(const error& why) override {
        if (handler_) handler_->on_lost(why);
    }
    void on_restored() override {
        if (handler_) handler_->on_restored();
    }

    radio& inner() const { return *inner_; }

  private:
    radio_handler* handler_ = nullptr;
    std::unique_ptr<radio> inner_;
};

}  // namespace nowire
