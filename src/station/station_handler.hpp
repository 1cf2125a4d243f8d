#pragma once

#include <nowire/device/errc.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace nowire::detail {

/// A handler of the program's that may be replaced at any time, also while a driver's thread is about to call it:
/// whoever calls takes the one that is there at that moment.
class replaceable_handler {
  public:
    using function = std::function<void(const std::optional<error>&)>;

    void set(function f) {
        auto made = f ? std::make_shared<const function>(std::move(f)) : nullptr;
        const std::lock_guard guard(mutex_);
        current_.swap(made);
    }

    bool is_set() const { return get() != nullptr; }

    void call(const std::optional<error>& argument) const {
        if (const auto f = get()) (*f)(argument);
    }

  private:
    std::shared_ptr<const function> get() const {
        const std::lock_guard guard(mutex_);
        return current_;
    }

    mutable std::mutex mutex_;
    std::shared_ptr<const function> current_;
};

}  // namespace nowire::detail
