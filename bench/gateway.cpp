// The gateway: its engine in memory, against libmosquitto publishing alone; and node to subscriber over a hub, a
// gateway and a broker, all of them processes, against a publisher at the same broker.
#include "gateway/broker.hpp"
#include "hub_clients.hpp"
#include "measure.hpp"
#include "mqtt_peer.hpp"
#include "touch.hpp"

#include <nowire/frame/action.hpp>
#include <nowire/frame/mpdu.hpp>
#include <nowire/gateway/engine.hpp>
#include <nowire/node/messages.hpp>

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace nowire::bench {
namespace {

const std::string topic = "bench/temperature";
constexpr std::size_t payload_size = 64;
constexpr mac_address gateway_address({2, 0, 0, 0, 1, 0});
/// Each waits for the gateway's answer before it publishes again, as nodes do.
constexpr std::size_t node_count = 16;

mac_address node_address(std::size_t i) {
    return mac_address({2, 0, 0, 0, 0, static_cast<std::uint8_t>(i + 1)});
}

std::string publication_of(const std::string& payload) {
    return node::encode(node::uplink(node::publication{topic, payload}));
}

// The engine in memory.

/// Publications of nodes, each answered and handed to a broker that takes it at once.
class engine_in_memory {
  public:
    engine_in_memory() : engine_({}) {
        engine_.broker_up(now());
        take_events();
        const auto text = publication_of(std::string(payload_size, 'x'));
        message_.payload.assign(text.begin(), text.end());
        message_.destination = gateway_address;
        message_.version = 1;
    }

    std::uint64_t run(std::uint64_t publications) {
        const auto before = published_;
        const auto answered_before = answered_;
        for (std::uint64_t i = 0; i < publications; ++i) {
            time_ += std::chrono::microseconds(100);
            message_.source = node_address(i % node_count);
            message_.sequence_number = static_cast<std::uint16_t>((message_.sequence_number + 1) & 0xfff);
            message_.random[0] = static_cast<std::uint8_t>(i);
            message_.random[1] = static_cast<std::uint8_t>(i >> 8);
            engine_.node_message(message_, interface::station, now());
            take_events();
        }
        if (published_ - before != publications || answered_ - answered_before != publications)
            throw std::runtime_error("a publication is not published, or not answered");
        return publications;
    }

  private:
    gateway::instant now() const { return {time_, gateway::wall_time(time_.time_since_epoch())}; }

    void take_events() {
        while (const auto event = engine_.next_event()) {
            if (const auto* p = std::get_if<gateway::publish>(&*event)) {
                published_ += p->topic == topic && p->payload.size() == payload_size ? 1 : 0;
                engine_.publish_done(p->id, now());
            } else if (const auto* s = std::get_if<gateway::send_to_node>(&*event)) {
                answered_ += s->payload == "ACK" ? 1 : 0;
                engine_.send_done(s->id, tx_status::acked, now());
            }
        }
    }

    gateway::engine engine_;
    message message_;
    time_point time_;
    std::uint64_t published_ = 0;
    std::uint64_t answered_ = 0;
};

void benchmark_engine(const suite& s) {
    engine_in_memory engine;
    const test::broker broker;
    mqtt_publisher publisher(broker.port());
    const std::string payload(payload_size, 'x');
    const std::uint64_t publications = s.is_smoke() ? 100 : 200000;
    s.measure({.name = "gateway: engine, 64 bytes",
               .unit = "publications",
               .subject = [&] { return engine.run(publications); },
               .baseline =
                   [&] {
                       for (std::uint64_t i = 0; i < publications; ++i)
                           publisher.publish(topic, payload);
                       return publications;
                   },
               .ratio = 0.5});
}

// Node to subscriber.

/// A node that speaks no more than it must: publications out, ACKs in.
class bare_node {
  public:
    bare_node(const std::string& socket, const mac_address& address) : address_(address), radio_(socket, address) {}

    void send(const std::string& text) {
        const auto bytes = std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
        ++sequence_number_;
        const std::array<std::uint8_t, 4> random = {static_cast<std::uint8_t>(sequence_number_),
                                                    static_cast<std::uint8_t>(sequence_number_ >> 8), 0, 0};
        mpdu_.resize(frame::header_size + frame::action_prefix_size + frame::element_overhead + text.size());
        const auto out = std::span(mpdu_);
        frame::write_header(out.first<frame::header_size>(),
                            {.a1 = gateway_address,
                             .a2 = address_,
                             .sequence_control = static_cast<std::uint16_t>(sequence_number_ << 4)});
        if (!frame::write_action(out.subspan(frame::header_size), bytes,
                                 {.version = frame::version::v1, .random = random}))
            throw std::runtime_error("a node's message is too long");
        packet_.clear();
        air::protocol::append(packet_,
                              air::protocol::transmit_frame{.token = 1, .rate = {}, .retries = 31, .mpdu = mpdu_});
        radio_.connection().send(packet_);
        ++sent_;
    }

    int socket() { return radio_.connection().descriptor(); }
    /// Reads a packet; to be called when the socket is readable.
    void read() { radio_.take_packet(); }
    std::uint64_t answers() const { return radio_.received(); }
    /// Whether all that it sent was acknowledged by the gateway's radio and answered, or not acknowledged.
    bool is_done() const { return radio_.ended() == sent_ && radio_.received() == radio_.acked(); }

  private:
    mac_address address_;
    bare_radio radio_;
    std::uint16_t sequence_number_ = 0;
    std::uint64_t sent_ = 0;
    std::vector<std::uint8_t> mpdu_;
    std::vector<std::uint8_t> packet_;
};

/// Hub, broker, gateway, nodes and a subscriber.
class world {
  public:
    world()
        : gateway_({NOWIRE_PROGRAM, "gateway", "--radio",
                    "air:" + hub_.socket() + "?name=gateway&mac=" + gateway_address.to_string(), "--broker",
                    broker_.url()}),
          subscriber_(broker_.port(), topic),
          publisher_(broker_.port()),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        for (std::size_t i = 0; i < node_count; ++i)
            nodes_.push_back(std::make_unique<bare_node>(hub_.socket(), node_address(i)));
        watch(subscriber_.socket(), node_count);
        for (std::size_t i = 0; i < node_count; ++i)
            watch(nodes_[i]->socket(), i);
        wait_for_gateway();
    }

    std::vector<pid_t> processes() const { return {hub_.pid(), broker_.pid(), gateway_.pid()}; }
    mqtt_publisher& publisher() { return publisher_; }
    mqtt_subscriber& subscriber() { return subscriber_; }
    bare_node& node(std::size_t i) { return *nodes_[i]; }

    /// All nodes publish as fast as they are answered.
    std::uint64_t publish(std::uint64_t publications) {
        const std::string text = publication_of(std::string(payload_size, 'x'));
        const auto goal = subscriber_.received() + publications;
        std::uint64_t sent = 0;
        std::vector<std::uint64_t> answered;
        for (const auto& n : nodes_) {
            answered.push_back(n->answers());
            if (sent == publications) continue;
            n->send(text);
            ++sent;
        }
        while (subscriber_.received() < goal) {
            if (!poll(patience)) throw std::runtime_error("nothing comes from the gateway any more");
            for (std::size_t i = 0; i < nodes_.size(); ++i) {
                if (nodes_[i]->answers() == answered[i] || sent == publications) continue;
                answered[i] = nodes_[i]->answers();
                nodes_[i]->send(text);
                ++sent;
            }
        }
        return publications;
    }

    /// Waits for one of the sockets for so long at most, and reads what is there.
    /// @returns whether anything was.
    bool poll(std::chrono::nanoseconds limit) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(limit);
        const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = (limit - seconds).count()};
        std::array<epoll_event, node_count + 1> events;
        const int count =
            ::epoll_pwait2(epoll_.get(), events.data(), static_cast<int>(events.size()), &timeout, nullptr);
        if (count <= 0) return false;
        for (const auto& e : std::span(events).first(static_cast<std::size_t>(count))) {
            if (e.data.u64 == node_count)
                subscriber_.read();
            else
                nodes_[e.data.u64]->read();
        }
        return true;
    }

    /// Until the subscriber has got so many in all.
    void wait_for(std::uint64_t received) {
        while (subscriber_.received() < received)
            if (!poll(patience)) throw std::runtime_error("nothing comes from the broker any more");
    }

  private:
    static constexpr std::chrono::seconds patience{20};

    void watch(int socket, std::size_t who) {
        epoll_event event{.events = EPOLLIN, .data = {.u64 = who}};
        if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket, &event) != 0)
            throw std::runtime_error("a socket cannot be watched");
    }

    /// Until a publication has come through, and all others that were tried.
    void wait_for_gateway() {
        const auto until = std::chrono::steady_clock::now() + patience;
        const auto text = publication_of("hello");
        auto& tries = *nodes_[0];
        while (subscriber_.received() == 0) {
            if (std::chrono::steady_clock::now() > until) throw std::runtime_error("the gateway does not start");
            tries.send(text);
            while (poll(std::chrono::milliseconds(50))) {
            }
        }
        while (!tries.is_done() || subscriber_.received() < tries.answers())
            if (!poll(patience)) throw std::runtime_error("the gateway does not answer");
    }

    test::broker broker_;
    running_hub hub_;
    child_process gateway_;
    mqtt_subscriber subscriber_;
    mqtt_publisher publisher_;
    unique_descriptor epoll_;
    std::vector<std::unique_ptr<bare_node>> nodes_;
};

