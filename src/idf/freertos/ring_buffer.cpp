/// ESP-IDF's ring buffers.

#include "freertos/ringbuf.h"
#include "idf/freertos/byte_ring.hpp"
#include "idf/freertos/queue.hpp"
#include "idf/freertos/ring_memory.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <variant>

namespace nowire::idf::freertos {

namespace {

/// Bytes of which one piece may be with the program.
struct ring_bytes {
    explicit ring_bytes(std::size_t size) : bytes(size) {}
    byte_ring bytes;
    std::size_t out = 0;
};

struct ring_buffer final : object {
    static constexpr kind is = kind::ring_buffer;
    static constexpr const char* name = "ring buffer";

    ring_buffer(std::size_t size, RingbufferType_t of_type) : type(of_type) {
        if (type == RINGBUF_TYPE_BYTEBUF)
            bytes.emplace(size);
        else
            items.emplace(size, type == RINGBUF_TYPE_ALLOWSPLIT);
    }

    std::size_t max_item() const { return bytes ? bytes->bytes.size() : items->max_item(); }
    bool has_room(std::size_t length) const { return bytes ? bytes->bytes.free() >= length : items->has_room(length); }
    void write(const void* from, std::size_t length) {
        if (bytes)
            bytes->bytes.write(from, length);
        else
            items->write(from, length);
    }
    bool can_receive() const { return bytes ? bytes->out == 0 && bytes->bytes.used() > 0 : items->can_receive(); }
    ring_memory::part receive(std::size_t at_most) {
        if (!bytes) return items->receive();
        bytes->out = std::min(at_most, bytes->bytes.contiguous());
        return {.data = bytes->bytes.first(), .length = bytes->out};
    }
    bool give_back(const void* data) {
        if (!bytes) return items->give_back(data);
        if (bytes->out == 0 || data != bytes->bytes.first()) return false;
        bytes->bytes.drop(std::exchange(bytes->out, 0));
        return true;
    }

    const RingbufferType_t type;
    std::optional<ring_memory> items;
    std::optional<ring_bytes> bytes;
    wait_list senders;
    wait_list receivers;
    std::uintptr_t in_set = 0;
};

RingbufHandle_t create(api& c, std::size_t size, RingbufferType_t type) {
    if (size == 0 || size > largest_object || type < RINGBUF_TYPE_NOSPLIT || type >= RINGBUF_TYPE_MAX) {
        c.complain("a ring buffer has a size of up to 16 MiB, and one of three types");
        return nullptr;
    }
    return to_handle<RingbufHandle_t>(
        registry<ring_buffer>::all().add(std::make_shared<ring_buffer>(size, type))->handle);
}

void tell_of_item(api& c, ring_buffer& r, BaseType_t* more_urgent) {
    if (r.in_set != 0) tell_set(c, r.in_set, r.handle, more_urgent);
    c.wake_first(r.receivers, more_urgent);
}

/// Waits for room. @returns nullptr: there is none, or never will be.
std::shared_ptr<ring_buffer> find_with_room(api& c, RingbufHandle_t handle, std::size_t length, TickType_t ticks) {
    c.refuse_to_wait_while_suspended(ticks);
    auto r = c.find<ring_buffer>(handle);
    if (!r || length > r->max_item()) return nullptr;
    const bool came = c.wait_until(r->senders, ticks, [&] { return r->gone || r->has_room(length); });
    return came && !r->gone ? r : nullptr;
}

BaseType_t send(api& c, RingbufHandle_t handle, const void* item, std::size_t length, TickType_t ticks,
                BaseType_t* more_urgent) {
    if (item == nullptr && length > 0) {
        c.complain("the item is NULL");
        return pdFALSE;
    }
    const auto r = find_with_room(c, handle, length, ticks);
    if (!r) return pdFALSE;
    // Of bytes none are no item.
    if (r->bytes && length == 0) return pdTRUE;
    r->write(item, length);
    tell_of_item(c, *r, more_urgent);
    // There may be room for the next who waits for some, too.
    c.wake_first(r->senders);
    return pdTRUE;
}

std::shared_ptr<ring_buffer> find_with_item(api& c, RingbufHandle_t handle, TickType_t ticks) {
    c.refuse_to_wait_while_suspended(ticks);
    auto r = c.find<ring_buffer>(handle);
    if (!r) return nullptr;
    const bool came = c.wait_until(r->receivers, ticks, [&] { return r->gone || r->can_receive(); });
    return came && !r->gone ? r : nullptr;
}

void* receive(api& c, RingbufHandle_t handle, std::size_t* length, TickType_t ticks, std::size_t at_most) {
    const auto r = find_with_item(c, handle, ticks);
    if (!r) return nullptr;
    const auto got = r->receive(at_most);
    if (length != nullptr) *length = got.length;
    if (r->can_receive()) c.wake_first(r->receivers);
    return got.data;
}

BaseType_t receive_split(api& c, RingbufHandle_t handle, void** head, void** tail, std::size_t* head_length,
                         std::size_t* tail_length, TickType_t ticks) {
    if (head == nullptr || tail == nullptr) c.give_up("there is no place for the addresses of the parts");
    const auto r = find_with_item(c, handle, ticks);
    if (!r) return pdFALSE;
    const auto first = r->receive(r->max_item());
    const auto rest = first.goes_on ? r->receive(r->max_item()) : ring_memory::part{};
    *head = first.data;
    *tail = rest.data;
    if (head_length != nullptr) *head_length = first.length;
    if (tail_length != nullptr) *tail_length = rest.length;
    if (r->can_receive()) c.wake_first(r->receivers);
    return pdTRUE;
}

void give_back(api& c, RingbufHandle_t handle, void* item, BaseType_t* more_urgent) {
    const auto r = c.find<ring_buffer>(handle);
    if (!r) return;
    if (!r->give_back(item)) {
        c.complain("the item is none that was received from this buffer and not returned");
        return;
    }
    c.wake_first(r->senders, more_urgent);
    if (r->can_receive()) c.wake_first(r->receivers, more_urgent);
}

std::shared_ptr<ring_buffer> find_bytes(api& c, RingbufHandle_t handle) {
    auto r = c.find<ring_buffer>(handle);
    if (!r || r->bytes) return r;
    c.complain("this is no byte buffer");
    return nullptr;
}

}  // namespace

}  // namespace nowire::idf::freertos

