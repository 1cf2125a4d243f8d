#include "radio/decorator.hpp"

#include <nowire/frame/mpdu.hpp>
#include <nowire/radio/limited.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace nowire {

namespace {

radio_capabilities common(const radio_capabilities& a, const radio_capabilities& b) {
    return {.acks_for_us = a.acks_for_us && b.acks_for_us,
            .reports_ack = a.reports_ack && b.reports_ack,
            .retries = a.retries && b.retries,
            .sets_rate = a.sets_rate && b.sets_rate,
            .keeps_sequence_number = a.keeps_sequence_number && b.keeps_sequence_number,
            .gives_fcs = a.gives_fcs && b.gives_fcs,
            .gives_rssi = a.gives_rssi && b.gives_rssi,
            .gives_time = a.gives_time && b.gives_time,
            .max_mpdu = std::min(a.max_mpdu, b.max_mpdu)};
}

class limited_radio final : public radio_decorator {
  public:
    limited_radio(std::unique_ptr<radio> whole, const radio_capabilities& left)
        : radio_decorator(std::move(whole)), can_(common(inner().capabilities(), left)) {
        const auto who = inner().identity();
        setup_ = {.on = who.on, .station = who.station, .soft_ap = std::nullopt, .receiving = true};
        if (can_.acks_for_us) return;
        inner().set_promiscuous(true);
        if (const auto ok = inner().configure(without_addresses(setup_)); !ok)
            throw std::system_error(make_error_code(ok.error().code), ok.error().text);
    }

    radio_capabilities capabilities() const override { return can_; }

    void transmit(nowire::transmit what) override {
        if (what.mpdu.size() > can_.max_mpdu) {
            refuse(what.token);
            return;
        }
        if (!can_.retries) what.retries = 0;
        if (!can_.sets_rate) what.tx_rate = rate::dsss_1m_long;
        if (!can_.keeps_sequence_number && what.mpdu.size() >= frame::header_size) {
            what.mpdu[22] = static_cast<std::uint8_t>(sequence_number_ << 4 & 0xf0);
            what.mpdu[23] = static_cast<std::uint8_t>(sequence_number_ >> 4 & 0xff);
            ++sequence_number_;
        }
        inner().transmit(std::move(what));
    }

    std::expected<void, error> configure(const radio_setup& setup) override {
        const auto ok = inner().configure(can_.acks_for_us ? setup : without_addresses(setup));
        if (ok) setup_ = setup;
        return ok;
    }

    void set_promiscuous(bool on) override {
        promiscuous_ = on;
        if (can_.acks_for_us) inner().set_promiscuous(on);
    }

  private:
    static radio_setup without_addresses(radio_setup setup) {
        setup.station.reset();
        setup.soft_ap.reset();
        return setup;
    }

    /// Answers from a due timer, since an answer must not come from inside transmit().
    void refuse(std::uint64_t token) {
        auto& clock = inner().clock();
        const auto key = ++refusals_made_;
        refusals_[key] = clock.call_at(clock.now(), [this, key, token] {
            refusals_.erase(key);
            radio_decorator::on_transmit_done({token, tx_status::not_sent, 0, inner().clock().now()});
        });
    }

    bool is_for_us(std::span<const std::uint8_t> mpdu) const {
        if (promiscuous_) return true;
        const auto header = frame::read_header(mpdu);
        return header && (header->a1.is_group() || header->a1 == setup_.station || header->a1 == setup_.soft_ap);
    }

    void on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) override {
        if (!can_.acks_for_us && !is_for_us(mpdu)) return;
        auto told = info;
        if (!can_.gives_rssi) {
            told.rssi.reset();
            told.noise.reset();
        }
        if (!can_.gives_time) told.time = inner().clock().now();
        radio_decorator::on_receive(mpdu, told);
    }

    void on_transmit_done(const tx_done& done) override {
        auto told = done;
        if (!can_.gives_time) told.time = inner().clock().now();
        if (!can_.reports_ack && (done.status == tx_status::acked || done.status == tx_status::not_acked)) {
            told.status = tx_status::unconfirmed;
            told.attempts = 0;
        }
        radio_decorator::on_transmit_done(told);
    }

    void on_lost(const error& why) override {
        for (const auto& [key, timer] : refusals_)
            inner().clock().cancel(timer);
        refusals_.clear();
        radio_decorator::on_lost(why);
    }

    radio_capabilities can_;
    radio_setup setup_;
    bool promiscuous_ = false;
    unsigned sequence_number_ = 0;
    std::uint64_t refusals_made_ = 0;
    std::map<std::uint64_t, timer_id> refusals_;  ///< answers that are about to be given
};

}  // namespace

std::unique_ptr<radio> make_limited(std::unique_ptr<radio> whole, const radio_capabilities& left) {
    return std::make_unique<limited_radio>(std::move(whole), left);
}

}  // namespace nowire
