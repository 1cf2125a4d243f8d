#include "abi/abi_world.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <future>
#include <string>

namespace nowire::test {
namespace {

std::atomic<int> signals = 0;

struct AbiWaitTest : ::testing::Test, abi_world {
    AbiWaitTest() {
        const auto to_b = peer_of(address_of(b));
        EXPECT_EQ(nowire_add_peer(a.get(), &to_b), 0);
    }
    std::int32_t wait(const abi_station& s, std::int32_t wanted, int other = -1, std::int64_t timeout = abi_patience) {
        std::int32_t found = NOWIRE_INTERRUPTED;
        while (found == NOWIRE_INTERRUPTED)
            found = nowire_wait(s.get(), wanted, other, timeout);
        return found;
    }
    bool is_readable(int descriptor) {
        pollfd one = {.fd = descriptor, .events = POLLIN, .revents = 0};
        return ::poll(&one, 1, 0) == 1;
    }

    abi_station a = open("a");
    abi_station b = open("b");
};

TEST_F(AbiWaitTest, WaitsForWhatIsWantedAndSaysWhatThereIs) {
    EXPECT_EQ(wait(b, NOWIRE_MESSAGE, -1, 1000), 0);
    EXPECT_EQ(wait(b, NOWIRE_MESSAGE | NOWIRE_WRITABLE), NOWIRE_WRITABLE);
    ASSERT_EQ(send_text(a, address_of(b), "x"), 1);
    EXPECT_EQ(wait(b, NOWIRE_MESSAGE), NOWIRE_MESSAGE);
    ASSERT_EQ(receive_text(b), "x");
    const int other = ::eventfd(1, EFD_CLOEXEC);
    EXPECT_EQ(wait(b, NOWIRE_MESSAGE, other), NOWIRE_OTHER);
    ::close(other);
}

TEST_F(AbiWaitTest, AWaitForNothingSleepsOnTheClockOfTheAir) {
    const auto before = nowire_now(b.get());
    EXPECT_EQ(wait(b, 0, -1, 20000), 0);
    EXPECT_GE(nowire_now(b.get()) - before, 20000);
}

TEST_F(AbiWaitTest, KeepsTheEndsOfWhatIsSent) {
    EXPECT_EQ(nowire_next_sent(a.get(), nullptr), 0);
    ASSERT_EQ(nowire_keep_sent(a.get(), 1), 0);
    const octets nobody = {0x02, 0, 0, 0, 0, 0x42};
    const auto peer = peer_of(nobody);
    ASSERT_EQ(nowire_add_peer(a.get(), &peer), 0);
    EXPECT_FALSE(is_readable(nowire_sent_descriptor(a.get())));
    ASSERT_EQ(nowire_send(a.get(), nullptr, "x", 1, 0), 1);
    for (const bool delivered : {true, false}) {
        ASSERT_EQ(wait(a, NOWIRE_SENT), NOWIRE_SENT);
        EXPECT_TRUE(is_readable(nowire_sent_descriptor(a.get())));
        nowire_sent end{};
        end.size = sizeof end;
        ASSERT_EQ(nowire_next_sent(a.get(), &end), 1);
        EXPECT_EQ(end.delivered, delivered ? 1 : 0);
        EXPECT_EQ(octets(std::to_array(end.address)), delivered ? address_of(b) : nobody);
    }
    EXPECT_FALSE(is_readable(nowire_sent_descriptor(a.get())));
    ASSERT_EQ(nowire_keep_sent(a.get(), 0), 0);
    ASSERT_EQ(send_text(a, address_of(b), "y"), 1);
    EXPECT_EQ(wait(a, NOWIRE_SENT, -1, 1000), 0);
}

TEST_F(AbiWaitTest, NotesOfMessagesInterruptAndSignal) {
    struct sigaction counts {};
    struct sigaction before {};
    counts.sa_handler = [](int) { ++signals; };
    ASSERT_EQ(::sigaction(SIGRTMIN + 3, &counts, &before), 0);
    signals = 0;
    ASSERT_EQ(nowire_notify(b.get(), SIGRTMIN + 3), 0);
    ASSERT_EQ(send_text(a, address_of(b), "x"), 1);
    ASSERT_EQ(send_text(a, address_of(b), "y"), 1);
    const auto end = std::chrono::steady_clock::now() + patience;
    int notes = 0;
    while (notes < 2 && std::chrono::steady_clock::now() < end) {
        EXPECT_EQ(nowire_wait(b.get(), 0, -1, abi_patience), NOWIRE_INTERRUPTED);
        notes += nowire_take_notes(b.get());
    }
    EXPECT_EQ(notes, 2);
    // A note is there before its signal is sent.
    EXPECT_TRUE(becomes_true([] { return signals == 2; }));
    ASSERT_EQ(nowire_notify(b.get(), -1), 0);
    ASSERT_EQ(send_text(a, address_of(b), "z"), 1);
    ASSERT_EQ(wait(b, NOWIRE_MESSAGE), NOWIRE_MESSAGE);
    EXPECT_EQ(nowire_take_notes(b.get()), 0);
    ::sigaction(SIGRTMIN + 3, &before, nullptr);
}

TEST_F(AbiWaitTest, AnotherThreadMayInterrupt) {
    auto waits = std::async(std::launch::async, [&] { return nowire_wait(b.get(), NOWIRE_MESSAGE, -1, -1); });
    ASSERT_EQ(nowire_interrupt(b.get()), 0);
    ASSERT_EQ(waits.wait_for(patience), std::future_status::ready);
    EXPECT_EQ(waits.get(), NOWIRE_INTERRUPTED);
}

TEST_F(AbiWaitTest, ClosingEndsTheWaitsOfOtherThreads) {
    std::promise<void> waits_now;
    auto waits = std::async(std::launch::async, [&, s = b.get()] {
        waits_now.set_value();
        std::int32_t found = NOWIRE_INTERRUPTED;
        while (found == NOWIRE_INTERRUPTED)
            found = nowire_wait(s, NOWIRE_MESSAGE, -1, -1);
        return found;
    });
    waits_now.get_future().wait();
    // Only a wait that has begun may meet the closing.
    ASSERT_EQ(waits.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
    b.reset();
    ASSERT_EQ(waits.wait_for(patience), std::future_status::ready);
    EXPECT_EQ(waits.get(), NOWIRE_CLOSED);
}

TEST_F(AbiWaitTest, AnAirThatIsGoneIsAnErrorAndNoHang) {
    hub.kill();
    EXPECT_EQ(receive_text(b), "");
    EXPECT_EQ(nowire_receive(b.get(), nullptr, 0, nullptr, -1), NOWIRE_RADIO);
    EXPECT_EQ(send_text(a, address_of(b), "x"), NOWIRE_RADIO);
}

}  // namespace
}  // namespace nowire::test
