// A radio of one's own: "cable:HERE?to=THERE" carries MPDUs in datagrams between two Unix sockets. What it cannot do,
// it says in its capabilities; stations work on it all the same.
#include <nowire/radio/identity.hpp>
#include <nowire/radio/radio.hpp>
#include <nowire/radio/timer_queue.hpp>
#include <nowire/radio/url.hpp>
#include <nowire/radio/url_reader.hpp>
#include <nowire/station/station.hpp>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>
#include <iostream>
#include <string>

namespace {

using namespace std::chrono_literals;
using nowire::duration;
using nowire::time_point;

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

class cable final : public nowire::radio, private nowire::clock {
  public:
    cable(std::string here, std::string there)
        : here_(std::move(here)),
          there_(address_of(there)),
          socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
          timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
          both_(::epoll_create1(EPOLL_CLOEXEC)) {
        for (const int each : {socket_, timer_}) {
            epoll_event wanted{.events = EPOLLIN, .data = {}};
            ::epoll_ctl(both_, EPOLL_CTL_ADD, each, &wanted);
        }
    }
    ~cable() override {
        for (const int each : {socket_, timer_, both_})
            ::close(each);
        ::unlink(here_.c_str());
    }
    cable(const cable&) = delete;
    cable& operator=(const cable&) = delete;

    bool plug_in() const {
        const auto address = address_of(here_);
        return ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }

    nowire::radio_capabilities capabilities() const override {
        return {.keeps_sequence_number = true, .gives_fcs = true, .max_mpdu = 2304};
    }
    nowire::radio_identity identity() const override {
        const auto mac = nowire::mac_from_name(here_);
        return {.name = here_, .station = mac, .soft_ap = mac.plus(1), .on = {}};
    }
    void set_handler(nowire::radio_handler* handler) override { handler_ = handler; }
    void set_promiscuous(bool on) override { promiscuous_ = on; }
    void set_tx_power(int) override {}
    nowire::clock& clock() override { return *this; }
    int descriptor() const override { return both_; }

    std::expected<void, nowire::error> configure(const nowire::radio_setup& setup) override {
        setup_ = setup;
        return {};
    }

    void transmit(nowire::transmit what) override {
        const bool group = (what.mpdu.at(4) & 0x01) != 0;
        const auto size = ::sendto(socket_, what.mpdu.data(), what.mpdu.size(), 0,
                                   reinterpret_cast<const sockaddr*>(&there_), sizeof there_);
        // Nobody acknowledges on a cable, so a unicast that left is unconfirmed.
        const auto left = group ? nowire::tx_status::sent : nowire::tx_status::unconfirmed;
        const auto status = size < 0 ? nowire::tx_status::not_sent : left;
        call_at(now(), [this, token = what.token, status] {
            handler_->on_transmit_done({.token = token, .status = status, .attempts = 1, .time = now()});
        });
    }

    void dispatch() override {
        std::array<std::uint8_t, 2304> mpdu{};
        for (;;) {
            const auto size = ::recv(socket_, mpdu.data(), mpdu.size(), 0);
            if (size < 0) break;
            hear(std::span(mpdu).first(static_cast<std::size_t>(size)));
        }
        const auto before = timers_.next_id();
        while (timers_.run_one(now(), before)) {
        }
        set_timer();
    }

    void wait_until(std::optional<time_point> deadline) override {
        using std::chrono::ceil;
        using std::chrono::milliseconds;
        pollfd ready{.fd = both_, .events = POLLIN, .revents = 0};
        const auto left = deadline ? std::max(ceil<milliseconds>(*deadline - now()), 0ms) : -1ms;
        ::poll(&ready, 1, static_cast<int>(std::min<milliseconds>(left, 1h).count()));
        dispatch();
    }

    time_point now() const override {
        return time_point(std::chrono::duration_cast<duration>(std::chrono::steady_clock::now().time_since_epoch()));
    }
    nowire::timer_id call_at(time_point when, std::function<void()> what) override {
        const auto id = timers_.add(when, std::move(what));
        set_timer();
        return id;
    }
    bool cancel(nowire::timer_id id) override { return timers_.cancel(id); }

  private:
    void hear(std::span<const std::uint8_t> mpdu) {
        if (handler_ == nullptr || !setup_.receiving || mpdu.size() < 24) return;
        const nowire::mac_address to(mpdu.subspan<4, nowire::mac_address::size>());
        if (promiscuous_ || to.is_group() || to == setup_.station || to == setup_.soft_ap)
            handler_->on_receive(mpdu, {.time = now(), .on = setup_.on});
    }
    /// The descriptor is readable when a timer is due, too.
    void set_timer() const {
        using std::chrono::nanoseconds;
        itimerspec at{};
        if (const auto next = timers_.next()) {
            const auto since = std::max<nanoseconds>(next->time_since_epoch(), 1ns);
            at.it_value = {.tv_sec = static_cast<time_t>(since / 1s), .tv_nsec = static_cast<long>(since % 1s / 1ns)};
        }
        ::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &at, nullptr);
    }

    std::string here_;
    sockaddr_un there_;
    int socket_;
    int timer_;
    int both_;
    nowire::radio_handler* handler_ = nullptr;
    nowire::radio_setup setup_;
    bool promiscuous_ = false;
    nowire::timer_queue timers_;
};

/// What a program puts beside make_air_backend() in its list.
nowire::radio_backend make_cable_backend() {
    const auto open = [](const nowire::radio_url& url) -> std::expected<std::unique_ptr<nowire::radio>, nowire::error> {
        nowire::url_reader read(url);
        const auto there = read.text("to");
        if (auto ok = read.finish(); !ok) return std::unexpected(ok.error());
        if (!there) return std::unexpected(nowire::error{nowire::errc::bad_url, "cable: needs to=PATH"});
        auto made = std::make_unique<cable>(url.path, *there);
        if (!made->plug_in())
            return std::unexpected(nowire::error{nowire::errc::radio, url.path + ": " + std::strerror(errno)});
        return made;
    };
    return {.scheme = "cable", .help = "cable:PATH?to=PATH  the ends of a cable between two programs", .open = open};
}

}  // namespace

int main() {
    auto folder = std::filesystem::temp_directory_path().string() + "/cable-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) return 1;
    const std::array backends = {make_cable_backend()};
    {
        const auto left_end = folder + "/left";
        const auto right_end = folder + "/right";
        auto left = nowire::station::open("cable:" + left_end + "?to=" + right_end, backends).value();
        auto right = nowire::station::open("cable:" + right_end + "?to=" + left_end, backends).value();

        const auto sent = left->send(right->address(), "over the cable").value();
        const auto heard = right->receive(1s).value();
        std::cout << to_string(sent.result) << ", heard: " << std::string(heard.payload.begin(), heard.payload.end())
                  << '\n';
    }
    std::filesystem::remove_all(folder);
}
