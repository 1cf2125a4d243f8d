#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

namespace nowire::idf::freertos {

/// What a handle names.
enum class kind : unsigned { task, queue, event_group, timer, stream_buffer, ring_buffer };

/// A program's handles are numbers that look like pointers and are never followed. No number is used twice, so that of
/// something that was deleted stays known as such.
constexpr std::uintptr_t handle_value(kind what, std::uintptr_t number) {
    return number * 8 + static_cast<unsigned>(what);
}
template <class Handle>
Handle to_handle(std::uintptr_t value) {
    return reinterpret_cast<Handle>(value);  // NOLINT(performance-no-int-to-ptr): it is a number
}
inline std::uintptr_t value_of(const void* handle) {
    return reinterpret_cast<std::uintptr_t>(handle);
}

/// The chip has no more memory than this for one object.
constexpr std::size_t largest_object = std::size_t{16} << 20;

/// Whether a ...Static function was given its memory, of which nothing is used.
inline bool is_given(void* memory) {
    return memory != nullptr;
}

/// Base of what programs make and delete. Who waits on one holds a pointer of his own to it: it may be gone when the
/// wait ends.
struct object {
    object() = default;
    object(const object&) = delete;
    object& operator=(const object&) = delete;

    std::uintptr_t handle = 0;
    bool gone = false;  ///< it was deleted
};

/// All objects of one kind, by their handles. Under the driver's lock.
template <class Object>
class registry {
  public:
    static registry& all() {
        static auto& the_registry = *new registry();
        return the_registry;
    }

    std::shared_ptr<Object> add(std::shared_ptr<Object> made) {
        made->handle = handle_value(Object::is, ++last_);
        objects_[made->handle] = made;
        return made;
    }
    std::shared_ptr<Object> find(std::uintptr_t handle) const {
        const auto found = objects_.find(handle);
        return found == objects_.end() ? nullptr : found->second;
    }
    void remove(Object& which) {
        which.gone = true;
        objects_.erase(which.handle);
    }

  private:
    std::map<std::uintptr_t, std::shared_ptr<Object>> objects_;
    std::uintptr_t last_ = 0;
};

}  // namespace nowire::idf::freertos
