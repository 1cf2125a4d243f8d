/// spec/micropython-pycom.md, part 1.11: Pycom's network.ESPNOW.

#include "micropython/chips.hpp"

#include <nowire/pycom/espnow.hpp>

#include <gtest/gtest.h>

#include <mutex>

namespace nowire::test {
namespace {

using namespace nowire::pycom;

constexpr const char* not_initialised = "ESP-NOW module is not initialized!";

struct Pycom1_11 : testing::Test {
    Pycom1_11() {
        WLAN w(c.it);
        e.init();
    }
    fake_chip c;
    ESPNOW e{c.it};
};

TEST(PycomInit1_11, NeedsWlan) {
    fake_chip c;
    ESPNOW e(c.it);
    EXPECT_THROW_TEXT(e.init(), runtime_error, "ESP-NOW module needs that WLAN is already initialized!");
    const WLAN w(c.it);
    EXPECT_NO_THROW(e.init());
}

TEST(PycomInit1_11, ASoftApIsEnough) {
    fake_chip c;
    const WLAN w(c.it, WLAN::AP);
    EXPECT_NO_THROW(ESPNOW(c.it).init());
    EXPECT_THROW(WLAN(c.it, 0), value_error);
    EXPECT_THROW(WLAN(c.it, 4), value_error);
}

TEST_F(Pycom1_11, ASecondInitIsAnError) {
    EXPECT_THROW_TEXT(e.init(), runtime_error, "ESP-NOW module already initialized!");
    EXPECT_THROW_TEXT(ESPNOW(c.it).init(), runtime_error, "ESP-NOW module already initialized!");
}

TEST_F(Pycom1_11, WhatNeedsItSaysSo) {
    auto p = e.add_peer("112233445566");
    e.deinit();
    EXPECT_THROW_TEXT(e.pmk("short"), runtime_error, not_initialised);
    EXPECT_THROW_TEXT(e.on_send(), runtime_error, not_initialised);
    EXPECT_THROW_TEXT(e.on_recv(), runtime_error, not_initialised);
    EXPECT_THROW_TEXT(e.on_send([](auto&) {}), runtime_error, not_initialised);
    EXPECT_THROW_TEXT(e.on_recv([](auto&) {}), runtime_error, not_initialised);
    EXPECT_THROW_TEXT(e.add_peer("x"), runtime_error, not_initialised);
    EXPECT_THROW_TEXT(e.del_peer(p), runtime_error, not_initialised);
    EXPECT_THROW_TEXT(e.peer_count(), runtime_error, not_initialised);
    EXPECT_THROW_TEXT(e.send(None, "x"), runtime_error, not_initialised);
    EXPECT_THROW_TEXT(e.version(), runtime_error, not_initialised);
    EXPECT_THROW_TEXT(p.send("x"), runtime_error, not_initialised);
    EXPECT_THROW_TEXT(p.lmk(), runtime_error, not_initialised);
    EXPECT_THROW_TEXT(p.lmk(None), runtime_error, not_initialised);
}

TEST_F(Pycom1_11, DeinitIsIdempotentRemovesPeersAndKeepsCallbacks) {
    e.add_peer("112233445566");
    e.on_send([](auto&) {});
    e.on_recv([](auto&) {});
    e.deinit();
    e.deinit();
    e.init();
    EXPECT_EQ(e.peer_count().total, 0U);
    EXPECT_TRUE(e.on_send());
    EXPECT_TRUE(e.on_recv());
}

TEST_F(Pycom1_11, PmkIs16BytesOfTextOrBytes) {
    EXPECT_NO_THROW(e.pmk("0123456789abcdef"));
    EXPECT_NO_THROW(e.pmk(std::vector<std::uint8_t>(16)));
    EXPECT_THROW_TEXT(e.pmk("short"), value_error, "bad len");
}

TEST_F(Pycom1_11, CallbacksAreSetReadAndSwitchedOff) {
    EXPECT_FALSE(e.on_send());
    EXPECT_FALSE(e.on_recv());
    e.on_send([](const ESPNOW::sent_result&) {});
    e.on_recv([](const ESPNOW::received_result&) {});
    EXPECT_TRUE(e.on_send());
    EXPECT_TRUE(e.on_recv());
    e.on_send(None);
    e.on_recv(None);
    EXPECT_FALSE(e.on_send());
    EXPECT_FALSE(e.on_recv());
}

TEST_F(Pycom1_11, AddPeerTakes6BytesOr12HexDigits) {
    EXPECT_EQ(e.add_peer("AABBCCDDEEFF").addr(), mac_address({0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}));
    EXPECT_EQ(e.add_peer(bob_mac).addr(), bob_mac);
    EXPECT_EQ(e.add_peer("feedee").addr(), mac_address({'f', 'e', 'e', 'd', 'e', 'e'}));
    for (const auto* wrong : {"11:22:33:44:55:66", "11223344556", "11223344556x", ""})
        EXPECT_THROW_TEXT(e.add_peer(wrong), value_error, "Invalid MAC Address");
}

TEST_F(Pycom1_11, AddPeerMayHaveAKey) {
    EXPECT_FALSE(e.add_peer(bob_mac, None).lmk());
    const auto eve = e.add_peer(eve_mac, "0123456789abcdef");
    ASSERT_TRUE(eve.lmk());
    EXPECT_EQ(bytes_like(*eve.lmk()).text(), "0123456789abcdef");
    EXPECT_THROW_TEXT(e.add_peer("feedee", "short"), value_error, "bad len");
    const auto [total, encrypted] = e.peer_count();
    EXPECT_EQ(total, 2U);
    EXPECT_EQ(encrypted, 1U);
}

TEST_F(Pycom1_11, AddPeerIsOnTheStationIfThatIsUpElseOnTheSoftAp) {
    const auto via = [&] { return c.it.mailbox().with([](station& s) { return s.device().find_peer(bob_mac)->via; }); };
    const auto bob = e.add_peer(bob_mac);
    EXPECT_EQ(via(), interface::station);
    e.del_peer(bob);
    const WLAN w(c.it, WLAN::AP);
    e.add_peer(bob_mac);
    EXPECT_EQ(via(), interface::soft_ap);
}

TEST_F(Pycom1_11, WhatEspNowRefusesIsAnOsErrorWithATextAlone) {
    auto bob = e.add_peer(bob_mac);
    EXPECT_THROW_TEXT(e.add_peer(bob_mac), os_error, "ESP-Now Peer Exists");
    EXPECT_THROW_TEXT(e.send(eve_mac, "x"), os_error, "ESP-Now Peer Not Found");
    EXPECT_THROW_TEXT(e.send(bob_mac, ""), os_error, "ESP-Now Invalid Argument");
    for (std::uint8_t i = 0; i < 19; ++i)
        e.add_peer(eve_mac.plus(i));
    EXPECT_THROW_TEXT(e.add_peer("feedee"), os_error, "ESP-Now Peer List Full");
    WLAN(c.it).deinit();
    EXPECT_THROW_TEXT(bob.send("x"), os_error, "ESP-Now Wifi Interface error");
}

TEST_F(Pycom1_11, WhatItHasNoNameForIsARuntimeErrorWithTheNumber) {
    const auto bob = e.add_peer(bob_mac);
    c.it.mailbox().with([](station& s) {
        auto p = *s.device().find_peer(bob_mac);
        p.on = channel::from_number(6);
        ASSERT_TRUE(s.device().modify_peer(p));
    });
    EXPECT_THROW_TEXT(bob.send("x"), runtime_error, "ESP-Now Unknown Error 0x306d");
}

TEST_F(Pycom1_11, SendTakesRawBytesAloneAndUpTo250Bytes) {
    e.add_peer(bob_mac);
    EXPECT_NO_THROW(e.send(bob_mac, std::string(250, 'x')));
    EXPECT_THROW_TEXT(e.send("020000000020", "x"), value_error, "addr invalid");
    EXPECT_THROW_TEXT(e.send("", "x"), value_error, "addr invalid");
    EXPECT_THROW_TEXT(e.send(bob_mac, std::string(251, 'x')), value_error, "msg too long");
    EXPECT_EQ(c.sent(), 1U);
}

TEST_F(Pycom1_11, SendToNoneIsToAllPeers) {
    EXPECT_THROW_TEXT(e.send(None, "x"), os_error, "ESP-Now Peer Not Found");
    e.add_peer(bob_mac);
    e.add_peer(eve_mac);
    e.send(None, "Hello all Peers!");
    EXPECT_EQ(c.sent(), 2U);
}

TEST_F(Pycom1_11, SendReturnsAtOnce) {
    c.answer(std::nullopt);
    const auto bob = e.add_peer(bob_mac);
    e.send(bob_mac, "x");
    bob.send("y");
    EXPECT_EQ(c.sent(), 2U);
}

TEST_F(Pycom1_11, PeerSendHasTextsOfItsOwn) {
    const auto bob = e.add_peer(bob_mac);
    EXPECT_THROW_TEXT(bob.send(None), value_error, "Message is invalid");
    EXPECT_THROW_TEXT(bob.send(std::string(251, 'x')), value_error, "Message is too long");
    EXPECT_NO_THROW(bob.send(std::string(250, 'x')));
}

TEST_F(Pycom1_11, PeerLmkSetsReadsAndRemovesTheKey) {
    auto bob = e.add_peer(bob_mac);
    EXPECT_FALSE(bob.lmk());
    bob.lmk("0123456789123456");
    EXPECT_EQ(bytes_like(bob.lmk().value()).text(), "0123456789123456");
    EXPECT_EQ(e.peer_count().encrypted, 1U);
    EXPECT_THROW_TEXT(bob.lmk("short"), value_error, "bad len");
    bob.lmk(None);
    EXPECT_FALSE(bob.lmk());
    EXPECT_EQ(e.peer_count().encrypted, 0U);
}

TEST_F(Pycom1_11, ARemovedPeerIsNotFound) {
    auto bob = e.add_peer(bob_mac);
    const auto same = bob;
    EXPECT_TRUE(same == bob);
    e.del_peer(bob);
    EXPECT_THROW_TEXT(same.addr(), os_error, "ESP-Now Peer Not Found");
    EXPECT_THROW_TEXT(bob.send("x"), os_error, "ESP-Now Peer Not Found");
    EXPECT_THROW_TEXT(e.del_peer(bob), os_error, "ESP-Now Peer Not Found");
    EXPECT_FALSE(e.add_peer(bob_mac) == bob);
}

TEST_F(Pycom1_11, APeerOfBeforeDeinitIsNotFound) {
    auto bob = e.add_peer(bob_mac);
    e.deinit();
    e.init();
    e.add_peer(bob_mac);
    EXPECT_THROW_TEXT(bob.addr(), os_error, "ESP-Now Peer Not Found");
    EXPECT_THROW_TEXT(bob.send("x"), os_error, "ESP-Now Peer Not Found");
}

TEST_F(Pycom1_11, VersionIsANumber) {
    EXPECT_EQ(e.version(), 1);
}

/// What callbacks were told, in another thread.
struct told {
    void add(std::string what) {
        const std::lock_guard lock(mutex);
        lines.push_back(std::move(what));
    }
    std::vector<std::string> all() {
        const std::lock_guard lock(mutex);
        return lines;
    }
    bool has(std::size_t count) {
        return eventually([&] { return all().size() >= count; });
    }
    std::mutex mutex;
    std::vector<std::string> lines;
};

TEST_F(Pycom1_11, OnSendTellsThePeerAndWhetherItWasSent) {
    told seen;
    const auto bob = e.add_peer(bob_mac);
    e.on_send([&](const ESPNOW::sent_result& result) {
        const auto& [peer, sent] = result;
        seen.add(peer.addr().to_string() + (peer == bob ? " same" : " other") + (sent ? " sent" : " failed"));
    });
    bob.send("x");
    ASSERT_TRUE(seen.has(1));
    c.answer(tx_status::not_acked);
    e.send(bob_mac, "y");
    ASSERT_TRUE(seen.has(2));
    EXPECT_EQ(seen.all(),
              (std::vector<std::string>{bob_mac.to_string() + " same sent", bob_mac.to_string() + " same failed"}));
}

TEST_F(Pycom1_11, OnSendTellsNothingOfAPeerThatWasRemoved) {
    told seen;
    c.answer(std::nullopt);
    const auto bob = e.add_peer(bob_mac);
    const auto eve = e.add_peer(eve_mac);
    e.on_send([&](const ESPNOW::sent_result& result) { seen.add(result.peer.addr().to_string()); });
    bob.send("x");
    eve.send("x");
    e.del_peer(bob);
    c.with_radio([](fake_radio& r) {
        for (const auto& each : r.sent)
            r.answer(each.token, tx_status::acked);
    });
    ASSERT_TRUE(seen.has(1));
    EXPECT_EQ(seen.all(), std::vector<std::string>{eve_mac.to_string()});
}

TEST_F(Pycom1_11, OnRecvTellsAddressPeerAndMessage) {
    told seen;
    e.add_peer(bob_mac);
    e.on_recv([&](const ESPNOW::received_result& result) {
        const auto& [mac, peer, msg] = result;
        seen.add(mac.to_string() + " " + (peer ? peer->addr().to_string() : "None") + " " + msg);
    });
    c.hear("one");
    c.hear("two", eve_mac);
    ASSERT_TRUE(seen.has(2));
    EXPECT_EQ(seen.all(), (std::vector<std::string>{bob_mac.to_string() + " " + bob_mac.to_string() + " one",
                                                    eve_mac.to_string() + " None two"}));
}

TEST_F(Pycom1_11, WithoutACallbackMessagesAreLost) {
    told seen;
    c.hear("lost");
    ASSERT_TRUE(eventually([&] { return !c.it.mailbox().look().message; }));
    e.on_recv([&](const ESPNOW::received_result& result) { seen.add(result.msg); });
    c.hear("heard");
    ASSERT_TRUE(seen.has(1));
    e.on_recv(None);
    c.hear("lost");
    ASSERT_TRUE(eventually([&] { return !c.it.mailbox().look().message; }));
    EXPECT_EQ(seen.all(), std::vector<std::string>{"heard"});
}

TEST_F(Pycom1_11, CallbacksRunInAThreadOfTheChipAndMayCallEverything) {
    told seen;
    std::atomic<bool> elsewhere = false;
    e.on_recv([&, here = std::this_thread::get_id()](const ESPNOW::received_result& result) {
        elsewhere = std::this_thread::get_id() != here;
        auto peer = result.peer;
        if (!peer) peer = e.add_peer(result.mac);
        peer->send("Sending back an answer...");
        seen.add(result.msg);
    });
    c.hear("hello");
    ASSERT_TRUE(seen.has(1));
    EXPECT_TRUE(elsewhere);
    EXPECT_EQ(c.sent(), 1U);
    EXPECT_EQ(e.peer_count().total, 1U);
}

TEST_F(Pycom1_11, ACallbackMayDeinit) {
    told seen;
    e.on_recv([&](const ESPNOW::received_result& result) {
        e.deinit();
        seen.add(result.msg);
    });
    c.hear("the last");
    ASSERT_TRUE(seen.has(1));
    EXPECT_THROW(e.version(), runtime_error);
}

TEST_F(Pycom1_11, OutOfBuffersIsSaidAtOnceInACallback) {
    told seen;
    c.answer(std::nullopt);
    const auto bob = e.add_peer(bob_mac);
    for (int i = 0; i < 32; ++i)
        bob.send("x");
    e.on_recv([&](const ESPNOW::received_result& result) {
        try {
            result.peer->send("answer");
        } catch (const os_error& failed) {
            seen.add(failed.what());
        }
    });
    c.hear("hello");
    ASSERT_TRUE(seen.has(1));
    EXPECT_EQ(seen.all(), std::vector<std::string>{"ESP-Now Out Of Mem"});
}

}  // namespace
}  // namespace nowire::test
