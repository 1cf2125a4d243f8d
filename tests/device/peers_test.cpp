#include "device/dialogue.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace nowire {
namespace {

using namespace test;

mac_address numbered(int n) {
    return mac_address({0x02, 0, 0, 0, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)});
}

device make(device_options options = {}) {
    options.station_mac = ann_mac;
    return device(
        options, [] { return 7u; },
        [](const ccmp::key& key, const mac_address& own) {
            return std::make_unique<ccmp::packet_number_source>(key.fingerprint(own), 0);
        });
}

std::string outcome(const std::expected<void, errc>& result) {
    return result ? "done" : std::string(to_string(result.error()));
}

TEST(Peers, TwentyFitAndTheGroupOnesCount) {
    auto dev = make();
    ASSERT_TRUE(dev.add_peer(plain_peer(everybody)));
    for (int i = 1; i < 20; ++i)
        ASSERT_TRUE(dev.add_peer(plain_peer(numbered(i))));
    EXPECT_EQ(dev.peer_count(), 20u);
    EXPECT_EQ(outcome(dev.add_peer(plain_peer(numbered(20)))), "peer_list_full");
    EXPECT_EQ(outcome(dev.add_peer(plain_peer(everybody))), "peer_list_full");  // before peer_exists
    ASSERT_TRUE(dev.remove_peer(numbered(3)));
    EXPECT_EQ(outcome(dev.add_peer(plain_peer(numbered(20)))), "done");
}

TEST(Peers, AreReportedWithoutTheirKeysAndEachChangeIsCounted) {
    device_options options;
    options.peer_limit.reset();
    auto dev = make(options);
    EXPECT_EQ(dev.report_peers(), peer_report{});
    const auto start = dev.peer_changes();
    auto on_six = plain_peer(numbered(2));
    on_six.on = channel::from_number(6);
    on_six.via = interface::soft_ap;
    ASSERT_TRUE(dev.add_peer(encrypted_peer(numbered(1))));
    ASSERT_TRUE(dev.add_peer(on_six));
    EXPECT_FALSE(dev.add_peer(on_six));
    EXPECT_FALSE(dev.remove_peer(numbered(3)));
    EXPECT_FALSE(dev.modify_peer(plain_peer(numbered(3))));
    EXPECT_EQ(dev.peer_changes(), start + 2);
    peer_report expected{
        .count = 2,
        .listed = {{.address = numbered(1), .encrypt = true},
                   {.address = numbered(2), .on = channel::from_number(6), .via = interface::soft_ap}}};
    EXPECT_EQ(dev.report_peers(), expected);

    ASSERT_TRUE(dev.modify_peer(plain_peer(numbered(1))));
    EXPECT_EQ(dev.peer_changes(), start + 3);
    EXPECT_FALSE(dev.report_peers().listed.at(0).encrypt);
    ASSERT_TRUE(dev.remove_peer(numbered(1)));
    EXPECT_EQ(dev.peer_changes(), start + 4);
    for (int n = 10; n < 310; ++n)
        ASSERT_TRUE(dev.add_peer(plain_peer(numbered(n))));
    const auto many = dev.report_peers();
    EXPECT_EQ(many.count, 301u);
    ASSERT_EQ(many.listed.size(), peer_report::limit);
    EXPECT_EQ(many.listed.back().address, numbered(264));
}

TEST(Peers, SevenOfThemMayBeEncrypted) {
    auto dev = make();
    for (int i = 0; i < 7; ++i)
        ASSERT_TRUE(dev.add_peer(encrypted_peer(numbered(i))));
    EXPECT_EQ(dev.encrypted_peer_count(), 7u);
    EXPECT_EQ(outcome(dev.add_peer(encrypted_peer(numbered(7)))), "peer_list_full");
    EXPECT_EQ(outcome(dev.add_peer(plain_peer(numbered(7)))), "done");
    EXPECT_EQ(outcome(dev.modify_peer(encrypted_peer(numbered(7)))), "peer_list_full");
    EXPECT_FALSE(dev.find_peer(numbered(7))->encrypt);
    EXPECT_EQ(outcome(dev.modify_peer(encrypted_peer(numbered(1), second_lmk()))), "done");
    ASSERT_TRUE(dev.modify_peer(plain_peer(numbered(0))));
    EXPECT_EQ(dev.encrypted_peer_count(), 6u);
    EXPECT_EQ(outcome(dev.modify_peer(encrypted_peer(numbered(7)))), "done");
    ASSERT_TRUE(dev.remove_peer(numbered(7)));
    EXPECT_EQ(dev.encrypted_peer_count(), 6u);
    EXPECT_EQ(dev.peer_count(), 7u);
}

