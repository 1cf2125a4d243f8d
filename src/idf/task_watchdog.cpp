/// esp_task_wdt.h: who is subscribed, and the task that looks whether all have reset the watchdog in time.

#include "idf/task_watchdog.hpp"

#include "idf/freertos/api.hpp"
#include "idf/handles.hpp"

#include <esp_log.h>
#include <esp_task_wdt.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <system_error>
#include <vector>

namespace nowire::idf {

namespace {

using freertos::api;

constexpr const char* tag = "task_wdt";
/// More urgent than every task of the program: on the chip it is an interrupt.
constexpr unsigned watchdog_priority = 25;

struct subscriber {
    std::string name;
    bool has_reset = false;
};

/// Members are called inside of a call, but for the task.
class watchdog {
  public:
    /// Never destroyed, since its task may use it until the process is gone.
    static watchdog& get() {
        static auto* const only = new watchdog();
        return *only;
    }

    bool runs = true;

    esp_err_t configure(call& c, const esp_task_wdt_config_t* how);
    bool has_subscribers(call& c);
    /// Watches from now on. @throws std::system_error where the system has no thread.
    void begin(call& c);
    /// Gives everybody so much more time.
    void skip(duration slept) { since_ += slept; }
    /// Begins a new period if all have reset it: to be called when one has, and when one has gone.
    void look(call& c);

    std::map<unsigned, subscriber> tasks;  ///< by their numbers
    handles<subscriber, esp_task_wdt_user_handle_t> users;

  private:
    [[noreturn]] void run();
    std::vector<std::string> wait_for_late();
    std::vector<subscriber*> all(call& c);

