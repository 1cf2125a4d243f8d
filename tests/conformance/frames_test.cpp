/// What radios hear of each other, and what they answer.

#include "conformance/radio_contract.hpp"

#include <nowire/frame/mpdu.hpp>

#include <gmock/gmock.h>

#include <algorithm>

namespace nowire::conformance {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const mac_address nobody({0x02, 0x99, 0x99, 0x99, 0x99, 0x98});

std::vector<bool> retry_bits(const party& p, const std::string& text) {
    std::vector<bool> bits;
    for (const auto& one : p.heard)
        if (text_of(one.mpdu) == text) bits.push_back(frame::read_header(one.mpdu)->control.retry());
    return bits;
}

}  // namespace

TEST_P(RadioContract, AUnicastArrivesAndIsAcknowledged) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    const auto token = a.send(b.mac(), "hello", 2);
    ASSERT_TRUE(run_until_answered(a, token));
    ASSERT_TRUE(run_until_quiet(a, b));
    EXPECT_EQ(a.answer_to(token)->status, expected_status(a, true));
    EXPECT_EQ(a.answer_to(token)->attempts, expected_attempts(a, true, 2));
    EXPECT_EQ(b.count("hello"), expected_copies(a, 2));
    EXPECT_TRUE(run_until([&] { return a.done.size() == 2; })) << "one answer each";
}

TEST_P(RadioContract, TheMpduArrivesAsItWasGivenWithoutFcs) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    const auto given = espnow_frame(a.mac(), b.mac(), std::string(200, 'x'), 0x0abc);
    a.on_air().transmit({.token = 7, .mpdu = given, .tx_rate = rate::dsss_1m_long, .retries = 0});
    ASSERT_TRUE(run_until([&] { return !b.heard.empty(); }));

    auto heard = b.heard.front().mpdu;
    ASSERT_EQ(heard.size(), given.size());
    const auto header = *frame::read_header(heard);
    EXPECT_FALSE(header.control.retry());
    EXPECT_EQ(header.duration, 314) << "SIFS and an ACK at 1 Mb/s";
    if (a.can().keeps_sequence_number) {
        EXPECT_EQ(header.sequence_number(), 0x0abc);
    }
    const auto clear = [](std::vector<std::uint8_t>& mpdu) {
        for (const std::size_t at : {2, 3, 22, 23})  // Duration and Sequence Control
            mpdu[at] = 0;
        return mpdu;
    };
    auto expected = given;
    EXPECT_EQ(clear(heard), clear(expected));
}

TEST_P(RadioContract, AFrameIsDescribedByItsReception) {
    auto& a = join({.name = "a", .on = *channel::from_number(6)});
    auto& b = join({.name = "b", .on = *channel::from_number(6)});
    const auto before = b.on_air().clock().now();
    const auto token = a.send(b.mac(), "hello", 0, rate::ofdm_24m);
    ASSERT_TRUE(run_until([&] { return !b.heard.empty(); }));
    ASSERT_TRUE(run_until_answered(a, token));

    const auto& info = b.heard.front().info;
    EXPECT_EQ(info.on.number(), 6);
    EXPECT_EQ(info.rssi.has_value(), b.can().gives_rssi);
    if (info.rssi) {
        EXPECT_LT(*info.rssi, 0);
        EXPECT_GT(*info.rssi, -110);
    }
    if (info.rx_rate) {
        EXPECT_EQ(*info.rx_rate, a.can().sets_rate ? rate::ofdm_24m : rate::dsss_1m_long);
    }
    EXPECT_GE(info.time, before);
    EXPECT_LE(info.time, b.on_air().clock().now());
    EXPECT_LE(a.answer_to(token)->time, a.on_air().clock().now());
    if (a.can().gives_time) {
        EXPECT_GE(a.answer_to(token)->time, info.time) << "the ACK comes after the frame";
    }
}

TEST_P(RadioContract, AGroupFrameReachesEverybodyOnceAndIsSent) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    auto& c = join({.name = "c"});
    const auto token = a.send(mac_address::broadcast(), "all", 5);
    const auto multicast = a.send(mac_address({0x01, 0x00, 0x5e, 0, 0, 1}), "some", 5);
    ASSERT_TRUE(run_until_answered(a, token));
    ASSERT_TRUE(run_until_answered(a, multicast));
    ASSERT_TRUE(run_until_quiet(a, b));
    ASSERT_TRUE(run_until_quiet(a, c));
    EXPECT_EQ(a.answer_to(token)->status, tx_status::sent);
    EXPECT_EQ(a.answer_to(token)->attempts, 1);
    EXPECT_EQ(a.answer_to(multicast)->status, tx_status::sent);
    for (const auto* by : {&b, &c}) {
        EXPECT_EQ(by->count("all"), 1);
        EXPECT_EQ(by->count("some"), 1);
    }
}

