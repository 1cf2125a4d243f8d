#include "idf/freertos/queue.hpp"

#include <cstring>
#include <string>

namespace nowire::idf::freertos {

queue::queue(std::uint8_t of_type, UBaseType_t of_length, UBaseType_t of_item_size)
    : type(of_type),
      length(of_length),
      item_size(of_item_size),
      storage_(static_cast<std::size_t>(of_length) * of_item_size) {}

std::uint8_t* queue::place(UBaseType_t behind_first) {
    const auto at = (static_cast<std::size_t>(first_) + behind_first) % length;
    return storage_.data() + at * item_size;
}

void queue::put(const void* item, BaseType_t position) {
    UBaseType_t behind = count;
    if (position == queueOVERWRITE) {
        behind = 0;
        count = 0;
    } else if (position == queueSEND_TO_FRONT) {
        first_ = (first_ + length - 1) % length;
        behind = 0;
    }
    if (item_size > 0) std::memcpy(place(behind), item, item_size);
    ++count;
}

void queue::get(void* item) const {
    if (item_size > 0) std::memcpy(item, const_cast<queue*>(this)->place(0), item_size);
}

void queue::drop_first() {
    first_ = (first_ + 1) % length;
    --count;
}

std::shared_ptr<queue> make_queue(api& c, UBaseType_t length, UBaseType_t item_size, std::uint8_t type) {
    if (length == 0) {
        c.complain("a queue has room for one message at least");
        return nullptr;
    }
    if (std::uint64_t{length} * item_size > largest_object) {
        c.complain("no memory for " + std::to_string(length) + " messages of " + std::to_string(item_size) + " bytes");
        return nullptr;
    }
    return registry<queue>::all().add(std::make_shared<queue>(type, length, item_size));
}

void tell_of_message(api& c, queue& q, BaseType_t* more_urgent) {
    if (q.in_set != 0)
        tell_set(c, q.in_set, q.handle, more_urgent);
    else
        c.wake_first(q.receivers, more_urgent);
}

}  // namespace nowire::idf::freertos

using namespace nowire::idf::freertos;

namespace {

QueueHandle_t handle_of(const std::shared_ptr<queue>& q) {
    return q ? to_handle<QueueHandle_t>(q->handle) : nullptr;
}

}  // namespace

extern "C" {

QueueHandle_t xQueueGenericCreate(UBaseType_t length, UBaseType_t item_size, std::uint8_t type) {
    api c("xQueueCreate");
    return handle_of(make_queue(c, length, item_size, type));
}

QueueHandle_t xQueueGenericCreateStatic(UBaseType_t length, UBaseType_t item_size, std::uint8_t* storage,
                                        StaticQueue_t* memory, std::uint8_t type) {
    api c("xQueueCreateStatic");
    if (memory == nullptr || is_given(storage) != (item_size > 0)) {
        c.complain("there is no memory for the queue, or for its messages and only for these");
        return nullptr;
    }
    return handle_of(make_queue(c, length, item_size, type));
}

void vQueueDelete(QueueHandle_t handle) {
    api c("vQueueDelete");
    const auto q = c.find<queue>(handle);
    if (!q) return;
    registry<queue>::all().remove(*q);
    c.tasks().wake_all(q->senders);
    c.tasks().wake_all(q->receivers);
}

BaseType_t xQueueGenericReset(QueueHandle_t handle, BaseType_t /*is_new*/) {
    api c("xQueueReset");
    const auto q = c.find<queue>(handle);
    if (!q) return pdFAIL;
    q->count = 0;
    c.wake_first(q->senders);
    return pdPASS;
}

UBaseType_t uxQueueMessagesWaiting(QueueHandle_t handle) {
    api c("uxQueueMessagesWaiting");
    const auto q = c.find<queue>(handle);
    return q ? q->count : 0;
}

UBaseType_t uxQueueMessagesWaitingFromISR(QueueHandle_t handle) {
    return uxQueueMessagesWaiting(handle);
}

UBaseType_t uxQueueSpacesAvailable(QueueHandle_t handle) {
    api c("uxQueueSpacesAvailable");
    const auto q = c.find<queue>(handle);
    return q ? q->length - q->count : 0;
}

BaseType_t xQueueIsQueueEmptyFromISR(QueueHandle_t handle) {
    api c("xQueueIsQueueEmptyFromISR");
    const auto q = c.find<queue>(handle);
    return truth(!q || q->is_empty());
}

BaseType_t xQueueIsQueueFullFromISR(QueueHandle_t handle) {
    api c("xQueueIsQueueFullFromISR");
    const auto q = c.find<queue>(handle);
    return truth(!q || q->is_full());
}

void vQueueAddToRegistry(QueueHandle_t handle, const char* name) {
    api c("vQueueAddToRegistry");
    if (const auto q = c.find<queue>(handle)) q->label = name;
}

void vQueueUnregisterQueue(QueueHandle_t handle) {
    api c("vQueueUnregisterQueue");
    if (const auto q = c.find<queue>(handle)) q->label = nullptr;
}

const char* pcQueueGetName(QueueHandle_t handle) {
    api c("pcQueueGetName");
    const auto q = c.find<queue>(handle);
    return q ? q->label : nullptr;
}
}