TEST(Peers, TheEncryptedLimitIsSettableFrom0To17) {
    for (std::size_t limit : {0, 17}) {
        auto dev = make({.encrypted_limit = limit});
        for (std::size_t i = 0; i < limit; ++i)
            ASSERT_TRUE(dev.add_peer(encrypted_peer(numbered(static_cast<int>(i)))));
        EXPECT_EQ(outcome(dev.add_peer(encrypted_peer(numbered(100)))), "peer_list_full");
    }
    EXPECT_THROW(make({.encrypted_limit = 18}), std::system_error);
}

TEST(Peers, AGatewayHasNoLimits) {
    auto dev = make({.peer_limit = std::nullopt, .encrypted_limit = std::nullopt});
    for (int i = 0; i < 300; ++i)
        ASSERT_TRUE(dev.add_peer(encrypted_peer(numbered(i))));
    EXPECT_EQ(dev.encrypted_peer_count(), 300u);
}

TEST(Peers, AddChecksInTheOrderOfTheDrivers) {
    auto dev = make({.peer_limit = 2, .encrypted_limit = 0});
    ASSERT_TRUE(dev.add_peer(plain_peer(bob_mac)));
    EXPECT_EQ(outcome(dev.add_peer(encrypted_peer(everybody))), "argument");
    EXPECT_EQ(outcome(dev.add_peer(encrypted_peer(some_group))), "argument");
    auto nowhere = plain_peer(bob_mac);
    nowhere.via = static_cast<interface>(2);  // an ifidx that a C program left uninitialised
    EXPECT_EQ(outcome(dev.add_peer(nowhere)), "argument");
    EXPECT_EQ(outcome(dev.add_peer(encrypted_peer(bob_mac))), "peer_exists");
    EXPECT_EQ(outcome(dev.add_peer(encrypted_peer(cat_mac))), "peer_list_full");
    EXPECT_EQ(outcome(dev.add_peer(plain_peer(cat_mac))), "done");
    EXPECT_EQ(outcome(dev.add_peer(encrypted_peer(everybody))), "peer_list_full");
}

TEST(Peers, WithoutPacketNumbersNoPeerIsEncrypted) {
    device none(
        {.station_mac = ann_mac}, [] { return 7u; }, nullptr);
    device refusing(
        {.station_mac = ann_mac}, [] { return 7u; },
        [](const ccmp::key&, const mac_address&) { return std::unique_ptr<ccmp::packet_number_source>(); });
    for (auto* dev : {&none, &refusing}) {
        EXPECT_EQ(outcome(dev->add_peer(encrypted_peer(bob_mac))), "packet_numbers");
        EXPECT_EQ(dev->peer_count(), 0u);
        EXPECT_EQ(outcome(dev->add_peer(plain_peer(bob_mac))), "done");
        EXPECT_EQ(outcome(dev->modify_peer(encrypted_peer(bob_mac))), "packet_numbers");
        EXPECT_FALSE(dev->find_peer(bob_mac)->encrypt);
        EXPECT_EQ(dev->encrypted_peer_count(), 0u);
    }
}