using namespace nowire::idf::freertos;

extern "C" {

RingbufHandle_t xRingbufferCreate(size_t size, RingbufferType_t type) {
    api c("xRingbufferCreate");
    return create(c, size, type);
}

RingbufHandle_t xRingbufferCreateNoSplit(size_t item_size, size_t count) {
    api c("xRingbufferCreateNoSplit");
    const auto each = (std::min(item_size, largest_object) + 3) / 4 * 4 + 8;
    return create(c, each * std::min(count, largest_object), RINGBUF_TYPE_NOSPLIT);
}

RingbufHandle_t xRingbufferCreateStatic(size_t size, RingbufferType_t type, std::uint8_t* storage,
                                        StaticRingbuffer_t* memory) {
    api c("xRingbufferCreateStatic");
    if (is_given(storage) && memory != nullptr && (type == RINGBUF_TYPE_BYTEBUF || size % 4 == 0))
        return create(c, size, type);
    c.complain("there is no memory for the buffer, or its size is no multiple of four");
    return nullptr;
}

RingbufHandle_t xRingbufferCreateWithCaps(size_t size, RingbufferType_t type, UBaseType_t /*caps*/) {
    return xRingbufferCreate(size, type);
}

void vRingbufferDelete(RingbufHandle_t handle) {
    api c("vRingbufferDelete");
    const auto r = c.find<ring_buffer>(handle);
    if (!r) return;
    registry<ring_buffer>::all().remove(*r);
    c.tasks().wake_all(r->senders);
    c.tasks().wake_all(r->receivers);
}

void vRingbufferDeleteWithCaps(RingbufHandle_t handle) {
    vRingbufferDelete(handle);
}

BaseType_t xRingbufferSend(RingbufHandle_t handle, const void* item, size_t length, TickType_t ticks) {
    api c("xRingbufferSend");
    return send(c, handle, item, length, ticks, nullptr);
}

BaseType_t xRingbufferSendFromISR(RingbufHandle_t handle, const void* item, size_t length, BaseType_t* more_urgent) {
    api c("xRingbufferSendFromISR");
    return send(c, handle, item, length, 0, more_urgent);
}

BaseType_t xRingbufferSendAcquire(RingbufHandle_t handle, void** item, size_t length, TickType_t ticks) {
    api c("xRingbufferSendAcquire");
    if (item == nullptr) c.give_up("there is no place for the item's address");
    *item = nullptr;
    const auto r = find_with_room(c, handle, length, ticks);
    if (!r) return pdFALSE;
    if (r->type != RINGBUF_TYPE_NOSPLIT) {
        c.complain("only items that are not split can be written in place");
        return pdFALSE;
    }
    *item = r->items->acquire(length);
    return pdTRUE;
}

BaseType_t xRingbufferSendComplete(RingbufHandle_t handle, void* item) {
    api c("xRingbufferSendComplete");
    const auto r = c.find<ring_buffer>(handle);
    if (!r) return pdFALSE;
    if (!r->items || !r->items->complete(item)) {
        c.complain("the item is none that was acquired from this buffer and not completed");
        return pdFALSE;
    }
    tell_of_item(c, *r, nullptr);
    return pdTRUE;
}

void* xRingbufferReceive(RingbufHandle_t handle, size_t* length, TickType_t ticks) {
    api c("xRingbufferReceive");
    return receive(c, handle, length, ticks, largest_object);
}

void* xRingbufferReceiveFromISR(RingbufHandle_t handle, size_t* length) {
    api c("xRingbufferReceiveFromISR");
    return receive(c, handle, length, 0, largest_object);
}

BaseType_t xRingbufferReceiveSplit(RingbufHandle_t handle, void** head, void** tail, size_t* head_length,
                                   size_t* tail_length, TickType_t ticks) {
    api c("xRingbufferReceiveSplit");
    return receive_split(c, handle, head, tail, head_length, tail_length, ticks);
}

BaseType_t xRingbufferReceiveSplitFromISR(RingbufHandle_t handle, void** head, void** tail, size_t* head_length,
                                          size_t* tail_length) {
    api c("xRingbufferReceiveSplitFromISR");
    return receive_split(c, handle, head, tail, head_length, tail_length, 0);
}

void* xRingbufferReceiveUpTo(RingbufHandle_t handle, size_t* length, TickType_t ticks, size_t at_most) {
    api c("xRingbufferReceiveUpTo");
    return at_most > 0 && find_bytes(c, handle) ? receive(c, handle, length, ticks, at_most) : nullptr;
}

void* xRingbufferReceiveUpToFromISR(RingbufHandle_t handle, size_t* length, size_t at_most) {
    api c("xRingbufferReceiveUpToFromISR");
    return at_most > 0 && find_bytes(c, handle) ? receive(c, handle, length, 0, at_most) : nullptr;
}

void vRingbufferReturnItem(RingbufHandle_t handle, void* item) {
    api c("vRingbufferReturnItem");
    give_back(c, handle, item, nullptr);
}

void vRingbufferReturnItemFromISR(RingbufHandle_t handle, void* item, BaseType_t* more_urgent) {
    api c("vRingbufferReturnItemFromISR");
    give_back(c, handle, item, more_urgent);
}

size_t xRingbufferGetMaxItemSize(RingbufHandle_t handle) {
    api c("xRingbufferGetMaxItemSize");
    const auto r = c.find<ring_buffer>(handle);
    return r ? r->max_item() : 0;
}

size_t xRingbufferGetCurFreeSize(RingbufHandle_t handle) {
    api c("xRingbufferGetCurFreeSize");
    const auto r = c.find<ring_buffer>(handle);
    if (!r) return 0;
    return r->bytes ? r->bytes->bytes.free() : r->items->max_item_now();
}

BaseType_t xRingbufferAddToQueueSetRead(RingbufHandle_t handle, QueueSetHandle_t set) {
    api c("xRingbufferAddToQueueSetRead");
    const auto r = c.find<ring_buffer>(handle);
    const auto to = c.find<queue>(set);
    if (!r || !to || r->in_set != 0 || r->can_receive()) return pdFALSE;
    r->in_set = to->handle;
    return pdTRUE;
}

BaseType_t xRingbufferRemoveFromQueueSetRead(RingbufHandle_t handle, QueueSetHandle_t set) {
    api c("xRingbufferRemoveFromQueueSetRead");
    const auto r = c.find<ring_buffer>(handle);
    if (!r || r->in_set == 0 || r->in_set != value_of(set) || r->can_receive()) return pdFALSE;
    r->in_set = 0;
    return pdTRUE;
}

BaseType_t xRingbufferCanRead(RingbufHandle_t handle, QueueSetMemberHandle_t member) {
    return truth(handle != nullptr && handle == member);
}

void vRingbufferGetInfo(RingbufHandle_t handle, UBaseType_t* free, UBaseType_t* read, UBaseType_t* write,
                        UBaseType_t* acquire, UBaseType_t* waiting) {
    api c("vRingbufferGetInfo");
    const auto r = c.find<ring_buffer>(handle);
    if (!r) return;
    const auto tell = [](UBaseType_t* to, std::size_t value) {
        if (to != nullptr) *to = static_cast<UBaseType_t>(value);
    };
    if (r->bytes) {
        const auto& bytes = r->bytes->bytes;
        tell(free, bytes.first_at());
        tell(read, (bytes.first_at() + r->bytes->out) % bytes.size());
        tell(write, bytes.end_at());
        tell(acquire, bytes.end_at());
        tell(waiting, bytes.used() - r->bytes->out);
    } else {
        tell(free, r->items->free_at());
        tell(read, r->items->read_at());
        tell(write, r->items->write_at());
        tell(acquire, r->items->write_at());
        tell(waiting, r->items->waiting());
    }
}

void xRingbufferPrintInfo(RingbufHandle_t handle) {
    UBaseType_t free = 0;
    UBaseType_t read = 0;
    UBaseType_t write = 0;
    UBaseType_t acquire = 0;
    UBaseType_t waiting = 0;
    vRingbufferGetInfo(handle, &free, &read, &write, &acquire, &waiting);
    std::printf("Rb size:%zu\tfree: %zu\trptr: %u\tfreeptr: %u\twptr: %u, aptr: %u\n",
                xRingbufferGetMaxItemSize(handle), xRingbufferGetCurFreeSize(handle), read, free, write, acquire);
}
}
