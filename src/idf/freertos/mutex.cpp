/// Mutexes: who holds one, and the priority that those who wait for it lend him.

#include "freertos/semphr.h"
#include "idf/freertos/queue.hpp"

#include <algorithm>
#include <utility>

namespace nowire::idf::freertos {

void lend_priority(api& c, const queue& mutex) {
    auto* const holder = c.tasks().find(mutex.holder);
    if (holder != nullptr && holder->priority < c.task().priority) c.tasks().set_priority(*holder, c.task().priority);
}

void take_back_priority(api& c, const queue& mutex) {
    auto* const holder = c.tasks().find(mutex.holder);
    // One that holds more than this may have been lent it for another.
    if (holder == nullptr || data(*holder).mutexes_held != 1) return;
    const auto* const next = mutex.receivers.first();
    const auto priority = std::max(holder->base_priority, next != nullptr ? next->priority : 0);
    if (priority != holder->priority) c.tasks().set_priority(*holder, priority);
}

void become_holder(api& c, queue& mutex) {
    mutex.holder = c.task().number;
    ++c.own().mutexes_held;
}

void release_mutex(api& c, queue& mutex) {
    auto& t = c.task();
    if (std::exchange(mutex.holder, 0U) != t.number) c.give_up("the task \"" + t.name + "\" does not hold this mutex");
    if (--c.own().mutexes_held == 0 && t.priority != t.base_priority) c.tasks().set_priority(t, t.base_priority);
}

}  // namespace nowire::idf::freertos

using namespace nowire::idf::freertos;

namespace {

QueueHandle_t create(api& c, std::uint8_t type) {
    const auto made = make_queue(c, 1, 0, type);
    made->count = 1;
    return to_handle<QueueHandle_t>(made->handle);
}

std::shared_ptr<queue> find_recursive(api& c, QueueHandle_t handle) {
    auto mutex = c.find<queue>(handle);
    if (!mutex || mutex->type == queueQUEUE_TYPE_RECURSIVE_MUTEX) return mutex;
    c.complain("this is no recursive mutex");
    return nullptr;
}

}  // namespace

extern "C" {

QueueHandle_t xQueueCreateMutex(std::uint8_t type) {
    api c("xSemaphoreCreateMutex");
    return create(c, type);
}

QueueHandle_t xQueueCreateMutexStatic(std::uint8_t type, StaticQueue_t* memory) {
    api c("xSemaphoreCreateMutexStatic");
    if (memory != nullptr) return create(c, type);
    c.complain("there is no memory for the mutex");
    return nullptr;
}

BaseType_t xQueueTakeMutexRecursive(QueueHandle_t handle, TickType_t ticks) {
    {
        api c("xSemaphoreTakeRecursive");
        const auto mutex = find_recursive(c, handle);
        if (!mutex) return pdFAIL;
        if (mutex->holder == c.task().number) {
            ++mutex->recursion;
            return pdPASS;
        }
    }
    if (xQueueSemaphoreTake(handle, ticks) != pdPASS) return pdFAIL;
    api c("xSemaphoreTakeRecursive");
    if (const auto mutex = find_recursive(c, handle)) mutex->recursion = 1;
    return pdPASS;
}

BaseType_t xQueueGiveMutexRecursive(QueueHandle_t handle) {
    api c("xSemaphoreGiveRecursive");
    const auto mutex = find_recursive(c, handle);
    if (!mutex || mutex->holder != c.task().number) return pdFAIL;
    if (--mutex->recursion > 0) return pdPASS;
    release_mutex(c, *mutex);
    mutex->put(nullptr, queueSEND_TO_BACK);
    tell_of_message(c, *mutex, nullptr);
    return pdPASS;
}

TaskHandle_t xQueueGetMutexHolder(QueueHandle_t handle) {
    api c("xSemaphoreGetMutexHolder");
    const auto q = c.find<queue>(handle);
    return q && q->holder != 0 ? to_handle<TaskHandle_t>(handle_value(kind::task, q->holder)) : nullptr;
}

TaskHandle_t xQueueGetMutexHolderFromISR(QueueHandle_t handle) {
    return xQueueGetMutexHolder(handle);
}
}