TEST(Peers, PacketNumbersAreAskedForOnceForEachKeyAndOwnAddress) {
    std::vector<mac_address> asked;
    device dev(
        {.station_mac = ann_mac}, [] { return 7u; },
        [&](const ccmp::key& key, const mac_address& own) {
            asked.push_back(own);
            return std::make_unique<ccmp::packet_number_source>(key.fingerprint(own), 0);
        });
    ASSERT_TRUE(dev.add_peer(encrypted_peer(bob_mac)));
    ASSERT_TRUE(dev.add_peer(encrypted_peer(cat_mac)));
    ASSERT_TRUE(dev.remove_peer(bob_mac));
    ASSERT_TRUE(dev.add_peer(encrypted_peer(bob_mac)));
    EXPECT_EQ(asked, std::vector{ann_mac});
    auto p = encrypted_peer(bob_mac);
    p.via = interface::soft_ap;
    ASSERT_TRUE(dev.modify_peer(p));
    EXPECT_EQ(asked, (std::vector{ann_mac, ann_mac.plus(1)}));
    ASSERT_TRUE(dev.modify_peer(encrypted_peer(bob_mac, second_lmk())));
    EXPECT_EQ(asked, (std::vector{ann_mac, ann_mac.plus(1), ann_mac}));
}

TEST(Peers, ModifyReplacesAllThatIsKnown) {
    auto dev = make();
    EXPECT_EQ(outcome(dev.modify_peer(plain_peer(bob_mac))), "peer_not_found");
    ASSERT_TRUE(dev.add_peer(plain_peer(bob_mac)));
    ASSERT_TRUE(dev.add_peer(plain_peer(everybody)));
    EXPECT_EQ(outcome(dev.modify_peer(encrypted_peer(everybody))), "argument");
    auto other = encrypted_peer(bob_mac, second_lmk());
    other.on = channel::from_number(13);
    other.via = interface::soft_ap;
    other.tx_rate = rate::ofdm_24m;
    other.user_data = 42;
    ASSERT_TRUE(dev.modify_peer(other));
    const auto* now = dev.find_peer(bob_mac);
    ASSERT_NE(now, nullptr);
    EXPECT_TRUE(now->encrypt);
    EXPECT_TRUE(now->lmk == second_lmk());
    EXPECT_EQ(now->on, other.on);
    EXPECT_EQ(now->via, interface::soft_ap);
    EXPECT_EQ(now->tx_rate, rate::ofdm_24m);
    EXPECT_EQ(now->user_data, 42u);
    EXPECT_EQ(dev.peer_count(), 2u);
}

TEST(Peers, RemoveTellsWhenThereIsNone) {
    auto dev = make();
    EXPECT_EQ(outcome(dev.remove_peer(bob_mac)), "peer_not_found");
    ASSERT_TRUE(dev.add_peer(plain_peer(bob_mac)));
    EXPECT_EQ(outcome(dev.remove_peer(dev.find_peer(bob_mac)->address)), "done");
    EXPECT_EQ(dev.find_peer(bob_mac), nullptr);
    EXPECT_EQ(outcome(dev.remove_peer(bob_mac)), "peer_not_found");
}

TEST(Peers, AreListedInTheOrderInWhichTheyWereAdded) {
    auto dev = make();
    for (const auto& mac : {numbered(3), everybody, numbered(1), numbered(2)})
        ASSERT_TRUE(dev.add_peer(plain_peer(mac)));
    ASSERT_TRUE(dev.modify_peer(encrypted_peer(numbered(3))));
    ASSERT_TRUE(dev.remove_peer(numbered(1)));
    ASSERT_TRUE(dev.add_peer(plain_peer(numbered(1))));
    EXPECT_EQ(dev.peers(), (std::vector{numbered(3), everybody, numbered(2), numbered(1)}));
}

TEST(Peers, APeersChannelCountsWhenItIsSentTo) {
    auto dev = make();
    auto p = plain_peer(bob_mac);
    p.on = channel::from_number(6);
    EXPECT_EQ(outcome(dev.add_peer(p)), "done");
    EXPECT_EQ(dev.send(bob_mac, text("x"), {}), std::unexpected(errc::channel_mismatch));
    dev.set_channel(*channel::from_number(6), {});
    EXPECT_TRUE(dev.send(bob_mac, text("x"), {}));
}

}  // namespace
}  // namespace nowire
