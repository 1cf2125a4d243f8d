/// The chip below the faces: how it is opened, and what is one of it.

#include "micropython/chips.hpp"

#include <nowire/radio/identity.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace nowire::test {
namespace {

using namespace nowire::micropython;

TEST(Chip, IsOpenedByItsUrl) {
    const hub_of_chips air;
    chip c(air.url("kitchen"));
    EXPECT_FALSE(WLAN(c).active());
    EXPECT_FALSE(c.mailbox().is_started());
    const auto other = chip::open(air.url("garden"));
    ASSERT_TRUE(other);
    EXPECT_NE(WLAN(c).mac(), WLAN(**other).mac());
}

TEST(Chip, WithoutOneNowireRadioSaysWhich) {
    const hub_of_chips air;
    child_process asks([&](int to) {
        ::setenv("NOWIRE_RADIO", (air.url("named") + "&mac=02:00:00:00:00:42").c_str(), 1);
        report(to, WLAN().mac().to_string());
        ESPNow e;
        e.active(true);
        report(to, chip::standard().mailbox().is_started() ? "the same chip" : "another chip");
        return 0;
    });
    EXPECT_EQ(asks.line(), "02:00:00:00:00:42");
    EXPECT_EQ(asks.line(), "the same chip");
    EXPECT_EQ(asks.wait(), 0);
}

TEST(Chip, ThatCannotBeOpenedSaysWhy) {
    EXPECT_THROW(chip("carrier-pigeon:"), std::system_error);
    const auto result = chip::open("carrier-pigeon:");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, errc::bad_url);
    EXPECT_NE(result.error().text.find("carrier-pigeon"), std::string::npos);
}

TEST(Chip, SendsWhatWasTakenBeforeItGoes) {
    const hub_of_chips air;
    const auto bob = air.join("bob");
    ESPNow hears(*bob);
    hears.active(true);
    {
        const auto ann = air.join("ann");
        ESPNow says(*ann);
        says.active(true);
        says.add_peer(WLAN(*bob).mac());
        for (int i = 0; i < 10; ++i)
            says.send(WLAN(*bob).mac(), "x", false);
    }
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(hears.recv(-1));
}

TEST(Chip, OfTheProcessSendsWhatWasTakenBeforeTheProcessEnds) {
    const hub_of_chips air;
    const auto to = mac_from_name("bob");
    // First, since a program with threads cannot become two.
    child_process says([&](int) -> int {
        ::setenv("NOWIRE_RADIO", air.url("ann").c_str(), 1);
        WLAN().active(true);
        ESPNow e;
        e.active(true);
        e.add_peer(to);
        while (!e.send(to, "are you there?")) {
        }
        for (int i = 0; i < 10; ++i)
            e.send(to, "x", false);
        std::exit(0);
    });
    chip bob(air.url("bob"));
    ESPNow hears(bob);
    hears.active(true);
    WLAN(bob).active(true);
    EXPECT_EQ(hears.recv(-1).msg, "are you there?");
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(hears.recv(-1).msg, "x");
    EXPECT_EQ(says.wait(), 0);
}

TEST(Chip, OfSeveralUsersGoesWhereTimeStandsWhileOneIsBusy) {
    temporary_folder folder;
    const hub_process hub(folder / "air", {"--speed", "max"});
    chip c("air:" + hub.socket() + "?name=ann", {.mailbox = {.users = 3}});
    WLAN(c).active(true);
    ESPNow e(c);
    e.active(true);
    e.add_peer(bob_mac);
    EXPECT_TRUE(e.send(bob_mac, "nobody is there", false));
}

TEST(Chip, IsSharedByThreads) {
    const hub_of_chips air(std::vector<std::string>{});
    const auto ann = air.join("ann");
    const auto bob = air.join("bob");
    ESPNow says(*ann);
    ESPNow hears(*bob);
    says.active(true);
    hears.active(true);
    const auto to = WLAN(*bob).mac();
    says.add_peer(to);
    std::atomic<bool> ended = false;
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < 50; ++n)
                says.send(to, "x", false);
        });
    threads.emplace_back([&] {
        while (!ended) {
            (void)hears.stats();
            (void)hears.poll(POLLIN);
            (void)says.peer_count();
        }
    });
    for (int n = 0; n < 100; ++n)
        EXPECT_EQ(hears.recv(-1).msg, "x");
    ended = true;
    for (auto& each : threads)
        each.join();
    EXPECT_EQ(says.stats().tx_packets, 100U);
}

struct counted_part {
    explicit counted_part(chip&) { ++made; }
    static inline int made = 0;
};

TEST(Chip, HasOnePartOfEachType) {
    fake_chip c;
    auto& first = c.it.part<counted_part>();
    EXPECT_EQ(&first, &c.it.part<counted_part>());
    EXPECT_EQ(counted_part::made, 1);
    fake_chip d;
    EXPECT_NE(&first, &d.it.part<counted_part>());
}

TEST(Chip, IsClaimedByOneFaceAtATime) {
    fake_chip c;
    c.it.claim("one");
    EXPECT_NO_THROW(c.it.claim("one"));
    EXPECT_THROW_TEXT(c.it.claim("two"), std::logic_error,
                      "two cannot be used: one uses this chip's ESP-NOW; switch that off first");
    c.it.release();
    EXPECT_NO_THROW(c.it.claim("two"));
}

}  // namespace
}  // namespace nowire::test
