/// Queue sets: queues of the handles of those of their members that have something to read.

#include "idf/freertos/queue.hpp"

namespace nowire::idf::freertos {

void tell_set(api& c, std::uintptr_t set, std::uintptr_t member, BaseType_t* more_urgent) {
    const auto told = registry<queue>::all().find(set);
    if (!told) return;
    if (told->is_full()) c.give_up("the queue set is shorter than what its members hold together");
    told->put(&member, queueSEND_TO_BACK);
    c.wake_first(told->receivers, more_urgent);
}

}  // namespace nowire::idf::freertos

using namespace nowire::idf::freertos;

extern "C" {

QueueSetHandle_t xQueueCreateSet(UBaseType_t length) {
    api c("xQueueCreateSet");
    const auto made = make_queue(c, length, sizeof(std::uintptr_t), queueQUEUE_TYPE_SET);
    return made ? to_handle<QueueSetHandle_t>(made->handle) : nullptr;
}

BaseType_t xQueueAddToSet(QueueSetMemberHandle_t member, QueueSetHandle_t set) {
    api c("xQueueAddToSet");
    const auto q = c.find<queue>(member);
    const auto to = c.find<queue>(set);
    if (!q || !to || q->in_set != 0 || !q->is_empty()) return pdFAIL;
    q->in_set = to->handle;
    return pdPASS;
}

BaseType_t xQueueRemoveFromSet(QueueSetMemberHandle_t member, QueueSetHandle_t set) {
    api c("xQueueRemoveFromSet");
    const auto q = c.find<queue>(member);
    if (!q || q->in_set == 0 || q->in_set != value_of(set) || !q->is_empty()) return pdFAIL;
    q->in_set = 0;
    return pdPASS;
}

QueueSetMemberHandle_t xQueueSelectFromSet(QueueSetHandle_t set, TickType_t ticks) {
    std::uintptr_t member = 0;
    return xQueueReceive(set, &member, ticks) == pdPASS ? to_handle<QueueSetMemberHandle_t>(member) : nullptr;
}

QueueSetMemberHandle_t xQueueSelectFromSetFromISR(QueueSetHandle_t set) {
    std::uintptr_t member = 0;
    return xQueueReceiveFromISR(set, &member, nullptr) == pdPASS ? to_handle<QueueSetMemberHandle_t>(member) : nullptr;
}
}
