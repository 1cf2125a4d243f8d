#include "async/two_stations.hpp"
#include "station/station_fake_radio.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <string>
#include <vector>

namespace nowire::test {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

using AsyncClosing = TwoStations;

/// A fake radio that tells when it goes.
class mortal_radio final : public radio {
  public:
    explicit mortal_radio(bool& alive) : alive_(alive) {
        alive_ = true;
        inside_.answers = false;
    }
    ~mortal_radio() override { alive_ = false; }

    radio_capabilities capabilities() const override { return inside_.capabilities(); }
    radio_identity identity() const override { return inside_.identity(); }
    void set_handler(radio_handler* handler) override { inside_.set_handler(handler); }
    void transmit(nowire::transmit what) override { inside_.transmit(std::move(what)); }
    std::expected<void, error> configure(const radio_setup& setup) override { return inside_.configure(setup); }
    void set_promiscuous(bool on) override { inside_.set_promiscuous(on); }
    void set_tx_power(int dbm) override { inside_.set_tx_power(dbm); }
    nowire::clock& clock() override { return inside_.clock(); }
    int descriptor() const override { return inside_.descriptor(); }
    void dispatch() override { inside_.dispatch(); }
    void wait_until(std::optional<time_point> deadline) override { inside_.wait_until(deadline); }

  private:
    bool& alive_;
    fake_radio inside_;
};

TEST_F(AsyncClosing, EndsEveryWaitWithClosed) {
    station_options options;
    options.device.pool = 1;
    bool alive = false;
    auto cat = std::make_unique<async::station>(
        io.get_executor(), std::make_unique<station>(std::make_unique<mortal_radio>(alive), std::move(options)));
    std::vector<std::string> ends;
    const auto note = [&](std::string what, errc code) { ends.push_back(what + " " + std::string(to_string(code))); };
    start([&]() -> awaitable<void> { note("receive", (co_await cat->receive()).error().code); });
    start([&]() -> awaitable<void> { note("limited receive", (co_await cat->receive(1h)).error().code); });
    start([&]() -> awaitable<void> { note("send", (co_await cat->send(bob_mac, bytes_of("x"))).error().code); });
    start(
        [&]() -> awaitable<void> { note("no buffer", (co_await cat->send(bob_mac, bytes_of("y"), 1h)).error().code); });
    start([&]() -> awaitable<void> { note("sleep", (co_await cat->sleep_for(1h)).error().code); });
    io.poll();
    EXPECT_TRUE(ends.empty());
    EXPECT_TRUE(alive);
    cat.reset();
    EXPECT_FALSE(alive) << "the radio leaves at once";
    run();
    EXPECT_THAT(ends, UnorderedElementsAre("receive closed", "limited receive closed", "send closed",
                                           "no buffer closed", "sleep closed"));
}

TEST_F(AsyncClosing, EndsOperationsThatHaveNotBegun) {
    auto cat = join(mac_address({0x02, 0, 0, 0, 0, 0x30}), {});
    auto receiving = cat->receive();
    auto sending = cat->send(bob_mac, bytes_of("x"));
    auto sleeping = cat->sleep_for(1s);
    cat.reset();
    run([&]() -> awaitable<void> {
        EXPECT_EQ((co_await std::move(receiving)).error().code, errc::closed);
        EXPECT_EQ((co_await std::move(sending)).error().code, errc::closed);
        EXPECT_EQ((co_await std::move(sleeping)).error().code, errc::closed);
    });
}

TEST_F(AsyncClosing, MayHappenInACoroutineThatUsesTheStation) {
    auto cat = join(mac_address({0x02, 0, 0, 0, 0, 0x30}), {});
    errc other{};
    start([&]() -> awaitable<void> { other = (co_await cat->receive()).error().code; });
    run([&]() -> awaitable<void> {
        EXPECT_TRUE(co_await cat->send(bob_mac, bytes_of("x")));
        cat.reset();
    });
    EXPECT_EQ(other, errc::closed);
}

TEST_F(AsyncClosing, LeavesNothingBehindWhereTheExecutorGoesWithWaitsPending) {
    bool alive = false;
    {
        asio::io_context own;
        auto cat = std::make_unique<async::station>(own.get_executor(),
                                                    std::make_unique<station>(std::make_unique<mortal_radio>(alive)));
        for (int i = 0; i < 3; ++i) {
            const auto wait = [&]() -> awaitable<void> { (void)co_await cat->receive(1h); };
            const auto sleep = [&]() -> awaitable<void> { (void)co_await cat->sleep_for(1h); };
            const auto send = [&]() -> awaitable<void> { (void)co_await cat->send(bob_mac, bytes_of("x")); };
            asio::co_spawn(own, wait, asio::detached);
            asio::co_spawn(own, sleep, asio::detached);
            asio::co_spawn(own, send, asio::detached);
        }
        own.poll();
        cat.reset();  // the coroutines never come on
    }
    EXPECT_FALSE(alive);
}

awaitable<void> owner(std::unique_ptr<async::station> own) {
    (void)co_await own->receive();
}

TEST_F(AsyncClosing, LeavesNothingBehindWhereACoroutineOwnsTheStation) {
    bool alive = false;
    {
        asio::io_context own;
        auto cat = std::make_unique<async::station>(own.get_executor(),
                                                    std::make_unique<station>(std::make_unique<mortal_radio>(alive)));
        asio::co_spawn(own, owner(std::move(cat)), asio::detached);
        own.poll();
        EXPECT_TRUE(alive);
    }
    EXPECT_FALSE(alive);
}

TEST_F(AsyncClosing, LeavesADescriptorThatNobodyWatches) {
    auto cat = join(mac_address({0x02, 0, 0, 0, 0, 0x30}), {});
    start([&]() -> awaitable<void> { EXPECT_EQ((co_await cat->receive()).error().code, errc::closed); });
    io.poll();
    cat.reset();
    // Gets the same descriptor numbers, before the coroutine that waited has come on.
    auto dog = join(mac_address({0x02, 0, 0, 0, 0, 0x40}), {});
    run([&]() -> awaitable<void> {
        EXPECT_TRUE(co_await dog->send(bob_mac, bytes_of("x"), 1s));
        EXPECT_TRUE(co_await dog->send(bob_mac, bytes_of("y"), 1s));
    });
}

}  // namespace
}  // namespace nowire::test
