// From a send to the callback that tells its end: ESP-IDF's functions against nowire's own in C++, each in a process of
// its own that sends to the same listener on one hub without airtime. All run on one processor.
#include "hub_clients.hpp"
#include "latency.hpp"
#include "measure.hpp"

#include <nowire/radio/hub_radio.hpp>
#include <nowire/station/driver.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>

namespace nowire::bench {
namespace {

constexpr mac_address listener({2, 0, 0, 0, 0, 1});
using clock = std::chrono::steady_clock;

std::unique_ptr<station> open(const std::string& url) {
    const std::array backends = {make_air_backend()};
    auto opened = station::open(url, backends);
    if (!opened) throw std::runtime_error(opened.error().text);
    return std::move(*opened);
}

/// The station in a driver's thread, as a chip's is, with a thread that waits for the callback.
void be_driver(const std::string& url, int count) {
    driver d(open(url));
    const std::vector<std::uint8_t> message(250);
    std::mutex lock;
    std::condition_variable came;
    serve_rounds(
        [&] {
            std::optional<clock::time_point> called_back;
            const auto began = clock::now();
            const auto on_end = [&](const completion& end) {
                const std::lock_guard held(lock);
                called_back = clock::now();
                if (end.result != tx_status::acked) std::abort();
                came.notify_one();
            };
            d.with([&](station& s) {
                if (!s.send_then(listener, message, on_end)) std::abort();
            });
            std::unique_lock held(lock);
            came.wait(held, [&] { return called_back.has_value(); });
            return *called_back - began;
        },
        count);
}

/// The station alone: no thread but this one.
void be_station(const std::string& url, int count) {
    const auto self = open(url);
    const std::vector<std::uint8_t> message(250);
    serve_rounds(
        [&] {
            const auto began = clock::now();
            const auto end = self->send(listener, message);
            if (!end || end->result != tx_status::acked) std::abort();
            return clock::now() - began;
        },
        count);
}

void be_program(const char* task, const std::string& url, int count) {
    ::setenv("NOWIRE_RADIO", url.c_str(), 1);
    ::setenv("NOWIRE_BENCH_TASK", task, 1);
    ::setenv("NOWIRE_BENCH_COUNT", std::to_string(count).c_str(), 1);
    ::execl(NOWIRE_IDF_PROGRAM, NOWIRE_IDF_PROGRAM, nullptr);
}

/// A process that does rounds when it is asked to.
class contestant {
  public:
    explicit contestant(const std::function<void()>& body) {
        std::array<int, 2> asking{};
        std::array<int, 2> answering{};
        if (::pipe2(asking.data(), O_CLOEXEC) != 0 || ::pipe2(answering.data(), O_CLOEXEC) != 0)
            throw std::system_error(errno, std::generic_category(), "pipe2");
        ask_ = unique_descriptor(asking[1]);
        answers_ = unique_descriptor(answering[0]);
        const unique_descriptor reading(asking[0]);
        const unique_descriptor writing(answering[1]);
        process_ = std::make_unique<child_process>([&] {
            ::dup2(reading.get(), STDIN_FILENO);
            ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
            ::dup2(writing.get(), answers);
            body();
        });
    }

    double median_us() const {
        std::int64_t nanoseconds = 0;
        if (::write(ask_.get(), "", 1) != 1 ||
            ::read(answers_.get(), &nanoseconds, sizeof nanoseconds) != sizeof nanoseconds)
            throw std::runtime_error("a process that sends has ended");
        return static_cast<double>(nanoseconds) * 1e-3;
    }

  private:
    unique_descriptor ask_;
    unique_descriptor answers_;
    std::unique_ptr<child_process> process_;
};

/// A second of a program's time, on an air that goes at most 20 times as fast as life. Each round is one wait.
void benchmark_waits(const suite& s) {
    s.unpin();
    constexpr double as_asked = 1e6 / 20;
    const running_hub hub("20");
    const contestant idf([&] { be_program("wait", "air:" + hub.socket(), 1); });
    std::vector<double> late;
    for (int i = 0; i < (s.is_smoke() ? 2 : 100); ++i)
        late.push_back((idf.median_us() / as_asked - 1) * 100);
    std::ranges::sort(late);
    char text[80];
    std::snprintf(text, sizeof text, "p50 %.2f %%, p99 %.2f %% later than asked", late[late.size() / 2],
                  late[late.size() * 99 / 100]);
    s.note("idf: waits of 1 s at speed 20", text);
}

void benchmark(suite& s) {
    const int count = s.is_smoke() ? 20 : 4000;
    const running_hub hub;
    const child_process listening([&] {
        bare_radio radio(hub.socket(), listener);
        for (;;)
            radio.take_packet();
    });
    const auto url = "air:" + hub.socket();
    const contestant idf([&] { be_program("send", url, count); });
    const contestant with_driver([&] { be_driver(url, count); });
    const contestant alone([&] { be_station(url, count); });
    s.measure_time({.name = "idf: send to callback, driver",
                    .subject = [&] { return idf.median_us(); },
                    .baseline = [&] { return with_driver.median_us(); },
                    .ratio = 1.5});
    s.measure_time({.name = "idf: send to callback, station",
                    .subject = [&] { return idf.median_us(); },
                    .baseline = [&] { return alone.median_us(); }});
    benchmark_waits(s);
}

}  // namespace
}  // namespace nowire::bench

int main(int count, char** arguments) {
    return nowire::bench::run(count, arguments, nowire::bench::benchmark);
}
