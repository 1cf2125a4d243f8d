#include <nowire/ccmp/packet_number.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <thread>
#include <vector>

namespace nowire::ccmp {
namespace {

using namespace std::chrono_literals;

constexpr fingerprint some_id{{1, 2, 3}};
constexpr fingerprint other_id{{1, 2, 4}};

/// Gives what it was told to give, and writes down what it was asked for.
struct scripted_store : packet_number_store {
    struct request {
        fingerprint id;
        std::uint64_t at_least;
        std::uint64_t count;
    };
    std::deque<std::expected<packet_number_block, std::string>> answers;
    std::vector<request> requests;

    std::expected<packet_number_block, std::string> reserve(const fingerprint& id, std::uint64_t at_least,
                                                            std::uint64_t count) override {
        requests.push_back({id, at_least, count});
        auto answer = answers.front();
        answers.pop_front();
        return answer;
    }
};

TEST(PacketNumberSeed, CountsUnitsOfASixtyFiveThousandthOfASecondSince1970) {
    EXPECT_EQ(packet_number_seed(0ns), 0U);
    EXPECT_EQ(packet_number_seed(1s), 65536U);
    EXPECT_EQ(packet_number_seed(1s + 500ms), 65536U + 32768U);
    EXPECT_EQ(packet_number_seed(999'999'999ns), 65535U);
    EXPECT_EQ(packet_number_seed(-5s), 0U);
    constexpr auto year = std::chrono::sys_days(std::chrono::year(2106) / 1 / 1).time_since_epoch();
    EXPECT_LT(packet_number_seed(year), max_packet_number);
    EXPECT_GT(packet_number_seed(year + 60 * 24h), max_packet_number);
}

TEST(PacketNumberSource, WithoutAStoreCountsUpFromTheSeed) {
    packet_number_source source(some_id, 1000);
    for (std::uint64_t pn = 1000; pn < 1100; ++pn)
        EXPECT_EQ(source.next(), pn);
}

TEST(PacketNumberSource, NeverGivesZero) {
    packet_number_source source(some_id, 0);
    EXPECT_EQ(source.next(), 1U);
}

TEST(PacketNumberSource, AsksTheStoreOnceForEachBlock) {
    scripted_store store;
    store.answers = {packet_number_block{5000, 3}, packet_number_block{9000, 2}};
    packet_number_source source(some_id, 100, &store);
    std::vector<std::uint64_t> drawn;
    for (int i = 0; i < 5; ++i)
        drawn.push_back(source.next().value());
    EXPECT_EQ(drawn, (std::vector<std::uint64_t>{5000, 5001, 5002, 9000, 9001}));
    ASSERT_EQ(store.requests.size(), 2U);
    EXPECT_EQ(store.requests[0].id, some_id);
    EXPECT_EQ(store.requests[0].at_least, 100U);
    EXPECT_EQ(store.requests[0].count, packet_number_source::block_size);
    EXPECT_EQ(store.requests[1].at_least, 5003U);
}

TEST(PacketNumberSource, AsksNothingBeforeTheFirstNumberIsDrawn) {
    scripted_store store;
    const packet_number_source source(some_id, 100, &store);
    EXPECT_TRUE(store.requests.empty());
}

TEST(PacketNumberSource, AFailingStoreIsAnErrorAndIsTriedAgain) {
    scripted_store store;
    store.answers = {std::unexpected("disk is full"), std::unexpected("disk is still full"),
                     packet_number_block{100, 1}};
    packet_number_source source(some_id, 100, &store);
    EXPECT_EQ(source.next().error(), error::packet_number_store_failed);
    EXPECT_EQ(source.store_message(), "disk is full");
    EXPECT_EQ(source.next().error(), error::packet_number_store_failed);
    EXPECT_EQ(source.next(), 100U);
    EXPECT_EQ(source.store_message(), "");
}

TEST(PacketNumberSource, DoesNotTrustAStoreThatGoesBackOrBeyond48Bits) {
    for (const auto block : {packet_number_block{99, 10}, packet_number_block{max_packet_number + 1, 1},
                             packet_number_block{max_packet_number, 2}, packet_number_block{101, ~std::uint64_t{0}}}) {
        scripted_store store;
        store.answers = {block, packet_number_block{100, 1}};
        packet_number_source source(some_id, 100, &store);
        EXPECT_EQ(source.next().error(), error::packet_number_store_failed) << block.first;
        EXPECT_NE(source.store_message(), "");
        EXPECT_EQ(source.next(), 100U);
    }
}

TEST(PacketNumberSource, EndsAtTheLast48BitNumberAndNeverWraps) {
    packet_number_source source(some_id, max_packet_number - 1);
    EXPECT_EQ(source.next(), max_packet_number - 1);
    EXPECT_EQ(source.next(), max_packet_number);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(source.next().error(), error::packet_numbers_exhausted);
}

TEST(PacketNumberSource, IsExhaustedWhenTheStoreHasNoNumberLeft) {
    scripted_store store;
    store.answers = {packet_number_block{max_packet_number, 1}, packet_number_block{}};
    packet_number_source source(some_id, 5, &store);
    EXPECT_EQ(source.next(), max_packet_number);
    EXPECT_EQ(source.next().error(), error::packet_numbers_exhausted);
    EXPECT_EQ(source.next().error(), error::packet_numbers_exhausted);

    store.answers = {packet_number_block{}};
    packet_number_source another(some_id, 5, &store);
    EXPECT_EQ(another.next().error(), error::packet_numbers_exhausted);
    EXPECT_EQ(another.next().error(), error::packet_numbers_exhausted);
}

TEST(PacketNumberSource, AClockBehind2106IsExhaustionAndLeavesTheStoreAlone) {
    scripted_store store;
    packet_number_source source(some_id, max_packet_number + 1, &store);
    EXPECT_EQ(source.next().error(), error::packet_numbers_exhausted);
    EXPECT_TRUE(store.requests.empty());
}

TEST(MemoryPacketNumberStore, KeepsSourcesOfTheSameKeyApart) {
    memory_packet_number_store store;
    packet_number_source a(some_id, 1000, &store);
    packet_number_source b(some_id, 1000, &store);
    std::vector<std::uint64_t> drawn;
    for (int i = 0; i < 50; ++i) {
        drawn.push_back(a.next().value());
        drawn.push_back(b.next().value());
    }
    packet_number_source later(some_id, 990, &store);  // the clock was set back
    drawn.push_back(later.next().value());
    std::ranges::sort(drawn);
    EXPECT_EQ(std::ranges::adjacent_find(drawn), drawn.end());
    EXPECT_EQ(drawn.front(), 1000U);
    EXPECT_EQ(drawn.back(), 1100U) << "a restart is safe only if no number is left out";
}

TEST(MemoryPacketNumberStore, CountsEachKeyByItself) {
    memory_packet_number_store store;
    packet_number_source a(some_id, 1000, &store);
    packet_number_source b(other_id, 10, &store);
    EXPECT_EQ(a.next(), 1000U);
    EXPECT_EQ(b.next(), 10U);
}

TEST(MemoryPacketNumberStore, EndsAtTheLast48BitNumber) {
    memory_packet_number_store store;
    packet_number_source a(some_id, max_packet_number, &store);
    packet_number_source b(some_id, 1, &store);
    EXPECT_EQ(a.next(), max_packet_number);
    EXPECT_EQ(a.next().error(), error::packet_numbers_exhausted);
    EXPECT_EQ(b.next().error(), error::packet_numbers_exhausted);
}

TEST(MemoryPacketNumberStore, IsSharedByThreads) {
    memory_packet_number_store store;
    constexpr std::size_t each = 2000;
    std::vector<std::vector<std::uint64_t>> drawn(4);
    {
        std::vector<std::jthread> threads;
        for (auto& numbers : drawn)
            threads.emplace_back([&store, &numbers] {
                packet_number_source source(some_id, 7, &store);
                for (std::size_t i = 0; i < each; ++i)
                    numbers.push_back(source.next().value());
            });
    }
    std::vector<std::uint64_t> all;
    for (const auto& numbers : drawn)
        all.insert(all.end(), numbers.begin(), numbers.end());
    std::ranges::sort(all);
    ASSERT_EQ(all.size(), 4 * each);
    EXPECT_EQ(all.front(), 7U);
    EXPECT_EQ(all.back(), 7 + 4 * each - 1);
    EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
}

}  // namespace
}  // namespace nowire::ccmp
