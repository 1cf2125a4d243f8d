/// spec/micropython-pycom.md, part 1.9: AIOESPNow.

#include "micropython/chips.hpp"

#include <nowire/aio/espnow.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

#include <exception>

namespace nowire::test {
namespace {

using namespace nowire::micropython;
using aio::AIOESPNow;
using boost::asio::awaitable;
using coroutine = std::function<awaitable<void>()>;

struct Aio1_9 : testing::Test {
    Aio1_9() {
        c.up();
        e->active(true);
    }
    /// Starts a coroutine. What it throws fails the test.
    void start(coroutine body) {
        boost::asio::co_spawn(io, std::move(body), [](std::exception_ptr thrown) {
            try {
                if (thrown) std::rethrow_exception(thrown);
            } catch (const std::exception& failed) {
                ADD_FAILURE() << "a coroutine threw " << failed.what();
            }
        });
    }
    /// Takes the number of the system_error that a coroutine ends with.
    static auto to(boost::system::error_code& said) {
        return [&said](const std::exception_ptr& thrown) {
            try {
                if (thrown) std::rethrow_exception(thrown);
            } catch (const boost::system::system_error& failed) {
                said = failed.code();
            }
        };
    }

    boost::asio::io_context io;
    fake_chip c;
    std::unique_ptr<AIOESPNow> e = std::make_unique<AIOESPNow>(io.get_executor(), c.it);
};

TEST_F(Aio1_9, IsAnEspNow) {
    static_assert(std::is_base_of_v<ESPNow, AIOESPNow>);
    c.hear("x");
    EXPECT_EQ(e->recv(0).msg, "x");
    EXPECT_EQ(e->executor(), io.get_executor());
}

TEST_F(Aio1_9, ArecvWaitsForAMessage) {
    std::string heard;
    const mac_address* from = nullptr;
    start([&]() -> awaitable<void> {
        auto got = co_await e->arecv();
        heard = got.msg;
        from = got.mac;
    });
    io.poll();
    EXPECT_EQ(heard, "");
    c.hear("hello");
    io.run();
    EXPECT_EQ(heard, "hello");
    EXPECT_EQ(from, &e->peers_table().find(bob_mac)->first);
}

TEST_F(Aio1_9, ArecvFindsWhatWaitsAlready) {
    std::string heard;
    c.hear("1");
    c.hear("2");
    start([&]() -> awaitable<void> {
        for (int i = 0; i < 2; ++i) {
            const auto got = co_await e->arecv();
            heard += got.msg;
        }
    });
    io.run();
    EXPECT_EQ(heard, "12");
}

TEST_F(Aio1_9, AirecvIsTheSameObjectEachTime) {
    c.hear("1");
    c.hear("2");
    std::vector<const bytearray*> objects;
    start([&]() -> awaitable<void> {
        for (int i = 0; i < 2; ++i) {
            const auto got = co_await e->airecv();
            objects.push_back(got.msg);
        }
    });
    io.run();
    ASSERT_EQ(objects.size(), 2U);
    EXPECT_EQ(objects[0], objects[1]);
}

TEST_F(Aio1_9, IterationGoesOnUntilSomebodyStopsIt) {
    std::vector<std::string> heard;
    start([&]() -> awaitable<void> {
        while (const auto got = co_await e->anext()) {
            heard.emplace_back(got.msg->text());
            if (*got.msg == "halt") break;
        }
    });
    for (const auto* each : {"1", "2", "halt"}) {
        c.hear(each);
        io.poll();
    }
    io.run();
    EXPECT_EQ(heard, (std::vector<std::string>{"1", "2", "halt"}));
}

TEST_F(Aio1_9, MessagesGoToThoseWhoWaitInTheirOrder) {
    std::string order;
    const auto wait = [&](char who) {
        return [this, &order, who]() -> awaitable<void> {
            const auto got = co_await e->arecv();
            order += who + got.msg + " ";
        };
    };
    start(wait('a'));
    start(wait('b'));
    io.poll();
    c.hear("1");
    io.poll();
    c.hear("2");
    io.run();
    EXPECT_EQ(order, "a1 b2 ");
}

TEST_F(Aio1_9, AsendReturnsWhatSendDoes) {
    e->add_peer(bob_mac);
    std::vector<bool> results;
    start([&]() -> awaitable<void> {
        const bool acked = co_await e->asend(bob_mac, "x");
        const bool to_all = co_await e->asend("x");
        c.answer(tx_status::not_acked);
        const bool failed = co_await e->asend(bob_mac, "x", None);
        const bool unwaited = co_await e->asend(bob_mac, "x", false);
        results = {acked, to_all, failed, unwaited};
    });
    io.run();
    EXPECT_EQ(results, (std::vector<bool>{true, true, false, true}));
    EXPECT_EQ(c.sent(), 4U);
}

TEST_F(Aio1_9, AsendWaitsForEarlierResponsesWithoutBlocking) {
    e->add_peer(bob_mac);
    c.answer(std::nullopt);
    e->send(bob_mac, "first", false);
    bool sent = false;
    start([&]() -> awaitable<void> { sent = co_await e->asend(bob_mac, "second", false); });
    io.poll();
    EXPECT_FALSE(sent);
    EXPECT_EQ(c.sent(), 1U);
    c.with_radio([](fake_radio& r) { r.answer(r.sent.front().token, tx_status::acked); });
    io.run();
    EXPECT_TRUE(sent);
    EXPECT_EQ(c.sent(), 2U);
}

TEST_F(Aio1_9, AsendKeepsTheMessageItself) {
    e->add_peer(bob_mac);
    awaitable<bool> pending;
    {
        const std::string text(100, 'x');
        const auto to = bob_mac;
        pending = e->asend(to, text, false);
    }
    bool sent = false;
    start([&]() -> awaitable<void> { sent = co_await std::move(pending); });
    io.run();
    EXPECT_TRUE(sent);
    EXPECT_EQ(c.sent_to(), bob_mac);
}

TEST_F(Aio1_9, ErrorsAreThoseOfSendAndRecv) {
    std::string said;
    const auto note = [&](const std::exception_ptr& thrown) {
        try {
            if (thrown) std::rethrow_exception(thrown);
        } catch (const std::exception& failed) {
            said = failed.what();
        }
    };
    boost::asio::co_spawn(
        io, [&]() -> awaitable<void> { co_await e->asend(bob_mac, "x"); }, note);
    io.run();
    EXPECT_EQ(said, "OSError(-12393, 'ESP_ERR_ESPNOW_NOT_FOUND')");
    io.restart();
    boost::asio::co_spawn(
        io, [&]() -> awaitable<void> { co_await e->asend(false, "x"); }, note);
    io.run();
    EXPECT_EQ(said, "object with buffer protocol required");
}

TEST_F(Aio1_9, ACancelledWaitLosesNoMessage) {
    boost::system::error_code said;
    boost::asio::cancellation_signal cancel;
    coroutine wait = [&]() -> awaitable<void> { co_await e->arecv(); };
    boost::asio::co_spawn(io, wait, boost::asio::bind_cancellation_slot(cancel.slot(), to(said)));
    io.poll();
    cancel.emit(boost::asio::cancellation_type::terminal);
    io.poll();
    EXPECT_EQ(said, boost::asio::error::operation_aborted);
    c.hear("x");
    EXPECT_EQ(e->recv(0).msg, "x");
}

TEST_F(Aio1_9, DestroyingItEndsItsWaits) {
    boost::system::error_code receive;
    boost::system::error_code sleep;
    coroutine wait = [&]() -> awaitable<void> { co_await e->arecv(); };
    coroutine nap = [&]() -> awaitable<void> { co_await e->sleep_ms(1000); };
    boost::asio::co_spawn(io, wait, to(receive));
    boost::asio::co_spawn(io, nap, to(sleep));
    io.poll();
    e.reset();
    io.run();
    EXPECT_EQ(receive, boost::asio::error::operation_aborted);
    EXPECT_EQ(sleep, boost::asio::error::operation_aborted);
    c.advance(2s);
    c.finish_handlers();
}

TEST_F(Aio1_9, OneThatWaitsMayDestroyItWhileAnotherIsAboutToComeOn) {
    std::string first;
    boost::system::error_code second;
    start([&]() -> awaitable<void> {
        const auto got = co_await e->arecv();
        first = got.msg;
        e.reset();
    });
    std::string never;
    coroutine wait = [&]() -> awaitable<void> {
        const auto got = co_await e->arecv();
        never = got.msg;
    };
    boost::asio::co_spawn(io, wait, to(second));
    io.poll();
    c.hear("1");
    c.hear("2");
    io.run();
    EXPECT_EQ(first, "1");
    EXPECT_EQ(never, "");
    EXPECT_EQ(second, boost::asio::error::operation_aborted);
}

TEST_F(Aio1_9, CoroutinesMayBeLeftWaitingWhenAllEnds) {
    start([&]() -> awaitable<void> { co_await e->arecv(); });
    start([&]() -> awaitable<void> { co_await e->sleep_ms(1000); });
    io.poll();
    e.reset();
}

TEST_F(Aio1_9, SleepIsOnTheAirsClock) {
    bool slept = false;
    start([&]() -> awaitable<void> {
        co_await e->sleep_ms(500);
        slept = true;
    });
    io.poll();
    c.advance(499ms);
    c.finish_handlers();
    io.poll();
    EXPECT_FALSE(slept);
    c.advance(1ms);
    io.run();
    EXPECT_TRUE(slept);
}

TEST_F(Aio1_9, IrqRunsOnTheExecutor) {
    const auto work = boost::asio::make_work_guard(io);
    std::thread::id ran;
    std::string heard;
    e->irq([&](ESPNow& it) {
        ran = std::this_thread::get_id();
        heard = it.recv(0).msg;
        io.stop();
    });
    c.hear("x");
    io.run();
    EXPECT_EQ(ran, std::this_thread::get_id());
    EXPECT_EQ(heard, "x");
}

TEST_F(Aio1_9, SeveralObjectsOfAChipMayWaitOnOneExecutor) {
    AIOESPNow other(io.get_executor(), c.it);
    std::string heard;
    const auto wait = [&](AIOESPNow& on) {
        return [&on, &heard]() -> awaitable<void> {
            const auto got = co_await on.arecv();
            heard += got.msg;
        };
    };
    start(wait(*e));
    start(wait(other));
    io.poll();
    c.hear("1");
    c.hear("2");
    io.run();
    EXPECT_EQ(heard, "12");
}

}  // namespace
}  // namespace nowire::test
