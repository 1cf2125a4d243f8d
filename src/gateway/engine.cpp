#include "gateway/engine_state.hpp"
#include "gateway/report.hpp"

#include <nowire/node/topic.hpp>

#include <stdexcept>

namespace nowire::gateway {

namespace {

/// Reports handed to the broker and not acknowledged by it.
constexpr std::size_t report_window = 8;

engine_options checked(engine_options o) {
    const auto check_topic = [](const std::string& topic) {
        if (const auto fault = node::topic_fault(topic))
            throw std::invalid_argument("the topic \"" + topic + "\" cannot be used: " + std::string(*fault));
    };
    if (o.errors) check_topic(o.errors->topic);
    if (o.status) check_topic(o.status->topic);
    if (!o.all_nodes_topic.empty()) check_topic(o.all_nodes_topic);
    if (o.publish_window == 0 || o.reply_window == 0 || o.data_window == 0)
        throw std::invalid_argument("a gateway's windows must not be 0");
    if (o.node_queue == 0 || o.node_limit == 0) throw std::invalid_argument("a gateway's tables must not be empty");
    return o;
}

}  // namespace

engine::state::state(engine_options o, channel c)
    : options(checked(std::move(o))),
      on(c),
      subscriptions(options.retained_window),
      publications(options.publish_queue, options.publish_window),
      reports(options.report_queue, report_window),
      down(options, nodes) {}

engine::engine(engine_options options, channel on) : state_(std::make_unique<state>(std::move(options), on)) {}
engine::~engine() = default;
engine::engine(engine&&) noexcept = default;
engine& engine::operator=(engine&&) noexcept = default;

void engine::set_channel(channel on) {
    state_->on = on;
}

void engine::report_error(std::string_view text, instant now) {
    state_->error(text, now);
    state_->pump(now);
}

void engine::state::report(const std::optional<own_topic>& where, std::string_view kind, std::string_view text,
                           instant now) {
    if (!where) return;
    if (reports.full()) {
        ++statistics.lost_reports;
        if (!reports.drop_oldest()) return;
    }
    reports.push({.what = {publish_id(++last_publish_id), where->topic, format_report(options, kind, text, now.wall),
                           where->qos, where->retain},
                  .from = {}});
}

/// Turns into events what can be done now.
void engine::state::pump(instant now) {
    while (auto change = subscriptions.next_change()) {
        if (change->qos) {
            events.emplace_back(gateway::subscribe{std::move(change->filter), *change->qos});
        } else {
            events.emplace_back(unsubscribe{std::move(change->filter)});
        }
    }
    if (broker_up) {
        while (const auto* next = publications.next())
            events.emplace_back(*next);
        while (const auto* next = reports.next())
            events.emplace_back(*next);
    }
    while (auto next = down.next(now.air))
        events.emplace_back(std::move(*next));
}

void engine::advance(instant now) {
    state_->down.advance(now.air);
    state_->pump(now);
}

std::optional<time_point> engine::next_deadline() const {
    return state_->down.next_deadline();
}

std::optional<engine_event> engine::next_event() {
    auto& events = state_->events;
    if (events.empty()) return std::nullopt;
    auto first = std::move(events.front());
    events.pop_front();
    return first;
}

std::size_t engine::unpublished() const {
    return state_->publications.size() + state_->reports.size();
}

std::vector<node_info> engine::nodes() const {
    std::vector<node_info> all;
    for (const auto& [address, n] : state_->nodes)
        all.push_back({address, n.last_seen, n.polls, n.queue.size()});
    return all;
}

const engine_statistics& engine::statistics() const {
    state_->statistics.stale_replies = state_->down.stale_replies();
    return state_->statistics;
}

}  // namespace nowire::gateway
