#pragma once

#include "async/event.hpp"

#include <nowire/async/station.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>

#include <memory>
#include <optional>
#include <string>

namespace nowire::async {

/// What a station is made of. Coroutines that wait share it; it holds no reference to itself and none to them, only
/// lists that they leave by themselves. Hence it goes with the last of station and coroutines, and the frame of a
/// coroutine may be destroyed at any time.
struct station::state : std::enable_shared_from_this<state> {
    state(boost::asio::any_io_executor on, std::unique_ptr<nowire::station> s);
    ~state();
    state(const state&) = delete;
    state& operator=(const state&) = delete;

    /// Begins to watch; not in the constructor, since it needs weak_from_this().
    void start();
    void watch();
    void work();
    void close();

    /// Wakes as many receivers as there are messages, the first ones.
    void wake_receivers();
    /// Wakes the first of those who wait for a buffer, if there is one for it.
    void wake_senders();
    bool has_room() const;

    boost::asio::any_io_executor executor;
    std::unique_ptr<nowire::station> sync;
    boost::asio::posix::stream_descriptor watched;
    bool closed = false;
    bool working = false;

    waiter_list receivers;
    waiter_list senders;  ///< who wait for a buffer
    waiter_list others;   ///< who wait for the end of a send, or sleep
};

}  // namespace nowire::async
