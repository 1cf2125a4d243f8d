/// esp_event.h: event loops by their handles, the default loop, and the chip's own events.

#include "idf/event.hpp"

#include "idf/event_loop.hpp"
#include "idf/freertos/ticks.hpp"

#include <esp_event.h>

#include <algorithm>
#include <system_error>

namespace nowire::idf {

namespace {

constexpr unsigned default_loop_priority = 20;
constexpr std::size_t most_from_interrupt = 4;

/// Under the driver's lock.
struct loops {
    handles<event_loop, esp_event_loop_handle_t> all;
    esp_event_loop_handle_t by_default = nullptr;
};

loops& the_loops() {
    // Never destroyed, since the loops' tasks may use it until the process is gone.
    static auto* const made = new loops();
    return *made;
}

std::optional<time_point> deadline(call& c, TickType_t ticks) {
    if (ticks == portMAX_DELAY) return std::nullopt;
    return freertos::time_of_tick(c.chip(), freertos::ticks_at(c.chip(), c.now()) + ticks);
}

/// The program's. It is read as if it could change, because compilers take the library's own value for a constant.
std::int32_t default_queue_size() {
    const volatile auto& config = nowire_event_config;
    return static_cast<std::int32_t>(config.queue_size);
}

bool is_for_handlers(const event_kind& kind) {
    return kind.base != ESP_EVENT_ANY_BASE || kind.id == ESP_EVENT_ANY_ID;
}

esp_err_t create(call& c, const esp_event_loop_args_t& how, esp_event_loop_handle_t& handle) {
    std::optional<std::string> name;
    if (how.task_name != nullptr) name = how.task_name;
    const auto made = std::make_shared<event_loop>(name, static_cast<std::size_t>(how.queue_size));
    try {
        if (name) made->start_task(c, std::min<unsigned>(how.task_priority, configMAX_PRIORITIES - 1));
    } catch (const std::system_error&) {
        return ESP_FAIL;
    }
    handle = the_loops().all.add(made);
    return ESP_OK;
}

esp_err_t remove(call& c, esp_event_loop_handle_t handle) {
    const auto loop = the_loops().all.find(handle);
    if (loop == nullptr) return ESP_ERR_INVALID_ARG;
    the_loops().all.remove(handle);
    if (the_loops().by_default == handle) the_loops().by_default = nullptr;
    loop->close(c);
    return ESP_OK;
}

/// Calls `use(call, loop)` for a loop that there is.
template <class Use>
esp_err_t with_loop(esp_event_loop_handle_t handle, Use&& use) {
    call c;
    const auto loop = the_loops().all.find(handle);
    return loop == nullptr ? ESP_ERR_INVALID_ARG : std::forward<Use>(use)(c, *loop);
}

/// The same for the default loop.
template <class Use>
esp_err_t with_default_loop(Use&& use) {
    call c;
    const auto loop = the_loops().all.find(the_loops().by_default);
    return loop == nullptr ? ESP_ERR_INVALID_STATE : std::forward<Use>(use)(c, *loop);
}

// What both kinds of functions do with their loop.

auto adding(const event_handler& h, esp_event_handler_instance_t* instance) {
    return [=](call&, event_loop& loop) {
        if (h.function == nullptr || !is_for_handlers(h.of)) return ESP_ERR_INVALID_ARG;
        const auto number = loop.add(h);
        if (instance != nullptr) *instance = number;
        return ESP_OK;
    };
}

/// `what`: the function, or the instance.
auto removing(const event_kind& of, auto what) {
    return [=](call& c, event_loop& loop) {
        return what == nullptr || !is_for_handlers(of) ? ESP_ERR_INVALID_ARG : loop.remove(c, of, what);
    };
}

auto posting(const event_kind& kind, const void* data, std::size_t size, TickType_t ticks) {
    return [=](call& c, event_loop& loop) {
        if (kind.base == ESP_EVENT_ANY_BASE || kind.id == ESP_EVENT_ANY_ID) return ESP_ERR_INVALID_ARG;
        return loop.post(c, kind, data, size, deadline(c, ticks));
    };
}

auto posting_from_interrupt(const event_kind& kind, const void* data, std::size_t size, BaseType_t* unblocked) {
    return [=](call& c, event_loop& loop) {
        if (size > most_from_interrupt) return ESP_ERR_INVALID_ARG;
        const auto* runner = loop.next_runner();
        const bool is_urgent = runner != nullptr && runner->priority > c.task().priority;
        const auto result = posting(kind, data, size, 0)(c, loop);
        if (result == ESP_OK && is_urgent && unblocked != nullptr) *unblocked = pdTRUE;
        return result == ESP_ERR_TIMEOUT ? ESP_FAIL : result;
    };
}

}  // namespace

bool post_event(call& c, esp_event_base_t base, std::int32_t id, const void* data, std::size_t size) {
    const auto loop = the_loops().all.find(the_loops().by_default);
    return loop == nullptr || loop->post(c, {base, id}, data, size, c.now()) == ESP_OK;
}

bool has_default_event_loop(call&) {
    return the_loops().by_default != nullptr;
}

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

esp_err_t esp_event_loop_create(const esp_event_loop_args_t* how, esp_event_loop_handle_t* loop) {
    if (how == nullptr || loop == nullptr || how->queue_size <= 0) return ESP_ERR_INVALID_ARG;
    call c;
    return create(c, *how, *loop);
}

esp_err_t esp_event_loop_delete(esp_event_loop_handle_t loop) {
    call c;
    return remove(c, loop);
}

esp_err_t esp_event_loop_create_default(void) {
    call c;
    if (the_loops().by_default != nullptr) return ESP_ERR_INVALID_STATE;
    const esp_event_loop_args_t how = {.queue_size = default_queue_size(),
                                       .task_name = "sys_evt",
                                       .task_priority = default_loop_priority,
                                       .task_stack_size = 0,
                                       .task_core_id = 0};
    return create(c, how, the_loops().by_default);
}

esp_err_t esp_event_loop_delete_default(void) {
    call c;
    const auto loop = the_loops().by_default;
    return loop == nullptr ? ESP_ERR_INVALID_STATE : remove(c, loop);
}

esp_err_t esp_event_loop_run(esp_event_loop_handle_t handle, TickType_t ticks_to_run) {
    std::shared_ptr<event_loop> loop;
    std::optional<nowire::time_point> until;
    {
        call c;
        loop = the_loops().all.find(handle);
        until = deadline(c, ticks_to_run);
    }
    return loop == nullptr ? ESP_ERR_INVALID_ARG : loop->run(until);
}

esp_err_t esp_event_handler_register(esp_event_base_t base, int32_t id, esp_event_handler_t handler, void* arg) {
    return with_default_loop(adding({{base, id}, handler, arg, false}, nullptr));
}

esp_err_t esp_event_handler_register_with(esp_event_loop_handle_t loop, esp_event_base_t base, int32_t id,
                                          esp_event_handler_t handler, void* arg) {
    return with_loop(loop, adding({{base, id}, handler, arg, false}, nullptr));
}

esp_err_t esp_event_handler_instance_register(esp_event_base_t base, int32_t id, esp_event_handler_t handler, void* arg,
                                              esp_event_handler_instance_t* instance) {
    return with_default_loop(adding({{base, id}, handler, arg, true}, instance));
}

esp_err_t esp_event_handler_instance_register_with(esp_event_loop_handle_t loop, esp_event_base_t base, int32_t id,
                                                   esp_event_handler_t handler, void* arg,
                                                   esp_event_handler_instance_t* instance) {
    return with_loop(loop, adding({{base, id}, handler, arg, true}, instance));
}

esp_err_t esp_event_handler_unregister(esp_event_base_t base, int32_t id, esp_event_handler_t handler) {
    return with_default_loop(removing({base, id}, handler));
}

esp_err_t esp_event_handler_unregister_with(esp_event_loop_handle_t loop, esp_event_base_t base, int32_t id,
                                            esp_event_handler_t handler) {
    return with_loop(loop, removing({base, id}, handler));
}

esp_err_t esp_event_handler_instance_unregister(esp_event_base_t base, int32_t id,
                                                esp_event_handler_instance_t instance) {
    return with_default_loop(removing({base, id}, instance));
}

esp_err_t esp_event_handler_instance_unregister_with(esp_event_loop_handle_t loop, esp_event_base_t base, int32_t id,
                                                     esp_event_handler_instance_t instance) {
    return with_loop(loop, removing({base, id}, instance));
}

esp_err_t esp_event_post(esp_event_base_t base, int32_t id, const void* data, size_t size, TickType_t ticks_to_wait) {
    return with_default_loop(posting({base, id}, data, size, ticks_to_wait));
}

esp_err_t esp_event_post_to(esp_event_loop_handle_t loop, esp_event_base_t base, int32_t id, const void* data,
                            size_t size, TickType_t ticks_to_wait) {
    return with_loop(loop, posting({base, id}, data, size, ticks_to_wait));
}

esp_err_t esp_event_isr_post(esp_event_base_t base, int32_t id, const void* data, size_t size,
                             BaseType_t* task_unblocked) {
    return with_default_loop(posting_from_interrupt({base, id}, data, size, task_unblocked));
}

esp_err_t esp_event_isr_post_to(esp_event_loop_handle_t loop, esp_event_base_t base, int32_t id, const void* data,
                                size_t size, BaseType_t* task_unblocked) {
    return with_loop(loop, posting_from_interrupt({base, id}, data, size, task_unblocked));
}

esp_err_t esp_event_dump(FILE* file) {
    if (file == nullptr) return ESP_ERR_INVALID_ARG;
    std::string text;
    {
        const call c;
        for (const auto& [handle, loop] : the_loops().all.all())
            text += loop->dump(handle);
    }
    std::fputs(text.c_str(), file);
    return ESP_OK;
}

}  // extern "C"
