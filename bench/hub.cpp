// The hub of an air, against a process that does nothing but forward packets between two sockets. The driver of both is
// one thread with both ends, so all that is between two sends is the hub; all run on one processor, and the CPU time of
// all of them counts.
#include "hub_clients.hpp"
#include "measure.hpp"

#include <nowire/frame/action.hpp>
#include <nowire/frame/mpdu.hpp>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <vector>

namespace nowire::bench {
namespace {

constexpr std::size_t message_size = 250;
constexpr std::array addresses = {mac_address({2, 0, 0, 0, 0, 1}), mac_address({2, 0, 0, 0, 0, 2})};
/// Frames under way when it is the rate that counts.
constexpr std::uint64_t window = 64;

using packet = std::vector<std::uint8_t>;

/// A transmit of 250 bytes from one of the two to the other.
packet transmit_from(std::size_t sender) {
    const std::vector<std::uint8_t> message(message_size, 0x55);
    std::vector<std::uint8_t> mpdu(frame::header_size + frame::action_prefix_size + frame::element_overhead +
                                   message_size);
    const auto bytes = std::span(mpdu);
    frame::write_header(bytes.first<frame::header_size>(), {.a1 = addresses[1 - sender], .a2 = addresses[sender]});
    if (!frame::write_action(bytes.subspan(frame::header_size), message, {.version = frame::version::v1}))
        throw std::runtime_error("no frame can be made");
    packet made;
    air::protocol::append(made, air::protocol::transmit_frame{.token = 1, .rate = {}, .retries = 31, .mpdu = mpdu});
    return made;
}

/// What an empty hub does: each packet goes on to the other socket.
void forward(int a, int b) {
    const int epoll = ::epoll_create1(0);
    const std::array ends = {a, b};
    for (std::uint32_t i = 0; i < ends.size(); ++i) {
        epoll_event event{.events = EPOLLIN, .data = {.u32 = i}};
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, ends[i], &event);
    }
    std::vector<std::uint8_t> buffer(air::protocol::packet_limit);
    std::array<epoll_event, 2> events;
    for (;;) {
        const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const auto from = events[static_cast<std::size_t>(i)].data.u32;
            for (;;) {
                const auto size = ::recv(ends[from], buffer.data(), buffer.size(), MSG_DONTWAIT);
                if (size == 0) return;
                if (size < 0) break;
                ::send(ends[1 - from], buffer.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
            }
        }
    }
}

/// Two sockets with a process between them that forwards.
class relay {
  public:
    relay() {
        for (auto& pair : pairs_)
            if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0)
                throw std::runtime_error("no sockets can be made");
        process_ = std::make_unique<child_process>([this] { forward(pairs_[0][1], pairs_[1][1]); });
        for (const auto& pair : pairs_) {
            ends_.emplace_back(unique_descriptor(pair[0]));
            ::close(pair[1]);
        }
    }
    packet_socket& end(std::size_t i) { return ends_[i]; }
    pid_t pid() const { return process_->pid(); }

  private:
    std::array<std::array<int, 2>, 2> pairs_{};
    std::vector<packet_socket> ends_;
    std::unique_ptr<child_process> process_;
};

void benchmark(suite& s) {
    const running_hub hub;
    relay forwarding;
    s.add_process(hub.pid());
    s.add_process(forwarding.pid());
    std::array radios = {bare_radio(hub.socket(), addresses[0]), bare_radio(hub.socket(), addresses[1])};
    const std::array transmits = {transmit_from(0), transmit_from(1)};

    const std::uint64_t round_trips = s.is_smoke() ? 20 : 20000;
    const auto expect_all_acked = [&] {
        for (std::size_t i = 0; i < radios.size(); ++i)
            while (radios[i].acked() < radios[1 - i].received())
                radios[i].take_packet();
    };
    s.measure({.name = "hub: ping-pong of 250 bytes",
               .unit = "round trips",
               .subject =
                   [&] {
                       for (std::uint64_t i = 0; i < 2 * round_trips; ++i) {
                           const auto from = i % 2;
                           const auto before = radios[1 - from].received();
                           radios[from].connection().send(transmits[from]);
                           while (radios[1 - from].received() == before)
                               radios[1 - from].take_packet();
                       }
                       expect_all_acked();
                       return round_trips;
                   },
               .baseline =
                   [&] {
                       for (std::uint64_t i = 0; i < 2 * round_trips; ++i) {
                           forwarding.end(i % 2).send(transmits[i % 2]);
                           forwarding.end(1 - i % 2).receive();
                       }
                       return round_trips;
                   },
               .ratio = 1 / 1.5});

    // Several frames to a packet, as a radio's connection packs what waits.
    packet burst;
    for (std::uint64_t i = 0; i < window; ++i)
        burst.insert(burst.end(), transmits[0].begin(), transmits[0].end());
    const std::uint64_t bursts = s.is_smoke() ? 2 : 2000;
    s.measure({.name = "hub: frames of 250 bytes, 64 at a time",
               .unit = "frames",
               .subject =
                   [&] {
                       const auto before = radios[1].received();
                       for (std::uint64_t i = 1; i <= bursts; ++i) {
                           radios[0].connection().send(burst);
                           while (radios[1].received() < before + i * window)
                               radios[1].take_packet();
                           expect_all_acked();
                       }
                       return bursts * window;
                   },
               .baseline =
                   [&] {
                       for (std::uint64_t i = 0; i < bursts; ++i) {
                           for (std::uint64_t n = 0; n < window; ++n)
                               forwarding.end(0).send(transmits[0]);
                           for (std::uint64_t n = 0; n < window; ++n)
                               forwarding.end(1).receive();
                       }
                       return bursts * window;
                   },
               .ratio = 0.6});
}

}  // namespace
}  // namespace nowire::bench

int main(int count, char** arguments) {
    return nowire::bench::run(count, arguments, nowire::bench::benchmark);
}