    std::chrono::milliseconds timeout_{5000};
    bool panics_ = false;
    time_point since_;  ///< when all had reset it, or it began
    bool has_task_ = false;
    wait_list changed_;
};

esp_err_t watchdog::configure(call& c, const esp_task_wdt_config_t* how) {
    if (how == nullptr || how->timeout_ms == 0) return ESP_ERR_INVALID_ARG;
    timeout_ = std::chrono::milliseconds(how->timeout_ms);
    panics_ = how->trigger_panic;
    runs = true;
    since_ = c.now();
    c.tasks().wake_all(changed_);
    return ESP_OK;
}

std::vector<subscriber*> watchdog::all(call& c) {
    std::erase_if(tasks, [&c](const auto& each) { return c.tasks().find(each.first) == nullptr; });
    std::vector<subscriber*> found;
    found.reserve(tasks.size() + users.all().size());
    for (auto& [number, each] : tasks)
        found.push_back(&each);
    for (const auto& [handle, each] : users.all())
        found.push_back(each.get());
    return found;
}

bool watchdog::has_subscribers(call& c) {
    return !all(c).empty();
}

void watchdog::begin(call& c) {
    if (!has_task_)
        c.tasks().start(
            tag, watchdog_priority, [this] { run(); }, true);
    has_task_ = true;
    if (!has_subscribers(c)) since_ = c.now();
    c.tasks().wake_all(changed_);
}

void watchdog::look(call& c) {
    const auto everybody = all(c);
    if (!std::ranges::all_of(everybody, &subscriber::has_reset)) return;
    for (auto* each : everybody)
        each->has_reset = false;
    since_ = c.now();
}

void watchdog::run() {
    for (;;) {
        const auto late = wait_for_late();
        ESP_LOGE(tag, "Task watchdog got triggered. These did not reset it in time:");
        for (const auto& name : late)
            ESP_LOGE(tag, " - %s", name.c_str());
        esp_task_wdt_isr_user_handler();
        if (panics_) freertos::give_up(tag, "aborted, as trigger_panic asks");
    }
}

/// @returns the names of those that have not reset it, once the time is over; the next period begins then
std::vector<std::string> watchdog::wait_for_late() {
    call c;
    for (;;) {
        look(c);
        if (!has_subscribers(c)) {
            c.block(&changed_, std::nullopt);
        } else if (c.now() < since_ + timeout_) {
            c.block(&changed_, since_ + timeout_);
        } else {
            std::vector<std::string> late;
            for (auto* each : all(c))
                if (!each->has_reset) late.push_back(each->name);
            since_ = c.now();
            return late;
        }
    }
}

/// The caller's task for NULL; 0: there is none.
unsigned number_of(api& c, TaskHandle_t handle) {
    const auto* found = c.find_task(handle);
    return found == nullptr ? 0 : found->number;
}

/// Calls `use(watchdog)` where it runs.
template <class Use>
esp_err_t where_it_runs(Use&& use) {
    auto& it = watchdog::get();
    return it.runs ? std::forward<Use>(use)(it) : ESP_ERR_INVALID_STATE;
}

esp_err_t begin(call& c, watchdog& it) {
    try {
        it.begin(c);
        return ESP_OK;
    } catch (const std::system_error&) {
        return ESP_ERR_NO_MEM;
    }
}

}  // namespace

void skip_in_watchdog(call& /*under its lock*/, duration slept) {
    watchdog::get().skip(slept);
}

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

// A program's own takes its place.
[[gnu::weak]] void esp_task_wdt_isr_user_handler() {}

esp_err_t esp_task_wdt_init(const esp_task_wdt_config_t* config) {
    call c;
    auto& it = watchdog::get();
    return it.runs ? ESP_ERR_INVALID_STATE : it.configure(c, config);
}

esp_err_t esp_task_wdt_reconfigure(const esp_task_wdt_config_t* config) {
    call c;
    return where_it_runs([&](watchdog& it) { return it.configure(c, config); });
}

esp_err_t esp_task_wdt_deinit(void) {
    call c;
    return where_it_runs([&](watchdog& it) {
        if (it.has_subscribers(c)) return ESP_ERR_INVALID_STATE;
        it.runs = false;
        return ESP_OK;
    });
}

esp_err_t esp_task_wdt_add(TaskHandle_t handle) {
    api c("esp_task_wdt_add");
    return where_it_runs([&](watchdog& it) {
        const auto* task = c.find_task(handle);
        if (task == nullptr || it.tasks.contains(task->number)) return ESP_ERR_INVALID_ARG;
        const auto result = begin(c, it);
        if (result == ESP_OK) it.tasks[task->number] = {.name = task->name};
        return result;
    });
}

esp_err_t esp_task_wdt_reset(void) {
    call c;
    return where_it_runs([&](watchdog& it) {
        const auto found = it.tasks.find(c.task().number);
        if (found == it.tasks.end()) return ESP_ERR_NOT_FOUND;
        found->second.has_reset = true;
        it.look(c);
        return ESP_OK;
    });
}

esp_err_t esp_task_wdt_delete(TaskHandle_t handle) {
    api c("esp_task_wdt_delete");
    return where_it_runs([&](watchdog& it) {
        const auto number = number_of(c, handle);
        if (number == 0) return ESP_ERR_INVALID_ARG;
        if (it.tasks.erase(number) == 0) return ESP_ERR_NOT_FOUND;
        it.look(c);
        return ESP_OK;
    });
}

esp_err_t esp_task_wdt_status(TaskHandle_t handle) {
    api c("esp_task_wdt_status");
    return where_it_runs([&](watchdog& it) {
        const auto number = number_of(c, handle);
        if (number == 0) return ESP_ERR_INVALID_ARG;
        return it.tasks.contains(number) ? ESP_OK : ESP_ERR_NOT_FOUND;
    });
}

esp_err_t esp_task_wdt_add_user(const char* name, esp_task_wdt_user_handle_t* handle) {
    if (name == nullptr || handle == nullptr) return ESP_ERR_INVALID_ARG;
    call c;
    return where_it_runs([&](watchdog& it) {
        const auto result = begin(c, it);
        if (result == ESP_OK) *handle = it.users.add(std::make_shared<subscriber>(subscriber{.name = name}));
        return result;
    });
}

esp_err_t esp_task_wdt_reset_user(esp_task_wdt_user_handle_t handle) {
    call c;
    return where_it_runs([&](watchdog& it) {
        const auto user = it.users.find(handle);
        if (user == nullptr) return ESP_ERR_NOT_FOUND;
        user->has_reset = true;
        it.look(c);
        return ESP_OK;
    });
}

esp_err_t esp_task_wdt_delete_user(esp_task_wdt_user_handle_t handle) {
    call c;
    return where_it_runs([&](watchdog& it) {
        if (it.users.find(handle) == nullptr) return ESP_ERR_NOT_FOUND;
        it.users.remove(handle);
        it.look(c);
        return ESP_OK;
    });
}

}  // extern "C"
