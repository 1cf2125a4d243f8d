#pragma once

#include "idf/chip.hpp"
#include "idf/handles.hpp"

#include <esp_err.h>
#include <esp_event_base.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nowire::idf {

/// What a handler is registered for, or what an event is.
struct event_kind {
    esp_event_base_t base;
    std::int32_t id;

    bool operator==(const event_kind&) const = default;
    /// Of a handler: whether it gets an event of this kind.
    bool takes(const event_kind& event) const;
};

struct event_handler {
    event_kind of;
    esp_event_handler_t function;
    void* arg;
    bool is_instance;
    bool is_registered = true;
    std::uint64_t calls = 0;
    duration spent{};
};

/// A queue of events and the handlers that get them. Members are called inside of a call, but for run().
class event_loop : public std::enable_shared_from_this<event_loop> {
  public:
    /// @param name  of its task; nothing: it has none, and run() is for any task
    event_loop(std::optional<std::string> name, std::size_t capacity) : name_(std::move(name)), capacity_(capacity) {}

    /// @throws std::system_error where the system has no thread.
    void start_task(call& c, unsigned priority);
    /// Hands events on in the calling task: until it is closed, and for a time if there is one, then for as long as the
    /// handlers of the last event take. To be called outside of a call.
    esp_err_t run(std::optional<time_point> until);
    /// Nobody hands events on any more when this returns, unless a handler of the loop's own has called it.
    void close(call& c);

    /// @returns the handler's number
    esp_event_handler_instance_t add(const event_handler& h);
    esp_err_t remove(call& c, const event_kind& of, esp_event_handler_t function);
    esp_err_t remove(call& c, const event_kind& of, esp_event_handler_instance_t instance);

    /// Waits for a place until `until`, but in the loop's own handlers. @returns ESP_OK, ESP_ERR_TIMEOUT, or
    /// ESP_ERR_INVALID_STATE if it was closed meanwhile.
    esp_err_t post(call& c, const event_kind& kind, const void* data, std::size_t size,
                   std::optional<time_point> until);
    /// Who waits for an event and would be the first to have it; nullptr: nobody.
    const task* next_runner() const { return runners_.first(); }

    std::string dump(std::uintptr_t handle) const;

  private:
    class turn;
    struct event {
        event_kind kind;
        std::vector<std::byte> data;
    };
    using handler_ptr = std::shared_ptr<event_handler>;

    std::optional<event> next(call& c, std::optional<time_point> until);
    void hand_on(event& e, const std::vector<handler_ptr>& to);
    /// `h` must not be an element of handlers_.
    esp_err_t remove(call& c, const handler_ptr& h);
    bool is_full() const { return queue_.size() >= capacity_; }
    bool is_own(call& c) const { return runner_ == c.task().number; }
    bool others_run(call& c) const;

    std::optional<std::string> name_;
    std::size_t capacity_;
    std::deque<event> queue_;
    std::vector<handler_ptr> handlers_;  ///< in the order of their registration
    handles<event_handler, esp_event_handler_instance_t> numbers_;
    unsigned runner_ = 0;                        ///< the task that hands an event on
    std::vector<const event_handler*> running_;  ///< those that have been called, one inside the other
    bool closed_ = false;
    std::uint64_t received_ = 0;
    std::uint64_t dropped_ = 0;
    wait_list runners_;  ///< who wait for an event, or for another runner's end
    wait_list posters_;  ///< who wait for a place
    wait_list others_;   ///< who wait for the end of a handler
};

}  // namespace nowire::idf
