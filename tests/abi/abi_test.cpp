#include "abi/abi_world.hpp"

#include <nowire/version.hpp>

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace nowire::test {
namespace {

using ::testing::HasSubstr;

constexpr std::array<std::uint8_t, 16> a_key = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

// Languages that cannot read the header lay the structs out themselves.
static_assert(sizeof(nowire_options) == 12 && offsetof(nowire_options, longest) == 8);
static_assert(sizeof(nowire_ring) == 16 && offsetof(nowire_ring, spare) == 12);
static_assert(sizeof(nowire_message) == 32 && offsetof(nowire_message, time) == 8);
static_assert(offsetof(nowire_message, source) == 16 && offsetof(nowire_message, rssi) == 28);
static_assert(sizeof(nowire_peer) == 32 && offsetof(nowire_peer, channel) == 10 && offsetof(nowire_peer, lmk) == 13);
static_assert(sizeof(nowire_counters) == 48 && offsetof(nowire_counters, tx_packets) == 8);
static_assert(sizeof(nowire_sent) == 12 && offsetof(nowire_sent, delivered) == 10);

struct AbiTest : ::testing::Test, abi_world {};

TEST_F(AbiTest, SaysItsVersion) {
    EXPECT_EQ(nowire_abi_version(), static_cast<std::uint32_t>(NOWIRE_ABI_VERSION));
    EXPECT_STREQ(nowire_version(), version_text);
}

TEST_F(AbiTest, CarriesAMessageAndWhatIsKnownOfIt) {
    const auto a = open("a");
    const auto b = open("b");
    const auto to_b = peer_of(address_of(b));
    ASSERT_EQ(nowire_add_peer(a.get(), &to_b), 0);
    ASSERT_EQ(send_text(a, address_of(b), "hello"), 1);
    nowire_message about{};
    about.size = sizeof about;
    EXPECT_EQ(receive_text(b, &about), "hello");
    EXPECT_EQ(about.length, 5U);
    EXPECT_EQ(octets(std::to_array(about.source)), address_of(a));
    EXPECT_EQ(octets(std::to_array(about.destination)), address_of(b));
    EXPECT_EQ(about.channel, 1);
    EXPECT_EQ(about.encrypted, 0);
    EXPECT_LT(about.rssi, 0);
    EXPECT_GT(about.time, 0);
    EXPECT_LE(about.time, nowire_now(b.get()));
}

TEST_F(AbiTest, EncryptsForAPeerWithAKey) {
    const auto a = open("a");
    const auto b = open("b");
    for (const auto& [from, to] : {std::pair(&a, &b), std::pair(&b, &a)}) {
        auto peer = peer_of(address_of(*to));
        peer.encrypt = 1;
        std::ranges::copy(a_key, peer.lmk);
        ASSERT_EQ(nowire_set_pmk(from->get(), a_key.data()), 0);
        ASSERT_EQ(nowire_add_peer(from->get(), &peer), 0);
    }
    EXPECT_EQ(nowire_encrypted_peers(a.get()), 1);
    ASSERT_EQ(send_text(a, address_of(b), "secret"), 1);
    nowire_message about{};
    about.size = sizeof about;
    EXPECT_EQ(receive_text(b, &about), "secret");
    EXPECT_EQ(about.encrypted, 1);
}

TEST_F(AbiTest, KeepsPeersAsTheyWereGiven) {
    const auto a = open("a");
    auto peer = peer_of({0x02, 0, 0, 0, 0, 0x42});
    peer.channel = 6;
    peer.via = NOWIRE_SOFT_AP;
    std::ranges::copy(a_key, peer.lmk);  // kept, though it is not used
    ASSERT_EQ(nowire_add_peer(a.get(), &peer), 0);
    EXPECT_EQ(nowire_add_peer(a.get(), &peer), NOWIRE_PEER_EXISTS);
    EXPECT_STREQ(nowire_error_name(NOWIRE_PEER_EXISTS), "ESP_ERR_ESPNOW_EXIST");
    nowire_peer found{};
    found.size = sizeof found;
    ASSERT_EQ(nowire_get_peer(a.get(), peer.address, &found), 0);
    EXPECT_EQ(std::memcmp(&found, &peer, sizeof peer), 0);
    peer.encrypt = 1;
    ASSERT_EQ(nowire_modify_peer(a.get(), &peer), 0);
    EXPECT_EQ(nowire_encrypted_peers(a.get()), 1);
    octets listed{};
    EXPECT_EQ(nowire_peers(a.get(), listed.data(), listed.size()), 1);
    EXPECT_EQ(listed, octets(std::to_array(peer.address)));
    ASSERT_EQ(nowire_remove_peer(a.get(), peer.address), 0);
    EXPECT_EQ(nowire_remove_peer(a.get(), peer.address), NOWIRE_PEER_NOT_FOUND);
    EXPECT_EQ(nowire_get_peer(a.get(), peer.address, &found), NOWIRE_PEER_NOT_FOUND);
}

TEST_F(AbiTest, SetsInterfacesAddressesAndChannels) {
    const auto a = open("a");
    const octets other = {0x02, 0, 0, 0, 0x55, 0x10};
    EXPECT_EQ(nowire_set_address(a.get(), NOWIRE_STATION, other.data()), 0);
    EXPECT_EQ(address_of(a), other);
    EXPECT_EQ(nowire_set_channel(a.get(), 11), 0);
    EXPECT_EQ(nowire_channel(a.get()), 11);
    EXPECT_EQ(nowire_set_channel(a.get(), 15), NOWIRE_ARGUMENT);
    EXPECT_EQ(nowire_channel(a.get()), 11);
    EXPECT_EQ(nowire_interface_is_up(a.get(), NOWIRE_SOFT_AP), 0);
    EXPECT_EQ(nowire_set_interface(a.get(), NOWIRE_SOFT_AP, 1), 0);
    EXPECT_EQ(nowire_interface_is_up(a.get(), NOWIRE_SOFT_AP), 1);
    EXPECT_EQ(nowire_set_interface(a.get(), 2, 1), NOWIRE_ARGUMENT);
    EXPECT_THAT(nowire_error_text(), HasSubstr("interface 2"));

    const auto b = open("b");
    const auto before = address_of(b);
    EXPECT_EQ(nowire_set_address(b.get(), NOWIRE_STATION, other.data()), NOWIRE_REFUSED);
    EXPECT_EQ(address_of(b), before) << "what the air refused is taken back";
    const octets group = {0x01, 0, 0, 0, 0, 1};
    EXPECT_EQ(nowire_set_address(b.get(), NOWIRE_STATION, group.data()), NOWIRE_ARGUMENT);
}

TEST_F(AbiTest, NothingGoesWhileEspNowIsOff) {
    const auto a = open("a");
    ASSERT_EQ(nowire_stop(a.get()), 0);
    EXPECT_EQ(nowire_is_started(a.get()), 0);
    EXPECT_EQ(send_text(a, address_of(a), "x"), NOWIRE_NOT_INIT);
    const auto peer = peer_of({0x02, 0, 0, 0, 0, 0x42});
    EXPECT_EQ(nowire_add_peer(a.get(), &peer), NOWIRE_NOT_INIT);
    EXPECT_EQ(nowire_peers(a.get(), nullptr, 0), NOWIRE_NOT_INIT);
    EXPECT_EQ(nowire_set_pmk(a.get(), a_key.data()), NOWIRE_NOT_INIT);
    EXPECT_EQ(receive_text(a), "");
}

TEST_F(AbiTest, CountsAndDropsAsTheRingSays) {
    const auto a = open("a");
    const auto b = open("b");
    nowire_stop(b.get());
    const nowire_ring small = {.size = sizeof(nowire_ring), .bytes = 40, .header = 14, .spare = 2};
    ASSERT_EQ(nowire_start(b.get(), &small), 0);
    const auto to_b = peer_of(address_of(b));
    ASSERT_EQ(nowire_add_peer(a.get(), &to_b), 0);
    for (const auto* text : {"12345", "67890", "x"})
        ASSERT_EQ(send_text(a, address_of(b), text), 1) << "what is dropped is acknowledged all the same";
    nowire_counters counters{};
    counters.size = sizeof counters;
    // The radio acknowledges before the station has looked.
    ASSERT_TRUE(becomes_true([&] {
        return nowire_get_counters(b.get(), &counters) == 0 && counters.rx_packets + counters.rx_dropped == 3;
    }));
    EXPECT_EQ(receive_text(b), "12345");
    EXPECT_EQ(nowire_next_size(b.get()), 5);
    EXPECT_EQ(counters.rx_packets, 2U);
    EXPECT_EQ(counters.rx_dropped, 1U);
    ASSERT_EQ(nowire_get_counters(a.get(), &counters), 0);
    EXPECT_EQ(counters.tx_packets, 3U);
    EXPECT_EQ(counters.tx_responses, 3U);
    EXPECT_EQ(counters.tx_failures, 0U);
    EXPECT_EQ(nowire_clear(b.get()), 0);
    EXPECT_EQ(nowire_next_size(b.get()), 0);
}

TEST_F(AbiTest, AMessageThatNobodyAcknowledgesIsNoFailureOfTheCall) {
    const auto a = open("a");
    const octets nobody = {0x02, 0, 0, 0, 0, 0x42};
    const auto peer = peer_of(nobody);
    ASSERT_EQ(nowire_add_peer(a.get(), &peer), 0);
    EXPECT_EQ(send_text(a, nobody, "x"), 0);
    EXPECT_EQ(send_text(a, nobody, "x", false), 1);
    EXPECT_EQ(nowire_flush(a.get(), abi_patience), 0);
    EXPECT_EQ(nowire_send(a.get(), nullptr, "x", 1, 1), 0);
    EXPECT_EQ(send_text(a, nobody, ""), NOWIRE_ARGUMENT);
}

TEST_F(AbiTest, AStructOfAnOlderHeaderIsFilledAsFarAsItGoes) {
    const auto a = open("a");
    struct {
        nowire_counters counters;
        std::uint64_t after;
    } older{};
    older.counters.size = 16;
    older.counters.rx_dropped = 77;
    older.counters.tx_responses = 78;
    ASSERT_EQ(nowire_get_counters(a.get(), &older.counters), 0);
    EXPECT_EQ(older.counters.size, 16U);
    EXPECT_EQ(older.counters.tx_responses, 78U);
    EXPECT_EQ(older.counters.rx_dropped, 77U);

    struct {
        nowire_counters counters;
        std::uint64_t after;
    } newer{};
    newer.counters.size = sizeof newer;
    newer.after = 79;
    ASSERT_EQ(nowire_get_counters(a.get(), &newer.counters), 0);
    EXPECT_EQ(newer.after, 79U);
}

TEST_F(AbiTest, RefusesWhatCanNeverBe) {
    nowire_station* none = nullptr;
    EXPECT_EQ(nowire_open("nonsense", nullptr, &none), NOWIRE_BAD_URL);
    EXPECT_EQ(none, nullptr);
    EXPECT_EQ(nowire_open("air:/no/such/folder/air", nullptr, &none), NOWIRE_RADIO);
    EXPECT_THAT(nowire_error_text(), HasSubstr("/no/such/folder/air"));
    EXPECT_EQ(nowire_open(url("a").c_str(), nullptr, nullptr), -EINVAL);
    EXPECT_EQ(nowire_is_started(nullptr), -EINVAL);
    nowire_close(nullptr);

    const auto a = open("a");
    EXPECT_EQ(nowire_add_peer(a.get(), nullptr), -EINVAL);
    nowire_peer sizeless{};
    EXPECT_EQ(nowire_add_peer(a.get(), &sizeless), -EFAULT);
    auto peer = peer_of({0x02, 0, 0, 0, 0, 0x42});
    peer.via = 7;
    EXPECT_EQ(nowire_add_peer(a.get(), &peer), NOWIRE_ARGUMENT);
    peer.via = 0;
    peer.channel = 99;
    EXPECT_EQ(nowire_add_peer(a.get(), &peer), NOWIRE_ARGUMENT);
    EXPECT_EQ(nowire_set_rate(a.get(), 4), NOWIRE_ARGUMENT);
    EXPECT_EQ(nowire_set_rate(a.get(), 11), 0);
    EXPECT_EQ(nowire_set_wake(a.get(), -1, 100), NOWIRE_ARGUMENT);
    EXPECT_EQ(nowire_notify(a.get(), 4711), NOWIRE_ARGUMENT);
    EXPECT_EQ(nowire_send(a.get(), nullptr, nullptr, 4, 0), -EINVAL);
    EXPECT_EQ(nowire_receive(a.get(), nullptr, 4, nullptr, 0), -EINVAL);
    EXPECT_STREQ(nowire_error_name(-1), "");
}

TEST_F(AbiTest, AChildOfAForkHasNoStation) {
    const auto a = open("a");
    const auto child = ::fork();
    if (child == 0) {
        const bool refused = nowire_is_started(a.get()) == NOWIRE_FORKED && send_text(a, {}, "x") == NOWIRE_FORKED;
        nowire_close(a.get());
        ::_exit(refused ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(nowire_is_started(a.get()), 1) << "the parent keeps it";
}

TEST_F(AbiTest, ManyThreadsMaySend) {
    const auto a = open("a");
    const auto b = open("b");
    const auto to_b = peer_of(address_of(b));
    ASSERT_EQ(nowire_add_peer(a.get(), &to_b), 0);
    std::vector<std::thread> senders;
    for (int i = 0; i < 4; ++i)
        senders.emplace_back([&] {
            for (int n = 0; n < 10; ++n)
                EXPECT_EQ(send_text(a, address_of(b), "x", n % 2 == 0), 1);
        });
    for (auto& each : senders)
        each.join();
    for (int i = 0; i < 40; ++i)
        EXPECT_EQ(receive_text(b), "x");
}

}  // namespace
}  // namespace nowire::test
