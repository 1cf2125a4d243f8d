// Any sequence of calls to a gateway's engine: what nodes and broker may do, in any order and with any bytes.
#include "fuzz/check.hpp"

#include <nowire/gateway/engine.hpp>
#include <nowire/node/messages.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace nowire;
using nowire::test::check;

/// Takes bytes from the front of the input, and zeros behind its end.
class input {
  public:
    input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}
    bool empty() const { return left_ == 0; }
    std::uint8_t byte() {
        if (left_ == 0) return 0;
        --left_;
        return *data_++;
    }
    std::string text() {
        const auto size = std::min<std::size_t>(byte(), left_);
        std::string result(data_, data_ + size);
        data_ += size;
        left_ -= size;
        return result;
    }

  private:
    const std::uint8_t* data_;
    std::size_t left_;
};

mac_address node(std::uint8_t n) {
    return mac_address({0x24, 0x0a, 0xc4, 0, 0, static_cast<std::uint8_t>(n % 8)});
}

/// The engine, and what it is waiting for.
class harness {
  public:
    harness() : engine_(options()) {}

    void step(input& in) {
        switch (in.byte() % 9) {
            case 0: {
                message m;
                m.source = node(in.byte());
                const auto text = in.text();
                m.payload.assign(text.begin(), text.end());
                m.time = now_.air;
                m.sequence_number = ++sequence_number_;
                const auto parsed = node::parse_uplink(m.payload);
                const bool is_publication = parsed ? std::holds_alternative<node::publication>(*parsed)
                                                   : parsed.error().what == node::malformed::kind::publication;
                if (is_publication) ++publications_;
                engine_.node_message(m, in.byte() % 2 == 0 ? interface::station : interface::soft_ap, now_);
                break;
            }
            case 1:
                if (!sends_.empty()) {
                    const auto id = sends_.front();
                    sends_.pop_front();
                    engine_.send_done(id, static_cast<tx_status>(in.byte() % 5), now_);
                }
                break;
            case 2:
                engine_.broker_up(now_);
                break;
            case 3:
                engine_.broker_down(now_);
                publishes_.clear();
                break;
            case 4:
                if (!publishes_.empty()) {
                    const auto id = publishes_.front();
                    publishes_.pop_front();
                    if (in.byte() % 8 == 0)
                        engine_.publish_failed(id, "why", now_);
                    else
                        engine_.publish_done(id, now_);
                }
                break;
            case 5: {
                const auto topic = in.text();
                engine_.mqtt_message(topic, in.text(), in.byte() % 2 == 0, now_);
                break;
            }
            case 6: {
                const bool granted = in.byte() % 2 == 0;
                engine_.subscribed(in.text(), granted ? std::optional(1) : std::nullopt, now_);
                break;
            }
            case 7:
                now_.air += std::chrono::milliseconds(in.byte());
                engine_.advance(now_);
                break;
            default:
                engine_.send_done(gateway::send_id(in.byte()), tx_status::acked, now_);
                break;
        }
        drain();
    }

    /// Lets everything come to its end.
    void finish() {
        for (int i = 0; i < 10'000 && (!sends_.empty() || engine_.next_deadline()); ++i) {
            if (engine_.next_deadline()) now_.air = std::max(now_.air, *engine_.next_deadline());
            engine_.advance(now_);
            drain();
            if (sends_.empty()) continue;
            const auto id = sends_.front();
            sends_.pop_front();
            engine_.send_done(id, tx_status::acked, now_);
            drain();
        }
        check(sends_.empty());
        // Each publication had its one answer, or that was too late.
        check(words_ - acks_ <= publications_);
        check(words_ + engine_.statistics().stale_replies >= publications_);
    }

  private:
    static gateway::engine_options options() {
        gateway::engine_options o;
        o.node_queue = 3;
        o.node_limit = 100;
        o.publish_queue = 4;
        o.nak_above = 2;
        o.publish_window = 2;
        o.report_queue = 4;
        o.debug = true;
        o.low_power = false;
        o.duplicate_window = duration::zero();
        return o;
    }

    void drain() {
        while (const auto event = engine_.next_event()) {
            if (const auto* s = std::get_if<gateway::send_to_node>(&*event)) {
                check(!s->payload.empty() && s->payload.size() <= 1470);
                if (s->payload == "ACK" || s->payload == "NAK" || s->payload == "BAD") ++words_;
                if (s->payload == "ACK") ++acks_;
                sends_.push_back(s->id);
            } else if (const auto* p = std::get_if<gateway::publish>(&*event)) {
                check(engine_.is_broker_up() && !p->topic.empty() && (p->qos == 0 || p->qos == 1));
                publishes_.push_back(p->id);
            } else if (const auto* sub = std::get_if<gateway::subscribe>(&*event)) {
                check(engine_.is_broker_up() && !sub->filter.empty());
            }
        }
    }

    gateway::engine engine_;
    gateway::instant now_{};
    std::uint16_t sequence_number_ = 0;
    std::deque<gateway::send_id> sends_;
    std::deque<gateway::publish_id> publishes_;
    std::uint64_t publications_ = 0;
    std::uint64_t words_ = 0;
    std::uint64_t acks_ = 0;  ///< of these; any may be a late one, sent as often as it is not heard
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    input in(data, size);
    harness h;
    while (!in.empty())
        h.step(in);
    h.finish();
    return 0;
}
