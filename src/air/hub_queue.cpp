#include "air/hub_queue.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace nowire::air {

void hub_queue::add(const protocol::hub_message& message) {
    if (packets_.empty()) packets_.emplace_back();
    auto& last = packets_.back();
    const auto before = last.size();
    protocol::append(last, message);
    bytes_ += last.size() - before;
    ++messages_;
    if (last.size() <= protocol::packet_limit) return;
    const auto start = last.begin() + static_cast<std::ptrdiff_t>(before);
    std::vector<std::uint8_t> next(start, last.end());
    last.erase(start, last.end());
    packets_.push_back(std::move(next));
}

void hub_queue::add_answer(const protocol::hub_message& answer) {
    add(answer);
    urgent_ = true;
}

void hub_queue::add_done(const protocol::transmit_done& done) {
    add(done);
}

bool hub_queue::add_frame(const protocol::received& frame) {
    // Once frames were lost, the next is taken only when half of the queue has gone, so that losses come in few gaps.
    if (bytes_ >= frame_limit || lost_untold_ > 0) {
        ++lost_;
        ++lost_untold_;
        return false;
    }
    add(frame);
    urgent_ = true;
    return true;
}

hub_queue::flushed hub_queue::flush(int socket) {
    while (!packets_.empty()) {
        const auto& packet = packets_.front();
        if (::send(socket, packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN && errno != ENOBUFS) return flushed::broken;
            return flushed::some;
        }
        bytes_ -= packet.size();
        packets_.pop_front();
        if (lost_untold_ > 0 && bytes_ <= frame_limit / 2) {
            add(protocol::frames_lost{lost_untold_});
            lost_untold_ = 0;
        }
    }
    urgent_ = false;
    return flushed::all;
}

}  // namespace nowire::air