void benchmark_rate(suite& s, world& w) {
    for (const auto pid : w.processes())
        s.add_process(pid);
    const std::uint64_t publications = s.is_smoke() ? 200 : 20000;
    const std::string payload(payload_size, 'x');
    comparison c{.name = "gateway: node to subscriber, CPU",
                 .unit = "publications",
                 .subject = [&] { return w.publish(publications); },
                 .baseline =
                     [&] {
                         const auto goal = w.subscriber().received() + publications;
                         for (std::uint64_t i = 0; i < publications; ++i)
                             w.publisher().publish(topic, payload);
                         w.wait_for(goal);
                         return publications;
                     }};
    s.measure(c);
    s.unpin();
    c.name = "gateway: node to subscriber, clock";
    c.by_clock = true;
    c.rate = 40e3;
    s.measure(c);
}

// Latency.

using steady = std::chrono::steady_clock;

/// How long each took from its send to the subscriber, sorted.
std::vector<steady::duration> latencies(world& w, std::size_t count,
                                        const std::function<void(std::size_t i, const std::string& payload)>& send) {
    constexpr std::chrono::milliseconds interval{1};
    std::vector<steady::duration> found;
    const auto goal = w.subscriber().received() + count;
    w.subscriber().on_message([&](std::string_view payload) {
        steady::rep sent = 0;
        std::from_chars(payload.data(), payload.data() + payload.size(), sent);
        found.push_back(steady::now() - steady::time_point(steady::duration(sent)));
    });
    auto next = steady::now();
    for (std::size_t i = 0; i < count; ++i, next += interval) {
        for (auto now = steady::now(); now < next; now = steady::now())
            w.poll(next - now);
        auto payload = std::to_string(steady::now().time_since_epoch().count());
        payload.resize(payload_size, ' ');
        send(i, payload);
    }
    w.wait_for(goal);
    w.subscriber().on_message(nullptr);
    std::ranges::sort(found);
    return found;
}

void benchmark_latency(const suite& s, world& w) {
    const std::size_t count = s.is_smoke() ? 50 : 5000;
    const auto through = latencies(w, count, [&](std::size_t i, const std::string& payload) {
        w.node(i % node_count).send(publication_of(payload));
    });
    const auto direct =
        latencies(w, count, [&](std::size_t, const std::string& payload) { w.publisher().publish(topic, payload); });
    const auto at = [](const std::vector<steady::duration>& sorted, std::size_t percent) {
        const auto found = sorted[sorted.size() * percent / 100];
        return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(found).count());
    };
    for (const std::size_t percent : {50U, 99U})
        s.note("gateway: latency at 1000/s, p" + std::to_string(percent),
               at(through, percent) + " us from node to subscriber, " + at(direct, percent) +
                   " us from a publisher at the broker");
}

void benchmark(suite& s) {
    benchmark_engine(s);
    world w;
    benchmark_rate(s, w);
    benchmark_latency(s, w);
}

}  // namespace
}  // namespace nowire::bench

int main(int count, char** arguments) {
    return nowire::bench::run(count, arguments, nowire::bench::benchmark);
}
