#include "device/counting_new.hpp"
#include "vectors/vectors.hpp"

#include <nowire/device/device.hpp>
#include <nowire/frame/mpdu.hpp>

#include <gtest/gtest.h>

namespace nowire {
namespace {

TEST(Allocation, FramesThatAreNotDeliveredCostNone) {
    const auto& secret = test::load_vector("s3");
    const auto& plain = test::load_vector("s1");
    const test::bytes encrypted(secret.mpdu().begin(), secret.mpdu().end());
    auto forged = encrypted;
    forged.at(59) ^= 1;
    test::bytes duplicate(plain.mpdu().begin(), plain.mpdu().end());
    frame::set_retry(std::span(duplicate).first<2>());
    auto truncated = duplicate;
    truncated.resize(200);

    device dev(
        {.station_mac = secret.header->a1, .replay_window = true}, [] { return 7u; },
        [](const ccmp::key& key, const mac_address& own) {
            return std::make_unique<ccmp::packet_number_source>(key.fingerprint(own), 0);
        });
    dev.receive(plain.mpdu(), {});
    dev.set_pmk(ccmp::pmk(secret.ccmp->pmk));
    ASSERT_TRUE(dev.add_peer({.address = secret.header->a2, .lmk = ccmp::lmk(secret.ccmp->lmk), .encrypt = true}));
    dev.receive(encrypted, {});
    while (dev.next_event())
        continue;

    const auto before = test::allocations();
    dev.receive(encrypted, {});     // a replay
    dev.receive(forged, {});        // undecryptable
    dev.receive(plain.mpdu(), {});  // plain, from a peer that has a key
    ASSERT_TRUE(dev.remove_peer(secret.header->a2));
    dev.receive(encrypted, {});  // no key
    dev.receive(duplicate, {});
    dev.receive(truncated, {});  // rejected
    dev.receive(std::span(duplicate).first(20), {});
    EXPECT_EQ(test::allocations(), before);
    const auto& s = dev.statistics();
    EXPECT_EQ(s.delivered, 2u);
    EXPECT_EQ(s.replays, 1u);
    EXPECT_EQ(s.undecryptable, 1u);
    EXPECT_EQ(s.plain_from_encrypted, 1u);
    EXPECT_EQ(s.no_key, 1u);
    EXPECT_EQ(s.duplicates, 1u);
    EXPECT_EQ(s.rejected[static_cast<std::size_t>(frame::reject::element_overruns)], 1u);
    EXPECT_EQ(s.not_action, 1u);
}

}  // namespace
}  // namespace nowire
