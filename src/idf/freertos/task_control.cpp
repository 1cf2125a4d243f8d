#include "freertos/task.h"
#include "idf/freertos/api.hpp"

#include <algorithm>

using namespace nowire::idf::freertos;
using nowire::idf::task;

namespace {

/// The library's own tasks, whose threads it needs.
bool is_the_librarys(const task& t) {
    return t.is_system && !t.is_guest;
}

}  // namespace

extern "C" {

void vTaskDelete(TaskHandle_t handle) {
    api c("vTaskDelete");
    auto* const t = c.find_task(handle);
    if (t == nullptr) return;
    if (t == &c.task()) {
        if (is_the_librarys(*t)) c.give_up("the task \"" + t->name + "\" cannot be deleted from its own callback");
        if (c.own().critical > 0 || c.own().scheduler_suspended > 0)
            c.give_up("a task deletes itself inside a critical section or with the scheduler suspended");
    } else if (is_the_librarys(*t)) {
        c.complain("the task \"" + t->name + "\" is the system's");
        return;
    }
    c.tasks().end(c.held(), *t);
}

UBaseType_t uxTaskPriorityGet(TaskHandle_t handle) {
    api c("uxTaskPriorityGet");
    const auto* const t = c.find_task(handle);
    return t != nullptr ? t->priority : 0;
}

UBaseType_t uxTaskPriorityGetFromISR(TaskHandle_t handle) {
    return uxTaskPriorityGet(handle);
}

void vTaskPrioritySet(TaskHandle_t handle, UBaseType_t priority) {
    api c("vTaskPrioritySet");
    auto* const t = c.find_task(handle);
    if (t == nullptr) return;
    if (priority >= configMAX_PRIORITIES)
        c.complain("a priority is at most " + std::to_string(configMAX_PRIORITIES - 1));
    priority = std::min<UBaseType_t>(priority, configMAX_PRIORITIES - 1);
    // What a mutex lends a task it keeps, unless its own priority becomes higher.
    const bool has_lent = t->priority != t->base_priority;
    t->base_priority = priority;
    if (!has_lent || priority > t->priority) c.tasks().set_priority(*t, priority);
}

void vTaskSuspend(TaskHandle_t handle) {
    api c("vTaskSuspend");
    auto* const t = c.find_task(handle);
    if (t == nullptr) return;
    if (t == &c.task() && (c.own().critical > 0 || c.own().scheduler_suspended > 0 || c.own().in_interrupt))
        c.give_up("a task suspends itself inside a critical section, with the scheduler suspended or in an interrupt");
    for (auto& each : data(*t).notifications)
        if (each.now == task_data::notification::state::awaited) each.now = task_data::notification::state::none;
    c.tasks().suspend(c.held(), *t);
}

void vTaskResume(TaskHandle_t handle) {
    api c("vTaskResume");
    if (handle == nullptr) {
        c.complain_of(handle, "task");
        return;
    }
    if (auto* const t = c.find_task(handle); t != nullptr) c.tasks().resume(*t);
}

BaseType_t xTaskResumeFromISR(TaskHandle_t handle) {
    api c("xTaskResumeFromISR");
    if (handle == nullptr) {
        c.complain_of(handle, "task");
        return pdFALSE;
    }
    auto* const t = c.find_task(handle);
    return truth(t != nullptr && c.tasks().resume(*t) && t->priority > c.task().priority);
}

void vPortYield(void) {
    api c("taskYIELD");
    c.tasks().yield(c.held());
}

void vPortYieldFromISR(void) {
    // Whoever is more urgent has the core when a call ends.
    const api c("portYIELD_FROM_ISR");
}
}
