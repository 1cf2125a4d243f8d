/// esp_timer.h: alarms in microseconds since the chip began, and the task that calls back.

#include "idf/chip.hpp"
#include "idf/handles.hpp"

#include <nowire/station/station_deadline.hpp>

#include <esp_timer.h>

#include <algorithm>
#include <cinttypes>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <system_error>

namespace nowire::idf {

namespace {

using std::chrono::microseconds;

constexpr unsigned timer_priority = 22;
/// The shortest period of an ESP32's timers, in microseconds.
constexpr std::uint64_t least_period = 50;
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

/// Times are in microseconds since the chip began.
struct timer {
    esp_timer_cb_t callback;
    void* arg;
    std::string name;
    bool skips;
    std::int64_t period = 0;  ///< 0: once
    std::int64_t alarm = 0;
    std::uint64_t order = 0;  ///< 0: not armed
    std::uint64_t times_started = 0;
    std::uint64_t times_called = 0;

    bool is_armed() const { return order != 0; }
};

struct sooner {
    bool operator()(const std::shared_ptr<timer>& a, const std::shared_ptr<timer>& b) const {
        return a->alarm != b->alarm ? a->alarm < b->alarm : a->order < b->order;
    }
};

/// All members are called inside of a call.
class timers {
  public:
    /// Never destroyed, since its task may use it until the process is gone.
    static timers& get() {
        static auto* const all = new timers();
        return *all;
    }

    esp_err_t create(call& c, const esp_timer_create_args_t& how, esp_timer_handle_t& handle);
    esp_err_t remove(esp_timer_handle_t handle);
    std::shared_ptr<timer> find(esp_timer_handle_t handle) const { return all_.find(handle); }

    void start(call& c, const std::shared_ptr<timer>& t, std::uint64_t after, bool periodic);
    void stop(call& c, const std::shared_ptr<timer>& t);
    std::int64_t next_alarm(bool with_those_that_skip) const;
    std::string dump() const;

  private:
    struct callback {
        esp_timer_cb_t function;
        void* arg;
    };

    void run();
    callback wait_for_next();
    void arm(const std::shared_ptr<timer>& t, std::int64_t alarm);
    void disarm(const std::shared_ptr<timer>& t);

