/// Task notifications: a value and a state for each index, in the task itself.

#include "freertos/task.h"
#include "idf/freertos/api.hpp"

#include <string>
#include <utility>

using namespace nowire::idf::freertos;
using nowire::idf::task;
using notification = task_data::notification;

namespace {

notification& at(api& c, task& t, UBaseType_t index) {
    auto& all = data(t).notifications;
    if (index >= all.size())
        c.give_up("a task has " + std::to_string(all.size()) +
                  " notifications (CONFIG_FREERTOS_TASK_NOTIFICATION_ARRAY_ENTRIES); there is no index " +
                  std::to_string(index));
    return all[index];
}

/// NULL is no task here, as on the chip.
task* find_receiver(api& c, TaskHandle_t handle) {
    if (handle != nullptr) return c.find_task(handle);
    c.complain_of(handle, "task");
    return nullptr;
}

BaseType_t notify(api& c, TaskHandle_t handle, UBaseType_t index, std::uint32_t value, eNotifyAction action,
                  std::uint32_t* previous, BaseType_t* more_urgent) {
    auto* const t = find_receiver(c, handle);
    if (t == nullptr) return pdFAIL;
    auto& n = at(c, *t, index);
    if (previous != nullptr) *previous = n.value;
    const auto before = std::exchange(n.now, notification::state::pending);
    switch (action) {
        case eNoAction:
            break;
        case eSetBits:
            n.value |= value;
            break;
        case eIncrement:
            ++n.value;
            break;
        case eSetValueWithOverwrite:
            n.value = value;
            break;
        case eSetValueWithoutOverwrite:
            if (before == notification::state::pending) return pdFAIL;
            n.value = value;
            break;
    }
    if (before == notification::state::awaited && c.tasks().wake(*t) && more_urgent != nullptr &&
        t->priority > c.task().priority)
        *more_urgent = pdTRUE;
    return pdPASS;
}

/// Waits once, not again: a task that was suspended meanwhile goes on without a notification, as on the chip.
void wait(api& c, notification& n, TickType_t ticks) {
    if (ticks == 0) return;
    const auto until = c.deadline(ticks);
    n.now = notification::state::awaited;
    c.block(nullptr, until);
}

}  // namespace

extern "C" {

BaseType_t xTaskGenericNotify(TaskHandle_t handle, UBaseType_t index, std::uint32_t value, eNotifyAction action,
                              std::uint32_t* previous) {
    api c("xTaskNotify");
    return notify(c, handle, index, value, action, previous, nullptr);
}

BaseType_t xTaskGenericNotifyFromISR(TaskHandle_t handle, UBaseType_t index, std::uint32_t value, eNotifyAction action,
                                     std::uint32_t* previous, BaseType_t* more_urgent) {
    api c("xTaskNotifyFromISR");
    return notify(c, handle, index, value, action, previous, more_urgent);
}

void vTaskGenericNotifyGiveFromISR(TaskHandle_t handle, UBaseType_t index, BaseType_t* more_urgent) {
    api c("vTaskNotifyGiveFromISR");
    notify(c, handle, index, 0, eIncrement, nullptr, more_urgent);
}

BaseType_t xTaskGenericNotifyWait(UBaseType_t index, std::uint32_t clear_on_entry, std::uint32_t clear_on_exit,
                                  std::uint32_t* value, TickType_t ticks) {
    api c("xTaskNotifyWait");
    c.refuse_to_wait_while_suspended(ticks);
    auto& n = at(c, c.task(), index);
    if (n.now != notification::state::pending) {
        n.value &= ~clear_on_entry;
        wait(c, n, ticks);
    }
    if (value != nullptr) *value = n.value;
    const bool came = n.now == notification::state::pending;
    if (came) n.value &= ~clear_on_exit;
    n.now = notification::state::none;
    return truth(came);
}

std::uint32_t ulTaskGenericNotifyTake(UBaseType_t index, BaseType_t clear, TickType_t ticks) {
    api c("ulTaskNotifyTake");
    c.refuse_to_wait_while_suspended(ticks);
    auto& n = at(c, c.task(), index);
    if (n.value == 0) wait(c, n, ticks);
    const auto value = n.value;
    if (value != 0) n.value = clear != pdFALSE ? 0 : value - 1;
    n.now = notification::state::none;
    return value;
}

BaseType_t xTaskGenericNotifyStateClear(TaskHandle_t handle, UBaseType_t index) {
    api c("xTaskNotifyStateClear");
    auto* const t = c.find_task(handle);
    if (t == nullptr) return pdFALSE;
    auto& n = at(c, *t, index);
    if (n.now != notification::state::pending) return pdFALSE;
    n.now = notification::state::none;
    return pdTRUE;
}

std::uint32_t ulTaskGenericNotifyValueClear(TaskHandle_t handle, UBaseType_t index, std::uint32_t bits) {
    api c("ulTaskNotifyValueClear");
    auto* const t = c.find_task(handle);
    if (t == nullptr) return 0;
    auto& n = at(c, *t, index);
    const auto before = n.value;
    n.value &= ~bits;
    return before;
}
}