TEST_P(RadioContract, AUnicastIsHeardByNobodyElse) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    auto& c = join({.name = "c"});
    const auto token = a.send(b.mac(), "for b");
    ASSERT_TRUE(run_until_answered(a, token));
    ASSERT_TRUE(run_until_quiet(a, c));
    EXPECT_EQ(c.heard.size(), 1) << "the one that said it is quiet";
}

TEST_P(RadioContract, AUnicastToNobodyIsRetriedAndNotAcknowledged) {
    auto& a = join({.name = "a"});
    auto& c = join({.name = "c"});
    c.on_air().set_promiscuous(true);
    const auto token = a.send(nobody, "anybody?", 4);
    ASSERT_TRUE(run_until_answered(a, token));
    ASSERT_TRUE(run_until_quiet(a, c));
    EXPECT_EQ(a.answer_to(token)->status, expected_status(a, false));
    EXPECT_EQ(a.answer_to(token)->attempts, expected_attempts(a, false, 4));

    const auto bits = retry_bits(c, "anybody?");
    ASSERT_EQ(bits.size(), a.can().retries ? 5 : 1);
    EXPECT_FALSE(bits.front());
    EXPECT_THAT(std::vector(bits.begin() + 1, bits.end()), Each(true));
}

TEST_P(RadioContract, ThirtyTwoTransmissionsGoToNobodyByDefault) {
    auto& a = join({.name = "a"});
    const auto token = a.send(nobody, "anybody?", default_retries);
    ASSERT_TRUE(run_until_answered(a, token));
    EXPECT_EQ(a.answer_to(token)->attempts, expected_attempts(a, false, 31));
}

TEST_P(RadioContract, WithoutRetriesAUnicastIsTransmittedOnce) {
    auto& a = join({.name = "a"});
    auto& c = join({.name = "c"});
    c.on_air().set_promiscuous(true);
    const auto token = a.send(nobody, "once", 0);
    ASSERT_TRUE(run_until_answered(a, token));
    ASSERT_TRUE(run_until_quiet(a, c));
    EXPECT_EQ(a.answer_to(token)->status, expected_status(a, false));
    EXPECT_THAT(retry_bits(c, "once"), ElementsAre(false));
}

TEST_P(RadioContract, ARetryBitThatWasGivenStays) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    auto mpdu = espnow_frame(a.mac(), b.mac(), "again", 5);
    frame::set_retry(std::span(mpdu).first<2>());
    a.on_air().transmit({.token = 1, .mpdu = std::move(mpdu), .tx_rate = rate::dsss_1m_long, .retries = 0});
    ASSERT_TRUE(run_until([&] { return b.count("again") == 1; }));
    EXPECT_THAT(retry_bits(b, "again"), ElementsAre(true));
}

TEST_P(RadioContract, ARadioNeverHearsItself) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    a.on_air().set_promiscuous(true);
    a.send(mac_address::broadcast(), "to all");
    const auto own = a.send(a.mac(), "to me", 1);
    a.send(nobody, "to nobody", 1);
    ASSERT_TRUE(run_until_answered(a, own));
    EXPECT_EQ(a.answer_to(own)->status, expected_status(a, false));
    ASSERT_TRUE(run_until_quiet(a, b));
    ASSERT_TRUE(run_until_quiet(b, a));
    EXPECT_THAT(a.texts(), ElementsAre("quiet 2"));
}

TEST_P(RadioContract, FramesOfOneRadioLeaveInTheOrderGiven) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    std::vector<std::string> given;
    for (int i = 0; i < 20; ++i) {
        given.push_back("message " + std::to_string(i));
        a.send(i % 3 == 0 ? mac_address::broadcast() : b.mac(), given.back(), 3);
        if (i == 7) a.send(nobody, "to nobody", 3);
    }
    ASSERT_TRUE(run_until([&] { return a.done.size() == 21; }));
    ASSERT_TRUE(run_until_quiet(a, b));
    auto heard = b.texts();
    heard.erase(std::ranges::unique(heard).begin(), heard.end());  // without ACKs each comes several times
    heard.pop_back();
    EXPECT_EQ(heard, given);
}

