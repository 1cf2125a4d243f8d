#pragma once

#include "freertos/queue.h"
#include "idf/freertos/api.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace nowire::idf::freertos {

/// A queue, a set of queues, or a semaphore: that is one whose messages have no bytes.
struct queue final : object {
    static constexpr kind is = kind::queue;
    static constexpr const char* name = "queue or semaphore";

    queue(std::uint8_t of_type, UBaseType_t of_length, UBaseType_t of_item_size);

    bool is_mutex() const { return type == queueQUEUE_TYPE_MUTEX || type == queueQUEUE_TYPE_RECURSIVE_MUTEX; }
    bool is_empty() const { return count == 0; }
    bool is_full() const { return count == length; }

    void put(const void* item, BaseType_t position);
    void get(void* item) const;
    void drop_first();

    const std::uint8_t type;
    const UBaseType_t length;
    const UBaseType_t item_size;  ///< in bytes
    UBaseType_t count = 0;
    wait_list senders;
    wait_list receivers;
    std::uintptr_t in_set = 0;    ///< the set's handle
    unsigned holder = 0;          ///< of a mutex: the task's number
    unsigned recursion = 0;       ///< of a recursive one: how often it was taken
    const char* label = nullptr;  ///< in the registry; the program's

  private:
    std::uint8_t* place(UBaseType_t behind_first);

    std::vector<std::uint8_t> storage_;
    UBaseType_t first_ = 0;
};

/// nullptr, and a complaint, if it cannot be made.
std::shared_ptr<queue> make_queue(api& c, UBaseType_t length, UBaseType_t item_size, std::uint8_t type);

/// Tells those that wait on a queue, or on the set that it is in, of a new message.
void tell_of_message(api& c, queue& q, BaseType_t* more_urgent);
/// Tells a set that `member` has something new. A set that is too short for its members aborts, as on the chip.
void tell_set(api& c, std::uintptr_t set, std::uintptr_t member, BaseType_t* more_urgent);

/// The caller will wait for a mutex: who holds it is as urgent meanwhile.
void lend_priority(api& c, const queue& mutex);
/// It has waited in vain: who holds the mutex is as urgent as those who wait still.
void take_back_priority(api& c, const queue& mutex);
void become_holder(api& c, queue& mutex);
/// Aborts if the calling task does not hold it, as on the chip.
void release_mutex(api& c, queue& mutex);

}  // namespace nowire::idf::freertos
