/// Semaphores: queues whose messages have no bytes.

#include "freertos/semphr.h"
#include "idf/freertos/queue.hpp"

#include <string>

using namespace nowire::idf::freertos;

namespace {

QueueHandle_t create_counting(api& c, UBaseType_t max_count, UBaseType_t count) {
    if (max_count == 0 || count > max_count) {
        c.complain("a semaphore cannot count to " + std::to_string(max_count) + " and begin with " +
                   std::to_string(count));
        return nullptr;
    }
    const auto made = make_queue(c, max_count, 0, queueQUEUE_TYPE_COUNTING_SEMAPHORE);
    made->count = count;
    return to_handle<QueueHandle_t>(made->handle);
}

}  // namespace

extern "C" {

QueueHandle_t xQueueCreateCountingSemaphore(UBaseType_t max_count, UBaseType_t count) {
    api c("xSemaphoreCreateCounting");
    return create_counting(c, max_count, count);
}

QueueHandle_t xQueueCreateCountingSemaphoreStatic(UBaseType_t max_count, UBaseType_t count, StaticQueue_t* memory) {
    api c("xSemaphoreCreateCountingStatic");
    if (memory != nullptr) return create_counting(c, max_count, count);
    c.complain("there is no memory for the semaphore");
    return nullptr;
}

BaseType_t xQueueSemaphoreTake(QueueHandle_t handle, TickType_t ticks) {
    api c("xSemaphoreTake");
    c.refuse_to_wait_while_suspended(ticks);
    const auto q = c.find<queue>(handle);
    if (!q) return pdFAIL;
    if (q->item_size != 0) c.give_up("this is a queue, and no semaphore");
    const auto is_free = [&q] { return q->gone || !q->is_empty(); };
    for (const auto until = c.deadline(ticks); !is_free();) {
        if (ticks == 0) return pdFAIL;
        if (q->is_mutex()) lend_priority(c, *q);
        if (c.block(&q->receivers, until) || is_free()) continue;
        if (q->is_mutex()) take_back_priority(c, *q);
        return pdFAIL;
    }
    if (q->gone) {
        c.complain_of(handle, queue::name);
        return pdFAIL;
    }
    q->drop_first();
    if (q->is_mutex())
        become_holder(c, *q);
    else
        c.wake_first(q->senders);
    return pdPASS;
}

BaseType_t xQueueGiveFromISR(QueueHandle_t handle, BaseType_t* more_urgent) {
    api c("xSemaphoreGiveFromISR");
    const auto q = c.find<queue>(handle);
    if (!q) return pdFAIL;
    if (q->item_size != 0) c.give_up("this is a queue, and no semaphore");
    if (q->is_mutex()) c.give_up("an interrupt cannot hold a mutex");
    if (q->is_full()) return errQUEUE_FULL;
    q->put(nullptr, queueSEND_TO_BACK);
    tell_of_message(c, *q, more_urgent);
    return pdPASS;
}
}