TEST_P(RadioContract, EveryTransmitHasExactlyOneAnswer) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    std::vector<std::uint64_t> tokens;
    for (int i = 0; i < 5; ++i) {
        tokens.push_back(a.send(b.mac(), "to b", 1));
        tokens.push_back(a.send(nobody, "to nobody", 1));
        tokens.push_back(a.send(mac_address::broadcast(), "to all", 1));
        tokens.push_back(1000 + static_cast<unsigned>(i));
        a.on_air().transmit({.token = tokens.back(), .mpdu = std::vector<std::uint8_t>(a.can().max_mpdu + 1, 0xd0)});
    }
    ASSERT_TRUE(run_until([&] { return a.done.size() >= tokens.size(); }));
    ASSERT_TRUE(run_until_quiet(a, b));
    ASSERT_TRUE(run_until([&] { return a.done.size() > tokens.size(); })) << "the answer to the last one";
    std::vector<std::uint64_t> answered;
    for (const auto& d : a.done)
        answered.push_back(d.token);
    answered.pop_back();
    std::ranges::sort(answered);
    std::ranges::sort(tokens);
    EXPECT_EQ(answered, tokens);
}

TEST_P(RadioContract, TheLongestMpduIsSentAndALongerOneIsNot) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    ASSERT_GE(a.can().max_mpdu, 289) << "a radio that cannot send 250 bytes is of no use to ESP-NOW";
    auto longest = espnow_frame(a.mac(), mac_address::broadcast(), "long", 1);
    longest.resize(a.can().max_mpdu, 0xaa);
    auto longer = longest;
    longer.push_back(0xaa);
    a.on_air().transmit({.token = 1, .mpdu = longest});
    a.on_air().transmit({.token = 2, .mpdu = longer});
    ASSERT_TRUE(run_until_answered(a, 1));
    ASSERT_TRUE(run_until_answered(a, 2));
    ASSERT_TRUE(run_until_quiet(b, a));
    ASSERT_TRUE(run_until([&] { return !b.heard.empty(); }));
    EXPECT_EQ(a.answer_to(1)->status, tx_status::sent);
    EXPECT_EQ(a.answer_to(2)->status, tx_status::not_sent);
    EXPECT_EQ(a.answer_to(2)->attempts, 0);
    ASSERT_EQ(b.heard.size(), 1);
    EXPECT_EQ(b.heard.front().mpdu.size(), longest.size());
}

TEST_P(RadioContract, PromiscuousHearsFramesToOthersAndTheirAcks) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    auto& c = join({.name = "c"});
    c.on_air().set_promiscuous(true);
    ASSERT_TRUE(run_until_answered(a, a.send(b.mac(), "for b", 0)));
    ASSERT_TRUE(run_until_quiet(a, c));
    EXPECT_EQ(c.count("for b"), 1);
    const auto acks = std::ranges::count_if(c.heard, [&](const party::reception& one) {
        return one.mpdu.size() == 10 && one.mpdu[0] == 0xd4 && one.mpdu[1] == 0 &&
               std::ranges::equal(std::span(one.mpdu).last<6>(), a.mac().octets());
    });
    EXPECT_EQ(acks, b.can().acks_for_us ? 1 : 0);

    c.on_air().set_promiscuous(false);
    ASSERT_TRUE(run_until_answered(a, a.send(b.mac(), "for b again", 0)));
    ASSERT_TRUE(run_until_quiet(a, c));
    EXPECT_EQ(c.count("for b again"), 0);
}

TEST_P(RadioContract, PromiscuousAcknowledgesNoMoreThanBefore) {
    auto& a = join({.name = "a"});
    auto& c = join({.name = "c"});
    c.on_air().set_promiscuous(true);
    const auto to_nobody = a.send(nobody, "for nobody", 1);
    const auto to_c = a.send(c.mac(), "for c", 1);
    ASSERT_TRUE(run_until_answered(a, to_c));
    EXPECT_EQ(a.answer_to(to_nobody)->status, expected_status(a, false));
    EXPECT_EQ(a.answer_to(to_c)->status, expected_status(a, true));
}

TEST_P(RadioContract, LessPowerIsHeardAsLess) {
    auto& a = join({.name = "a", .at = air::position{0, 0}});
    auto& b = join({.name = "b", .at = air::position{10, 0}});
    if (!b.can().gives_rssi) GTEST_SKIP() << "gives no RSSI";
    a.on_air().set_tx_power(20);
    a.send(mac_address::broadcast(), "loud");
    ASSERT_TRUE(run_until([&] { return b.count("loud") == 1; }));
    a.on_air().set_tx_power(8);
    a.send(mac_address::broadcast(), "quieter");
    ASSERT_TRUE(run_until([&] { return b.count("quieter") == 1; }));
    a.on_air().set_tx_power(-100);  // brought to 2
    a.send(mac_address::broadcast(), "lowest");
    ASSERT_TRUE(run_until([&] { return b.count("lowest") == 1; }));
    EXPECT_NEAR(*b.heard[0].info.rssi - *b.heard[1].info.rssi, 12, 1);
    EXPECT_NEAR(*b.heard[0].info.rssi - *b.heard[2].info.rssi, 18, 1);
}

}  // namespace nowire::conformance
