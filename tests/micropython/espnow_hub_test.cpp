/// ESPNow on an air that processes share (spec/micropython-pycom.md, part 2): what leaves the chip, what is measured in
/// its time, and two programs that talk.

#include "micropython/chips.hpp"

#include <nowire/capture/decode.hpp>
#include <nowire/capture/reader.hpp>
#include <nowire/micropython/espnow_v1.hpp>
#include <nowire/radio/identity.hpp>

#include <gmock/gmock.h>

#include <csignal>

namespace nowire::test {
namespace {

using namespace nowire::micropython;

TEST(Hub2, AMessageCrossesWithAddressRssiAndTime) {
    const hub_of_chips air;
    const auto ann = air.join("ann");
    const auto bob = air.join("bob");
    ESPNow says(*ann);
    ESPNow hears(*bob);
    says.active(true);
    hears.active(true);
    says.add_peer(WLAN(*bob).mac());
    EXPECT_TRUE(says.send(WLAN(*bob).mac(), "hello"));
    const auto [mac, msg] = hears.recv(-1);
    ASSERT_NE(mac, nullptr);
    EXPECT_EQ(*mac, WLAN(*ann).mac());
    EXPECT_EQ(msg, "hello");
    const auto& [rssi, time_ms] = hears.peers_table().at(*mac);
    EXPECT_GE(rssi, -127);
    EXPECT_LT(rssi, 0);
    EXPECT_GE(ticks_diff(ticks_ms(*bob), time_ms), 0);
    EXPECT_LT(ticks_diff(ticks_ms(*bob), time_ms), 5000);
}

TEST(Hub2, AnInterfaceThatIsUpRespondsWithoutEspNow) {
    const hub_of_chips air;
    const auto ann = air.join("ann");
    const auto bob = air.join("bob");
    ESPNow says(*ann);
    says.active(true);
    says.add_peer(WLAN(*bob).mac());
    EXPECT_TRUE(says.send(WLAN(*bob).mac(), "x"));
}

TEST(Send1_4, NobodyThereIsFalseWithin100Ms) {
    const hub_of_chips air;
    const auto ann = air.join("ann");
    ESPNow e(*ann);
    e.active(true);
    e.add_peer(mac_from_name("nobody"));
    const auto begin = ticks_ms(*ann);
    EXPECT_FALSE(e.send(mac_from_name("nobody"), "x"));
    EXPECT_LT(ticks_diff(ticks_ms(*ann), begin), 100);
    EXPECT_EQ(e.stats().tx_failures, 1U);
}

TEST(Hub2, OnAnotherChannelNobodyHearsItAndSendIsFalse) {
    const hub_of_chips air;
    const auto ann = air.join("ann");
    const auto bob = air.join("bob");
    WLAN(*bob).config({.channel = 6});
    ESPNow says(*ann);
    ESPNow hears(*bob);
    says.active(true);
    hears.active(true);
    says.add_peer(WLAN(*bob).mac());
    EXPECT_FALSE(says.send(WLAN(*bob).mac(), "x"));
    EXPECT_FALSE(hears.recv(0));
}

TEST(Hub2, AnAddressOfAnotherIsRefused) {
    const hub_of_chips air;
    const auto ann = air.join("ann");
    const auto bob = air.join("bob");
    WLAN w(*bob);
    EXPECT_OS_ERROR(w.config({.mac = WLAN(*ann).mac()}), 98, e.name());
    EXPECT_EQ(w.mac(), mac_from_name("bob"));
}

TEST(Hub2, EncryptedMessagesNeedTheSameKeys) {
    const hub_of_chips air;
    const auto ann = air.join("ann");
    const auto bob = air.join("bob");
    ESPNow says(*ann);
    ESPNow hears(*bob);
    for (auto* each : {&says, &hears}) {
        each->active(true);
        each->set_pmk("pmk1234567890123");
    }
    says.add_peer(WLAN(*bob).mac(), "lmk1234567890123");
    hears.add_peer(WLAN(*ann).mac(), "lmk1234567890123");
    EXPECT_TRUE(says.send(WLAN(*bob).mac(), "secret"));
    EXPECT_EQ(hears.recv(-1).msg, "secret");
    hears.mod_peer(WLAN(*ann).mac(), "another key 4567");
    EXPECT_TRUE(says.send(WLAN(*bob).mac(), "secret")) << "its radio acknowledges all the same";
    EXPECT_FALSE(hears.recv(50));
}

TEST(Hub2, MessagesOf1470BytesAndBroadcasts) {
    const hub_of_chips air;
    const auto ann = air.join("ann");
    const auto bob = air.join("bob");
    ESPNow says(*ann);
    ESPNow hears(*bob);
    says.active(true);
    hears.active(true);
    says.add_peer(mac_address::broadcast());
    EXPECT_TRUE(says.send(mac_address::broadcast(), std::string(1470, 'x')));
    EXPECT_EQ(hears.recv(-1).msg.size(), 1470U);
}

TEST(Hub2, TheOlderFormTalksToTheNewOne) {
    const hub_of_chips air;
    const auto ann = air.join("ann");
    const auto bob = air.join("bob");
    v1::ESPNow older(*ann);
    ESPNow newer(*bob);
    older.init();
    newer.active(true);
    older.add_peer(WLAN(*bob).mac());
    newer.add_peer(WLAN(*ann).mac());
    EXPECT_TRUE(older.send(WLAN(*bob).mac(), "ping"));
    EXPECT_EQ(newer.recv(-1).msg, "ping");
    EXPECT_TRUE(newer.send(WLAN(*ann).mac(), "pong"));
    EXPECT_EQ(older.recv(-1).msg, "pong");
}

struct captured {
    mac_address source;
    std::string text;
};

/// The messages of a capture, those of frames that were transmitted again but once.
std::vector<captured> messages_of(const std::string& file) {
    std::vector<captured> all;
    const auto bytes = bytes_in(file);
    capture::reader reader(bytes);
    capture::decoder decoder;
    for (auto packet = reader.next(); packet && *packet; packet = reader.next()) {
        const auto frame = decoder.decode(**packet);
        if (!frame.payload || !frame.source || frame.retry.value_or(false)) continue;
        all.push_back({*frame.source, std::string(frame.payload->begin(), frame.payload->end())});
    }
    return all;
}

/// Asks `rounds` times and counts the answers, as a program for the chip would.
int ask(const std::string& url, const mac_address& peer, int rounds) {
    chip c(url);
    ESPNow e(c);
    e.active(true);
    WLAN(c).active(true);
    e.add_peer(peer);
    int answers = 0;
    for (int i = 0; i < rounds; ++i) {
        const auto text = std::to_string(i);
        while (!e.send(peer, text))
            sleep_ms(10, c);
        const auto answer = e.recv(5000);
        if (answer && answer.msg == text) ++answers;
    }
    e.send(peer, "end");
    return answers == rounds ? 0 : 1;
}

int echo(const std::string& url) {
    chip c(url);
    ESPNow e(c);
    e.active(true);
    WLAN(c).active(true);
    for (const auto& [mac, msg] : e) {
        if (mac == nullptr) return 2;
        if (*msg == "end") return 0;
        try {
            e.send(*mac, *msg);
        } catch (const os_error& failed) {
            if (failed.name() != "ESP_ERR_ESPNOW_NOT_FOUND") return 3;
            e.add_peer(*mac);
            e.send(*mac, *msg);
        }
    }
    return 4;
}

TEST(TwoProcesses2, TalkOnAnAirThatRunsAheadOfTimeAndACaptureShowsTheirFrames) {
    temporary_folder folder;
    const std::string file = folder / "air.pcapng";
    hub_process hub(folder / "air", {"--speed", "max", "--radios", "2", "--pcap", file});
    const auto url = [&](const std::string& name) { return "air:" + hub.socket() + "?name=" + name; };
    child_process echoes([&](int) { return echo(url("bob")); });
    child_process asks([&](int) { return ask(url("ann"), mac_from_name("bob"), 200); });
    EXPECT_EQ(asks.wait(), 0);
    EXPECT_EQ(echoes.wait(), 0);
    hub.signal(SIGTERM);
    EXPECT_EQ(hub.wait(), 0);
    int from_ann = 0;
    int from_bob = 0;
    for (const auto& each : messages_of(file)) {
        if (each.text == "end") continue;
        from_ann += each.source == mac_from_name("ann") ? 1 : 0;
        from_bob += each.source == mac_from_name("bob") ? 1 : 0;
    }
    EXPECT_EQ(from_ann, 200);
    EXPECT_EQ(from_bob, 200);
}

TEST(TwoProcesses2, ASleepOfADayTakesNoTimeThere) {
    temporary_folder folder;
    const hub_process hub(folder / "air", {"--speed", "max"});
    chip c("air:" + hub.socket() + "?name=ann");
    sleep_ms(24 * 3600 * 1000, c);
    EXPECT_GE(ticks_ms(c), 24U * 3600 * 1000);
}

TEST(HubGone, IsAClearErrorAndNoHang) {
    temporary_folder folder;
    hub_process hub(folder / "air");
    chip c("air:" + hub.socket() + "?name=ann");
    WLAN(c).active(true);
    ESPNow e(c);
    e.active(true);
    e.add_peer(bob_mac);
    hub.kill();
    EXPECT_OS_ERROR(e.recv(-1), 100, e.name());
    EXPECT_OS_ERROR(e.send(bob_mac, "x"), 100, e.name());
}

}  // namespace
}  // namespace nowire::test
