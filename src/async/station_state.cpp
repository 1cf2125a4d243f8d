#include "async/station_state.hpp"

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <utility>

namespace nowire::async {

station::state::state(boost::asio::any_io_executor on, std::unique_ptr<nowire::station> s)
    : executor(std::move(on)), sync(std::move(s)), watched(executor, sync->work_descriptor()) {}

station::state::~state() {
    // Where start() threw: the descriptor is the station's to close.
    if (watched.is_open()) watched.release();
}

void station::state::start() {
    sync->on_message([this] { wake_receivers(); });
    watch();
}

void station::state::watch() {
    watched.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [weak = weak_from_this()](const boost::system::error_code& failed) {
                           const auto self = weak.lock();
                           if (self && !failed && !self->closed) self->work();
                       });
}

void station::state::work() {
    // Also when a handler throws: whoever calls run() again finds everything as it should be.
    struct finisher {
        state& s;
        ~finisher() {
            s.working = false;
            if (s.closed) {
                s.sync.reset();
                return;
            }
            s.wake_receivers();
            s.wake_senders();
            s.watch();
        }
    };
    const finisher at_end{*this};
    working = true;
    sync->run_ready();
}

void station::state::close() {
    closed = true;
    watched.release();
    for (auto* list : {&receivers, &senders, &others})
        for (auto& each : *list)
            each.woken.set();
    if (!working) sync.reset();
}

void station::state::wake_receivers() {
    if (closed) return;
    auto left = sync->inbox().size();
    for (auto& each : receivers) {
        if (left-- == 0) return;
        if (!each.woken.is_set()) each.woken.set();
    }
}

void station::state::wake_senders() {
    if (closed || senders.empty() || !has_room()) return;
    if (auto& first = senders.front(); !first.woken.is_set()) first.woken.set();
}

bool station::state::has_room() const {
    const auto& device = std::as_const(*sync).device();
    return device.in_flight() < device.options().pool;
}

}  // namespace nowire::async
