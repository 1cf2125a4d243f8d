#include "idf/event_loop.hpp"

#include <algorithm>
#include <utility>

namespace nowire::idf {

bool event_kind::takes(const event_kind& event) const {
    return (base == ESP_EVENT_ANY_BASE || base == event.base) && (id == ESP_EVENT_ANY_ID || id == event.id);
}

/// An event that is handed on, until its last handler has returned, or its task was deleted in a handler: a deleted
/// task unwinds its frames, and makes no calls then.
class event_loop::turn {
  public:
    /// Inside of a call of the task `in`; it ends outside of one.
    turn(event_loop& l, const task& in)
        : loop_(l),
          runner_(in.number),
          outer_runner_(std::exchange(l.runner_, runner_)),
          outer_handlers_(l.running_.size()) {}
    ~turn() {
        auto& c = chip::get();
        const driver::lock held(c.driver());
        // Another may have taken the place of a deleted one.
        if (loop_.runner_ == runner_) {
            loop_.runner_ = outer_runner_;
            loop_.running_.resize(outer_handlers_);
        }
        c.tasks().wake_all(loop_.others_);
        c.tasks().wake_all(loop_.runners_);
        if (loop_.name_) c.keep_alive(-1);
    }
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;

  private:
    event_loop& loop_;
    unsigned runner_;
    unsigned outer_runner_;
    std::size_t outer_handlers_;
};

void event_loop::start_task(call& c, unsigned priority) {
    c.tasks().start(
        *name_, priority, [self = shared_from_this()] { self->run(std::nullopt); }, true);
}

esp_err_t event_loop::run(std::optional<time_point> until) {
    for (;;) {
        std::optional<event> e;
        std::optional<turn> own;
        std::vector<handler_ptr> to;
        {
            call c;
            e = next(c, until);
            if (!e) return closed_ ? ESP_ERR_INVALID_STATE : ESP_OK;
            own.emplace(*this, c.task());
            std::ranges::copy_if(handlers_, std::back_inserter(to),
                                 [&](const auto& h) { return h->of.takes(e->kind); });
        }
        hand_on(*e, to);
        own.reset();
        call c;
        if (until && c.now() >= *until) return ESP_OK;
    }
}

/// Whether another task hands an event on; one that has been deleted does not.
bool event_loop::others_run(call& c) const {
    return runner_ != 0 && !is_own(c) && c.tasks().tasks().contains(runner_);
}

/// Nothing: the time is over, or the loop is closed.
std::optional<event_loop::event> event_loop::next(call& c, std::optional<time_point> until) {
    while (!closed_) {
        if (!queue_.empty() && !others_run(c)) {
            if (!is_own(c)) running_.clear();
            auto first = std::move(queue_.front());
            queue_.pop_front();
            c.tasks().wake_first(posters_);
            return first;
        }
        if (!c.block(&runners_, until)) return std::nullopt;
    }
    return std::nullopt;
}

void event_loop::hand_on(event& e, const std::vector<handler_ptr>& to) {
    for (const auto& each : to) {
        esp_event_handler_t function = nullptr;
        void* arg = nullptr;
        time_point began;
        {
            call c;
            if (closed_) return;
            if (!each->is_registered) continue;
            running_.push_back(each.get());
            function = each->function;
            arg = each->arg;
            began = c.now();
        }
        function(arg, e.kind.base, e.kind.id, e.data.empty() ? nullptr : e.data.data());
        call c;
        running_.pop_back();
        ++each->calls;
        each->spent += c.now() - began;
        c.tasks().wake_all(others_);
    }
}

void event_loop::close(call& c) {
    closed_ = true;
    if (name_) c.chip().keep_alive(-static_cast<int>(queue_.size()));
    queue_.clear();
    c.tasks().wake_all(posters_);
    c.tasks().wake_all(runners_);
    while (others_run(c))
        c.block(&others_, std::nullopt);
}

esp_event_handler_instance_t event_loop::add(const event_handler& h) {
    const auto same = std::ranges::find_if(handlers_, [&h](const auto& other) {
        return !h.is_instance && !other->is_instance && other->of == h.of && other->function == h.function;
    });
    if (same != handlers_.end()) {
        (*same)->arg = h.arg;
        return nullptr;
    }
    handlers_.push_back(std::make_shared<event_handler>(h));
    return h.is_instance ? numbers_.add(handlers_.back()) : nullptr;
}

esp_err_t event_loop::remove(call& c, const event_kind& of, esp_event_handler_t function) {
    const auto found = std::ranges::find_if(
        handlers_, [&](const auto& h) { return !h->is_instance && h->of == of && h->function == function; });
    return found == handlers_.end() ? ESP_ERR_NOT_FOUND : remove(c, handler_ptr(*found));
}

esp_err_t event_loop::remove(call& c, const event_kind& of, esp_event_handler_instance_t instance) {
    const auto h = numbers_.find(instance);
    if (h == nullptr || h->of != of) return ESP_ERR_NOT_FOUND;
    numbers_.remove(instance);
    return remove(c, h);
}

esp_err_t event_loop::remove(call& c, const handler_ptr& h) {
    h->is_registered = false;
    std::erase(handlers_, h);
    while (others_run(c) && std::ranges::find(running_, h.get()) != running_.end())
        c.block(&others_, std::nullopt);
    return ESP_OK;
}

esp_err_t event_loop::post(call& c, const event_kind& kind, const void* data, std::size_t size,
                           std::optional<time_point> until) {
    while (is_full() && !closed_ && !is_own(c) && c.block(&posters_, until)) {
    }
    if (closed_) return ESP_ERR_INVALID_STATE;
    if (is_full()) {
        ++dropped_;
        return ESP_ERR_TIMEOUT;
    }
    auto& e = queue_.emplace_back(event{.kind = kind, .data = {}});
    const auto* bytes = static_cast<const std::byte*>(data);
    if (bytes != nullptr) e.data.assign(bytes, bytes + size);
    ++received_;
    if (name_) c.chip().keep_alive(+1);
    c.tasks().wake_all(runners_);
    return ESP_OK;
}

std::string event_loop::dump(std::uintptr_t handle) const {
    std::string text = "LOOP @" + std::to_string(handle) + ',' + name_.value_or("none") +
                       " rx:" + std::to_string(received_) + " dr:" + std::to_string(dropped_) + '\n';
    for (const auto& h : handlers_) {
        text += "  HANDLER @" + std::to_string(reinterpret_cast<std::uintptr_t>(h->function)) +
                " ev:" + (h->of.base == ESP_EVENT_ANY_BASE ? "ESP_EVENT_ANY_BASE" : h->of.base) + ',' +
                (h->of.id == ESP_EVENT_ANY_ID ? "ESP_EVENT_ANY_ID" : std::to_string(h->of.id)) +
                " inv:" + std::to_string(h->calls) +
                " time:" + std::to_string(std::chrono::floor<std::chrono::microseconds>(h->spent).count()) + " us\n";
    }
    return text;
}

}  // namespace nowire::idf
