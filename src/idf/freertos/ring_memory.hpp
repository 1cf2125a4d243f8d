#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace nowire::idf::freertos {

/// The memory of a ring buffer of items: where they lie, and what is free. Each takes a header of eight bytes and a
/// multiple of four, as on the chip, so that as much fits here as there; the bookkeeping itself is beside the memory,
/// out of the program's reach.
class ring_memory {
  public:
    /// @param splits  an item may lie in two parts
    ring_memory(std::size_t size, bool splits);

    std::size_t size() const { return storage_.size(); }
    /// The largest item that an empty buffer takes.
    std::size_t max_item() const;
    /// The largest item that it takes now.
    std::size_t max_item_now() const;
    bool has_room(std::size_t length) const;

    /// Room for an item that must be completed before it can be received; to be called when there is room.
    std::uint8_t* acquire(std::size_t length);
    /// @returns false if no such item was acquired.
    bool complete(const void* item);
    /// Writes an item; to be called when there is room.
    void write(const void* from, std::size_t length);

    struct part {
        std::uint8_t* data = nullptr;
        std::size_t length = 0;
        bool goes_on = false;  ///< the rest is in the next part
    };
    /// Whether the oldest item that was not received is complete.
    bool can_receive() const;
    /// That item, or its next part.
    part receive();
    /// @returns false if no such part is out.
    bool give_back(const void* data);

    /// How many were not received.
    std::size_t waiting() const;
    /// Distances from the beginning.
    std::size_t free_at() const { return parts_.empty() ? write_at_ : parts_.front().at; }
    std::size_t read_at() const;
    std::size_t write_at() const { return write_at_; }

  private:
    enum class state : std::uint8_t { being_written, ready, out, returned };
    struct placed {
        std::size_t at;
        std::size_t taken;  ///< with its header and what lies unused behind it
        std::size_t length;
        state now;
        bool goes_on;
    };

    const placed* next() const;
    placed* find(const void* data, state wanted);
    bool is_full() const { return used_ == size(); }
    /// Free bytes in one piece at the place where the next item goes, and at the beginning.
    std::size_t at_end() const;
    std::size_t at_beginning() const;
    std::uint8_t* place(std::size_t length, state now, bool goes_on);
    void skip_to_beginning();

    std::vector<std::uint8_t> storage_;
    const bool splits_;
    std::deque<placed> parts_;  ///< by age
    std::size_t write_at_ = 0;
    std::size_t used_ = 0;
};

}  // namespace nowire::idf::freertos
