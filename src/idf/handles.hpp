#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

namespace nowire::idf {

/// One that was never given before, for the next thing. Under the driver's lock.
inline std::uintptr_t next_handle() {
    // Beyond the numbers of FreeRTOS's objects, which are counted from 1 on.
    static std::uintptr_t last = 0x10000000;
    return ++last;
}

/// What a program knows by a handle: a number in the form of a pointer, which nobody dereferences, so that the handle
/// of something deleted is an error and no crash. No number is given twice. Under the driver's
/// lock, as all the chip's state.
template <class Thing, class Handle>
class handles {
  public:
    Handle add(std::shared_ptr<Thing> thing) {
        const auto number = next_handle();
        things_.emplace(number, std::move(thing));
        return handle_of(number);
    }
    /// nullptr: there is none, or not any more.
    std::shared_ptr<Thing> find(Handle handle) const {
        const auto found = things_.find(reinterpret_cast<std::uintptr_t>(handle));
        return found == things_.end() ? nullptr : found->second;
    }
    void remove(Handle handle) { things_.erase(reinterpret_cast<std::uintptr_t>(handle)); }

    static Handle handle_of(std::uintptr_t number) {
        return reinterpret_cast<Handle>(number);  // NOLINT(performance-no-int-to-ptr)
    }
    /// By the numbers of their handles, in the order of their making.
    const std::map<std::uintptr_t, std::shared_ptr<Thing>>& all() const { return things_; }

  private:
    std::map<std::uintptr_t, std::shared_ptr<Thing>> things_;
};

}  // namespace nowire::idf
