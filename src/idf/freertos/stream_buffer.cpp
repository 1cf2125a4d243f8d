/// Stream buffers, and message buffers, which are those with a length before each message.

#include "freertos/stream_buffer.h"

#include "idf/freertos/api.hpp"
#include "idf/freertos/byte_ring.hpp"

#include <algorithm>
#include <memory>

namespace nowire::idf::freertos {

namespace {

/// As on the chip, whose size_t it is.
constexpr std::size_t length_size = 4;

struct stream_buffer final : object {
    static constexpr kind is = kind::stream_buffer;
    static constexpr const char* name = "stream or message buffer";

    stream_buffer(std::size_t size, std::size_t trigger, bool of_messages)
        : has_messages(of_messages), trigger_level(trigger), bytes(size) {}

    /// Of the first message; 0: there is none.
    std::size_t next_length() const {
        std::uint32_t length = 0;
        if (has_messages && bytes.used() >= length_size) bytes.peek(&length, length_size);
        return length;
    }

    const bool has_messages;
    std::size_t trigger_level;
    wait_list senders;
    wait_list receivers;
    byte_ring bytes;
};

StreamBufferHandle_t create(api& c, std::size_t size, std::size_t trigger, BaseType_t has_messages) {
    const bool messages = has_messages != pdFALSE;
    if (size <= (messages ? length_size : 0) || size > largest_object || trigger > size) {
        c.complain(
            "a buffer has more bytes than nothing and than a length, less than 16 MiB, and no trigger level "
            "above its size");
        return nullptr;
    }
    const auto made = registry<stream_buffer>::all().add(
        std::make_shared<stream_buffer>(size, std::max<std::size_t>(trigger, 1), messages));
    return to_handle<StreamBufferHandle_t>(made->handle);
}

std::shared_ptr<stream_buffer> find_for(api& c, StreamBufferHandle_t handle, const void* data, std::size_t length) {
    auto b = c.find<stream_buffer>(handle);
    if (!b || data != nullptr || length == 0) return b;
    c.complain("the data are NULL");
    return nullptr;
}

/// @returns how many of the program's bytes were written
std::size_t write(api& c, stream_buffer& b, const void* data, std::size_t length, BaseType_t* more_urgent) {
    if (b.gone) return 0;
    if (b.has_messages) {
        if (b.bytes.free() < length + length_size) return 0;
        const auto prefix = static_cast<std::uint32_t>(length);
        b.bytes.write(&prefix, length_size);
    }
    const auto written = std::min(length, b.bytes.free());
    b.bytes.write(data, written);
    if (b.bytes.used() >= b.trigger_level) c.wake_first(b.receivers, more_urgent);
    return written;
}

/// @returns how many of the program's bytes were read
std::size_t read(api& c, stream_buffer& b, void* data, std::size_t room, BaseType_t* more_urgent) {
    if (b.gone || b.bytes.used() == 0) return 0;
    auto length = std::min(room, b.bytes.used());
    if (b.has_messages) {
        length = b.next_length();
        if (length > room) return 0;
        b.bytes.drop(length_size);
    }
    b.bytes.peek(data, length);
    b.bytes.drop(length);
    if (length > 0) c.wake_first(b.senders, more_urgent);
    return length;
}

}  // namespace

}  // namespace nowire::idf::freertos

using namespace nowire::idf::freertos;