    handles<timer, esp_timer_handle_t> all_;
    std::set<std::shared_ptr<timer>, sooner> armed_;
    std::uint64_t started_ = 0;
    bool has_task_ = false;
    wait_list task_;
};

std::int64_t now_since_boot(call& c) {
    return std::chrono::floor<microseconds>(c.now() - c.chip().began()).count();
}

/// As far as an int64_t tells, which is longer than an air lasts.
std::int64_t later(std::int64_t now, std::uint64_t by) {
    return by > static_cast<std::uint64_t>(never - now) ? never : now + static_cast<std::int64_t>(by);
}

esp_err_t timers::create(call& c, const esp_timer_create_args_t& how, esp_timer_handle_t& handle) {
    if (!has_task_) {
        try {
            c.tasks().start(
                "esp_timer", timer_priority, [this] { run(); }, true);
        } catch (const std::system_error&) {
            return ESP_ERR_NO_MEM;
        }
        has_task_ = true;
    }
    handle = all_.add(std::make_shared<timer>(timer{.callback = how.callback,
                                                    .arg = how.arg,
                                                    .name = how.name != nullptr ? how.name : "",
                                                    .skips = how.skip_unhandled_events}));
    return ESP_OK;
}

esp_err_t timers::remove(esp_timer_handle_t handle) {
    if (find(handle)->is_armed()) return ESP_ERR_INVALID_STATE;
    all_.remove(handle);
    return ESP_OK;
}

void timers::start(call& c, const std::shared_ptr<timer>& t, std::uint64_t after, bool periodic) {
    if (periodic) after = std::max(after, least_period);
    ++t->times_started;
    t->period = periodic ? later(0, after) : 0;
    arm(t, later(now_since_boot(c), after));
    c.chip().keep_alive(+1);
    c.tasks().wake_all(task_);
}

void timers::stop(call& c, const std::shared_ptr<timer>& t) {
    disarm(t);
    c.chip().keep_alive(-1);
}

void timers::arm(const std::shared_ptr<timer>& t, std::int64_t alarm) {
    t->alarm = alarm;
    t->order = ++started_;
    armed_.insert(t);
}

void timers::disarm(const std::shared_ptr<timer>& t) {
    armed_.erase(t);
    t->order = 0;
}

void timers::run() {
    for (;;) {
        const auto next = wait_for_next();
        next.function(next.arg);
        call c;
        c.chip().keep_alive(-1);
    }
}

/// The callback whose time has come; the process lives until it has returned.
timers::callback timers::wait_for_next() {
    call c;
    for (;;) {
        const auto now = now_since_boot(c);
        if (armed_.empty()) {
            c.block(&task_, std::nullopt);
            continue;
        }
        const auto next = *armed_.begin();
        if (next->alarm > now) {
            const bool in_reach = next->alarm < std::chrono::floor<microseconds>(duration::max()).count();
            c.block(&task_, in_reach ? deadline_after(c.chip().began(), microseconds(next->alarm)) : std::nullopt);
            continue;
        }
        disarm(next);
        // What kept the process alive for the alarm does so for the callback.
        if (next->period > 0) {
            const bool skip = next->skips && (now - next->alarm) / next->period > 1;
            arm(next, later(skip ? now : next->alarm, static_cast<std::uint64_t>(next->period)));
            c.chip().keep_alive(+1);
        }
        ++next->times_called;
        return {next->callback, next->arg};
    }
}

std::int64_t timers::next_alarm(bool with_those_that_skip) const {
    const auto next = std::ranges::find_if(armed_, [&](const auto& t) { return with_those_that_skip || !t->skips; });
    return next == armed_.end() ? never : (*next)->alarm;
}

std::string timers::dump() const {
    std::string text = "Timer stats:\nName  Period  Alarm  Times_started  Times_called\n";
    for (const auto& [handle, t] : all_.all()) {
        text += t->name.empty() ? "timer@" + std::to_string(handle) : t->name;
        for (const auto value :
             {static_cast<std::uint64_t>(t->is_armed() ? t->period : 0),
              static_cast<std::uint64_t>(t->is_armed() ? t->alarm : 0), t->times_started, t->times_called})
            text += "  " + std::to_string(value);
        text += '\n';
    }
    return text;
}

/// Calls `use(call, timers, timer)` for a timer that there is.
template <class Use>
esp_err_t with_timer(esp_timer_handle_t handle, Use&& use) {
    call c;
    auto& all = timers::get();
    const auto t = all.find(handle);
    return t == nullptr ? ESP_ERR_INVALID_ARG : std::forward<Use>(use)(c, all, t);
}

esp_err_t start(esp_timer_handle_t handle, std::uint64_t after, bool periodic) {
    return with_timer(handle, [&](call& c, timers& all, const std::shared_ptr<timer>& t) {
        if (t->is_armed()) return ESP_ERR_INVALID_STATE;
        all.start(c, t, after, periodic);
        return ESP_OK;
    });
}

}  // namespace

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

esp_err_t esp_timer_create(const esp_timer_create_args_t* how, esp_timer_handle_t* handle) {
    if (how == nullptr || how->callback == nullptr || handle == nullptr || how->dispatch_method != ESP_TIMER_TASK)
        return ESP_ERR_INVALID_ARG;
    call c;
    return timers::get().create(c, *how, *handle);
}

esp_err_t esp_timer_delete(esp_timer_handle_t handle) {
    return with_timer(handle, [&](call&, timers& all, const auto&) { return all.remove(handle); });
}

esp_err_t esp_timer_start_once(esp_timer_handle_t handle, uint64_t timeout_us) {
    return start(handle, timeout_us, false);
}

esp_err_t esp_timer_start_periodic(esp_timer_handle_t handle, uint64_t period) {
    return start(handle, period, true);
}

esp_err_t esp_timer_restart(esp_timer_handle_t handle, uint64_t timeout_us) {
    return with_timer(handle, [&](call& c, timers& all, const auto& t) {
        if (!t->is_armed()) return ESP_ERR_INVALID_STATE;
        const bool periodic = t->period != 0;
        all.stop(c, t);
        all.start(c, t, timeout_us, periodic);
        return ESP_OK;
    });
}

esp_err_t esp_timer_stop(esp_timer_handle_t handle) {
    return with_timer(handle, [](call& c, timers& all, const auto& t) {
        if (!t->is_armed()) return ESP_ERR_INVALID_STATE;
        all.stop(c, t);
        return ESP_OK;
    });
}

bool esp_timer_is_active(esp_timer_handle_t handle) {
    const call c;
    const auto t = timers::get().find(handle);
    return t != nullptr && t->is_armed();
}

esp_err_t esp_timer_get_period(esp_timer_handle_t handle, uint64_t* period) {
    if (period == nullptr) return ESP_ERR_INVALID_ARG;
    return with_timer(handle, [&](call&, timers&, const auto& t) {
        *period = t->is_armed() ? static_cast<uint64_t>(t->period) : 0;
        return ESP_OK;
    });
}

esp_err_t esp_timer_get_expiry_time(esp_timer_handle_t handle, uint64_t* expiry) {
    if (expiry == nullptr) return ESP_ERR_INVALID_ARG;
    return with_timer(handle, [&](call&, timers&, const auto& t) {
        if (t->is_armed() && t->period != 0) return ESP_ERR_NOT_SUPPORTED;
        *expiry = t->is_armed() ? static_cast<uint64_t>(t->alarm) : 0;
        return ESP_OK;
    });
}

int64_t esp_timer_get_time(void) {
    call c;
    return now_since_boot(c);
}

int64_t esp_timer_get_next_alarm(void) {
    const call c;
    return timers::get().next_alarm(true);
}

int64_t esp_timer_get_next_alarm_for_wake_up(void) {
    const call c;
    return timers::get().next_alarm(false);
}

esp_err_t esp_timer_dump(FILE* stream) {
    if (stream == nullptr) return ESP_ERR_INVALID_ARG;
    std::string text;
    {
        const call c;
        text = timers::get().dump();
    }
    std::fputs(text.c_str(), stream);
    return ESP_OK;
}

}  // extern "C"
