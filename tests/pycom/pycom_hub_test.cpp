/// The programs of document 002 in C++: a device with two peers, one of them encrypted, each a process of its own.

#include "micropython/chips.hpp"

#include <nowire/pycom/espnow.hpp>
#include <nowire/radio/identity.hpp>

#include <gtest/gtest.h>

#include <latch>
#include <mutex>
#include <set>

namespace nowire::test {
namespace {

using namespace nowire::pycom;

constexpr const char* pmk = "0123456789abcdef";
constexpr const char* lmk = "0123456789123456";

/// Peer 1 (encrypted) or peer 2: answers its peer.
int answer(const std::string& url, bool encrypted, int report_to) {
    chip c(url);
    const WLAN w(c);
    ESPNOW e(c);
    e.init();
    std::latch ended(1);
    e.on_recv([&](const ESPNOW::received_result& result) {
        const auto& [mac, peer, msg] = result;
        if (!peer) return;
        if (msg == "Hello all Peers!") return ended.count_down();
        peer->send("Message received: " + msg);
    });
    auto p = e.add_peer(mac_from_name("main"));
    if (encrypted) {
        e.pmk(pmk);
        p.lmk(lmk);
    }
    report(report_to, "ready");
    ended.wait();
    e.deinit();
    return 0;
}

TEST(PycomPrograms1_11, AnEncryptedAndAPlainPeerAnswer) {
    const hub_of_chips air;
    child_process first([&](int to) { return answer(air.url("first"), true, to); });
    child_process second([&](int to) { return answer(air.url("second"), false, to); });
    ASSERT_EQ(first.line(), "ready");
    ASSERT_EQ(second.line(), "ready");

    chip c(air.url("main"));
    const WLAN w(c);
    ESPNOW e(c);
    e.init();
    std::mutex mutex;
    std::multiset<std::string> heard;
    int sent = 0;
    e.on_send([&](const ESPNOW::sent_result& result) {
        const std::lock_guard lock(mutex);
        sent += result.sent ? 1 : 0;
    });
    e.on_recv([&](const ESPNOW::received_result& result) {
        const std::lock_guard lock(mutex);
        heard.insert(result.mac.to_string() + " " + result.msg);
    });
    e.pmk(pmk);
    auto p1 = e.add_peer(mac_from_name("first").to_hex());
    auto p2 = e.add_peer(mac_from_name("second").to_hex());
    p1.lmk(lmk);
    for (int i = 0; i < 3; ++i) {
        p1.send(std::to_string(i));
        p2.send(std::to_string(i));
    }
    EXPECT_TRUE(eventually([&] {
        const std::lock_guard lock(mutex);
        return heard.size() == 6 && sent == 6;
    }));
    const std::lock_guard lock(mutex);
    EXPECT_EQ(heard.count(mac_from_name("first").to_string() + " Message received: 2"), 1U);
    EXPECT_EQ(heard.count(mac_from_name("second").to_string() + " Message received: 2"), 1U);
    e.send(None, "Hello all Peers!");
    EXPECT_EQ(first.wait(), 0);
    EXPECT_EQ(second.wait(), 0);
}

}  // namespace
}  // namespace nowire::test
