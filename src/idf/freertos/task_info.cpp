#include "freertos/task.h"
#include "idf/freertos/api.hpp"
#include "idf/freertos/run_time.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

using namespace nowire::idf::freertos;
using nowire::idf::task;

namespace {

TaskHandle_t handle_of(const task& t) {
    return to_handle<TaskHandle_t>(handle_value(kind::task, t.number));
}

eTaskState state_of(const task& t) {
    if (t.must_end) return eDeleted;
    if (t.must_stop) return eSuspended;
    switch (t.now) {
        case task::state::running:
        case task::state::away:
        case task::state::outside:
            return eRunning;
        case task::state::ready:
            return eReady;
        case task::state::blocked:
            return eBlocked;
        case task::state::suspended:
            return eSuspended;
        case task::state::ended:
            return eDeleted;
    }
    return eInvalid;
}

TaskStatus_t status_of(api& c, task& t) {
    return {.xHandle = handle_of(t),
            .pcTaskName = t.name.c_str(),
            .xTaskNumber = t.number,
            .eCurrentState = state_of(t),
            .uxCurrentPriority = t.priority,
            .uxBasePriority = t.base_priority,
            .ulRunTimeCounter = run_time(c, t),
            .pxStackBase = nullptr,
            .usStackHighWaterMark = data(t).stack_size,
            .xCoreID = data(t).core};
}

UBaseType_t count_tasks(api& c) {
    return static_cast<UBaseType_t>(
        std::ranges::count_if(c.tasks().tasks(), [](const auto& each) { return !each.second->is_guest; }));
}

}  // namespace

extern "C" {

TaskHandle_t xTaskGetCurrentTaskHandle(void) {
    return handle_of(api("xTaskGetCurrentTaskHandle").task());
}

TaskHandle_t xTaskGetCurrentTaskHandleForCore(BaseType_t core) {
    return core == 0 ? xTaskGetCurrentTaskHandle() : nullptr;
}

TaskHandle_t xTaskGetHandle(const char* name) {
    api c("xTaskGetHandle");
    if (name == nullptr) {
        c.complain("the name is NULL");
        return nullptr;
    }
    const auto found = std::ranges::find_if(c.tasks().tasks(), [name](const auto& each) {
        return each.second->name == std::string_view(name) && !each.second->must_end;
    });
    return found == c.tasks().tasks().end() ? nullptr : handle_of(*found->second);
}

char* pcTaskGetName(TaskHandle_t handle) {
    api c("pcTaskGetName");
    auto* const t = c.find_task(handle);
    return t != nullptr ? t->name.data() : nullptr;
}

eTaskState eTaskGetState(TaskHandle_t handle) {
    // What was deleted is no fault here: that is what one asks.
    api c("eTaskGetState");
    const auto value = value_of(handle);
    const auto* const t = handle == nullptr ? &c.task() : c.tasks().find(static_cast<unsigned>(value / 8));
    return t != nullptr && (handle == nullptr || handle == handle_of(*t)) ? state_of(*t) : eDeleted;
}

UBaseType_t uxTaskGetNumberOfTasks(void) {
    api c("uxTaskGetNumberOfTasks");
    return count_tasks(c);
}

UBaseType_t uxTaskGetStackHighWaterMark(TaskHandle_t handle) {
    api c("uxTaskGetStackHighWaterMark");
    auto* const t = c.find_task(handle);
    return t != nullptr ? data(*t).stack_size : 0;
}

std::uint32_t uxTaskGetStackHighWaterMark2(TaskHandle_t handle) {
    return uxTaskGetStackHighWaterMark(handle);
}

BaseType_t xTaskGetCoreID(TaskHandle_t handle) {
    api c("xTaskGetCoreID");
    auto* const t = c.find_task(handle);
    return t != nullptr ? data(*t).core : tskNO_AFFINITY;
}

BaseType_t xPortGetCoreID(void) {
    const auto core = api("xPortGetCoreID").own().core;
    return core == tskNO_AFFINITY ? 0 : core;
}

void vTaskGetInfo(TaskHandle_t handle, TaskStatus_t* status, BaseType_t /*free_stack*/, eTaskState state) {
    api c("vTaskGetInfo");
    if (status == nullptr) c.give_up("there is no place for the answer");
    auto* const t = c.find_task(handle);
    if (t == nullptr) {
        *status = {};
        status->eCurrentState = eDeleted;
        return;
    }
    *status = status_of(c, *t);
    if (state != eInvalid) status->eCurrentState = state;
}

UBaseType_t uxTaskGetSystemState(TaskStatus_t* statuses, UBaseType_t size, std::uint32_t* total) {
    api c("uxTaskGetSystemState");
    if (total != nullptr) *total = total_run_time(c);
    if (statuses == nullptr || count_tasks(c) > size) return 0;
    UBaseType_t count = 0;
    for (const auto& [number, t] : c.tasks().tasks())
        if (!t->is_guest) statuses[count++] = status_of(c, *t);
    return count;
}

void vTaskList(char* buffer) {
    api c("vTaskList");
    if (buffer == nullptr) c.give_up("there is no buffer");
    *buffer = '\0';
    for (const auto& [number, t] : c.tasks().tasks()) {
        if (t->is_guest) continue;
        const auto status = status_of(c, *t);
        buffer += std::sprintf(buffer, "%-*s\t%c\t%u\t%u\t%u\r\n",
                               static_cast<int>(nowire_freertos_config.max_task_name_len - 1), status.pcTaskName,
                               "XRBSD"[status.eCurrentState], status.uxCurrentPriority, status.usStackHighWaterMark,
                               status.xTaskNumber);
    }
}
}
