/// Sending to queues and receiving from them.

#include "idf/freertos/queue.hpp"

#include <algorithm>

using namespace nowire::idf::freertos;

namespace {

bool can_be_copied(api& c, const queue& q, const void* item) {
    if (item != nullptr || q.item_size == 0) return true;
    c.complain("the message is NULL");
    return false;
}

BaseType_t put(api& c, queue& q, const void* item, BaseType_t position, BaseType_t* more_urgent) {
    if (q.is_mutex()) release_mutex(c, q);
    const bool is_more = position != queueOVERWRITE || q.is_empty();
    q.put(item, position);
    // Of a message that takes the place of another the set has been told.
    if (is_more || q.in_set == 0) tell_of_message(c, q, more_urgent);
    return pdPASS;
}

void check_position(api& c, const queue& q, BaseType_t position) {
    if (position == queueOVERWRITE && q.length != 1) c.give_up("only a queue of length 1 can be overwritten");
}

bool has_room(const queue& q, BaseType_t position) {
    return !q.is_full() || position == queueOVERWRITE;
}

BaseType_t get(api& c, QueueHandle_t handle, void* item, TickType_t ticks, bool stays) {
    c.refuse_to_wait_while_suspended(ticks);
    const auto q = c.find<queue>(handle);
    if (!q || !can_be_copied(c, *q, item)) return pdFAIL;
    if (!c.wait_until(q->receivers, ticks, [&q] { return q->gone || !q->is_empty(); })) return errQUEUE_EMPTY;
    if (q->gone) {
        c.complain_of(handle, queue::name);
        return pdFAIL;
    }
    q->get(item);
    if (stays) {
        // It is there for the next who waits, too.
        c.wake_first(q->receivers);
    } else {
        q->drop_first();
        c.wake_first(q->senders);
    }
    return pdPASS;
}

}  // namespace

extern "C" {

BaseType_t xQueueGenericSend(QueueHandle_t handle, const void* item, TickType_t ticks, BaseType_t position) {
    api c("xQueueSend");
    c.refuse_to_wait_while_suspended(ticks);
    const auto q = c.find<queue>(handle);
    if (!q || !can_be_copied(c, *q, item)) return errQUEUE_FULL;
    check_position(c, *q, position);
    if (!c.wait_until(q->senders, ticks, [&] { return q->gone || has_room(*q, position); })) return errQUEUE_FULL;
    if (q->gone) {
        c.complain_of(handle, queue::name);
        return errQUEUE_FULL;
    }
    return put(c, *q, item, position, nullptr);
}

BaseType_t xQueueGenericSendFromISR(QueueHandle_t handle, const void* item, BaseType_t* more_urgent,
                                    BaseType_t position) {
    api c("xQueueSendFromISR");
    const auto q = c.find<queue>(handle);
    if (!q || !can_be_copied(c, *q, item)) return errQUEUE_FULL;
    check_position(c, *q, position);
    return has_room(*q, position) ? put(c, *q, item, position, more_urgent) : errQUEUE_FULL;
}

BaseType_t xQueueReceive(QueueHandle_t handle, void* item, TickType_t ticks) {
    api c("xQueueReceive");
    return get(c, handle, item, ticks, false);
}

BaseType_t xQueuePeek(QueueHandle_t handle, void* item, TickType_t ticks) {
    api c("xQueuePeek");
    return get(c, handle, item, ticks, true);
}

BaseType_t xQueueReceiveFromISR(QueueHandle_t handle, void* item, BaseType_t* more_urgent) {
    api c("xQueueReceiveFromISR");
    const auto q = c.find<queue>(handle);
    if (!q || !can_be_copied(c, *q, item)) return pdFAIL;
    if (q->is_mutex()) c.give_up("an interrupt cannot hold a mutex");
    if (q->is_empty()) return pdFAIL;
    q->get(item);
    q->drop_first();
    c.wake_first(q->senders, more_urgent);
    return pdPASS;
}

BaseType_t xQueuePeekFromISR(QueueHandle_t handle, void* item) {
    api c("xQueuePeekFromISR");
    const auto q = c.find<queue>(handle);
    if (!q || !can_be_copied(c, *q, item) || q->is_empty()) return pdFAIL;
    q->get(item);
    return pdPASS;
}
}
