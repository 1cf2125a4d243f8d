/// A ring buffer's memory against a model that only knows the order of the items.

#include "idf/freertos/ring_memory.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>
#include <vector>

namespace nowire::test {

namespace {

using idf::freertos::ring_memory;

struct out_item {
    std::vector<ring_memory::part> parts;
    std::string text;
};

std::string text_of(const std::vector<ring_memory::part>& parts) {
    std::string text;
    for (const auto& each : parts)
        text.append(reinterpret_cast<const char*>(each.data), each.length);
    return text;
}

std::vector<ring_memory::part> receive(ring_memory& ring) {
    std::vector<ring_memory::part> parts{ring.receive()};
    while (parts.back().goes_on)
        parts.push_back(ring.receive());
    return parts;
}

void run_against_model(std::size_t size, bool splits, unsigned seed) {
    std::mt19937 random(seed);
    const auto below = [&random](std::size_t limit) { return static_cast<std::size_t>(random()) % limit; };
    ring_memory ring(size, splits);
    std::deque<std::string> inside;
    std::vector<out_item> out;
    for (int step = 0; step < 20'000; ++step) {
        const auto what = below(3);
        if (what == 0) {
            const auto length = below(ring.max_item() + 1);
            const bool fits = ring.has_room(length);
            ASSERT_TRUE(!fits || length <= ring.max_item_now()) << length;
            ASSERT_TRUE(fits || length == 0 || length > ring.max_item_now() || length % 4 != 0) << length;
            if (!fits) continue;
            inside.emplace_back(length, static_cast<char>('a' + step % 26));
            ring.write(inside.back().data(), length);
        } else if (what == 1) {
            ASSERT_EQ(ring.can_receive(), !inside.empty());
            if (inside.empty()) continue;
            out.push_back({.parts = receive(ring), .text = inside.front()});
            inside.pop_front();
            ASSERT_LE(out.back().parts.size(), splits ? 2U : 1U);
        } else if (!out.empty()) {
            const auto which = out.begin() + static_cast<std::ptrdiff_t>(below(out.size()));
            // Nobody has written over it meanwhile.
            ASSERT_EQ(text_of(which->parts), which->text);
            for (const auto& each : which->parts)
                ASSERT_TRUE(ring.give_back(each.data));
            ASSERT_FALSE(ring.give_back(which->parts.front().data));
            out.erase(which);
        }
        ASSERT_EQ(ring.waiting(), inside.size());
        ASSERT_TRUE(!inside.empty() || !out.empty() || ring.has_room(ring.max_item()));
    }
}

}  // namespace

TEST(RingMemory, ItemsKeepTheirOrderAndTheirBytes) {
    for (const bool splits : {false, true})
        for (const std::size_t size : {32, 60, 64, 100, 256, 1000})
            for (unsigned seed = 0; seed < 3; ++seed) {
                SCOPED_TRACE(std::to_string(size) + (splits ? " splits " : " ") + std::to_string(seed));
                run_against_model(size, splits, seed);
            }
}

TEST(RingMemory, AnItemThatIsWrittenInPlaceWaitsForItsEnd) {
    ring_memory ring(64, false);
    auto* const first = ring.acquire(4);
    ring.write("abcd", 4);
    EXPECT_FALSE(ring.can_receive());
    EXPECT_FALSE(ring.complete(first + 1));
    EXPECT_TRUE(ring.complete(first));
    EXPECT_FALSE(ring.complete(first));
    EXPECT_EQ(ring.receive().data, first);
    EXPECT_TRUE(ring.can_receive());
}

}  // namespace nowire::test