extern "C" {

StreamBufferHandle_t xStreamBufferGenericCreate(size_t size, size_t trigger, BaseType_t has_messages) {
    api c("xStreamBufferCreate");
    return create(c, size, trigger, has_messages);
}

StreamBufferHandle_t xStreamBufferGenericCreateStatic(size_t size, size_t trigger, BaseType_t has_messages,
                                                      std::uint8_t* storage, StaticStreamBuffer_t* memory) {
    api c("xStreamBufferCreateStatic");
    if (is_given(storage) && memory != nullptr && size > 0) return create(c, size - 1, trigger, has_messages);
    c.complain("there is no memory for the buffer");
    return nullptr;
}

void vStreamBufferDelete(StreamBufferHandle_t handle) {
    api c("vStreamBufferDelete");
    const auto b = c.find<stream_buffer>(handle);
    if (!b) return;
    registry<stream_buffer>::all().remove(*b);
    c.tasks().wake_all(b->senders);
    c.tasks().wake_all(b->receivers);
}

size_t xStreamBufferSend(StreamBufferHandle_t handle, const void* data, size_t length, TickType_t ticks) {
    api c("xStreamBufferSend");
    c.refuse_to_wait_while_suspended(ticks);
    const auto b = find_for(c, handle, data, length);
    if (!b) return 0;
    auto wanted = length;
    if (!b->has_messages)
        wanted = std::min(length, b->bytes.size());
    else if (length > b->bytes.size() - length_size)
        return 0;
    else
        wanted += length_size;
    c.wait_until(b->senders, ticks, [&] { return b->gone || b->bytes.free() >= wanted; });
    return write(c, *b, data, length, nullptr);
}

size_t xStreamBufferSendFromISR(StreamBufferHandle_t handle, const void* data, size_t length, BaseType_t* more_urgent) {
    api c("xStreamBufferSendFromISR");
    const auto b = find_for(c, handle, data, length);
    if (!b || (b->has_messages && length > b->bytes.size() - length_size)) return 0;
    return write(c, *b, data, length, more_urgent);
}

size_t xStreamBufferReceive(StreamBufferHandle_t handle, void* data, size_t room, TickType_t ticks) {
    api c("xStreamBufferReceive");
    c.refuse_to_wait_while_suspended(ticks);
    const auto b = find_for(c, handle, data, room);
    if (!b) return 0;
    // What is there already is enough; who has to wait does so for the trigger level.
    if (b->bytes.used() == 0)
        c.wait_until(b->receivers, ticks, [&] { return b->gone || b->bytes.used() >= b->trigger_level; });
    return read(c, *b, data, room, nullptr);
}

size_t xStreamBufferReceiveFromISR(StreamBufferHandle_t handle, void* data, size_t room, BaseType_t* more_urgent) {
    api c("xStreamBufferReceiveFromISR");
    const auto b = find_for(c, handle, data, room);
    return b ? read(c, *b, data, room, more_urgent) : 0;
}

BaseType_t xStreamBufferIsFull(StreamBufferHandle_t handle) {
    api c("xStreamBufferIsFull");
    const auto b = c.find<stream_buffer>(handle);
    return truth(b && b->bytes.free() <= (b->has_messages ? length_size : 0));
}

BaseType_t xStreamBufferIsEmpty(StreamBufferHandle_t handle) {
    api c("xStreamBufferIsEmpty");
    const auto b = c.find<stream_buffer>(handle);
    return truth(!b || b->bytes.used() == 0);
}

BaseType_t xStreamBufferReset(StreamBufferHandle_t handle) {
    api c("xStreamBufferReset");
    const auto b = c.find<stream_buffer>(handle);
    if (!b || !b->senders.empty() || !b->receivers.empty()) return pdFAIL;
    b->bytes.clear();
    return pdPASS;
}

size_t xStreamBufferSpacesAvailable(StreamBufferHandle_t handle) {
    api c("xStreamBufferSpacesAvailable");
    const auto b = c.find<stream_buffer>(handle);
    return b ? b->bytes.free() : 0;
}

size_t xStreamBufferBytesAvailable(StreamBufferHandle_t handle) {
    api c("xStreamBufferBytesAvailable");
    const auto b = c.find<stream_buffer>(handle);
    return b ? b->bytes.used() : 0;
}

BaseType_t xStreamBufferSetTriggerLevel(StreamBufferHandle_t handle, size_t trigger) {
    api c("xStreamBufferSetTriggerLevel");
    const auto b = c.find<stream_buffer>(handle);
    if (!b || trigger > b->bytes.size()) return pdFALSE;
    b->trigger_level = std::max<std::size_t>(trigger, 1);
    return pdTRUE;
}

size_t xStreamBufferNextMessageLengthBytes(StreamBufferHandle_t handle) {
    api c("xStreamBufferNextMessageLengthBytes");
    const auto b = c.find<stream_buffer>(handle);
    return b ? b->next_length() : 0;
}
}
