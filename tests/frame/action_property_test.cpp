// What must hold for any bytes. Each input lies in a heap block of exactly its size, so the address sanitizer sees
// every read and write outside it.
#include <nowire/frame/action.hpp>
#include <nowire/frame/fcs.hpp>
#include <nowire/frame/mpdu.hpp>
#include <nowire/frame/radiotap.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

namespace nowire::frame {
namespace {

using bytes = std::vector<std::uint8_t>;

class Property : public testing::Test {
  protected:
    std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }
    std::uint8_t byte() { return static_cast<std::uint8_t>(below(256)); }
    bytes random_bytes(std::size_t n) {
        bytes b(n);
        std::ranges::generate(b, [this] { return byte(); });
        return b;
    }
    bytes random_body() {
        const auto v = below(2) == 0 ? version::v1 : version::v2;
        const auto payload = random_bytes(1 + below(v == version::v1 ? max_payload_v1 : max_payload_v2_received));
        bytes out(*action_size(payload.size(), v));
        write_action(out, payload, {.version = v, .random = {byte(), byte(), byte(), byte()}});
        return out;
    }

  private:
    std::mt19937 random_{20200705};
};

/// Uses everything a view offers, as a careless caller would.
void read_all(const bytes& input) {
    const std::span exact(input);
    for (auto level : {strictness::current, strictness::tolerant}) {
        const auto view = parse_action(exact, level);
        if (!view) continue;
        std::size_t payload = 0;
        std::size_t elements = 0;
        unsigned sum = 0;
        for (const auto& element : *view) {
            payload += element.body.size();
            ++elements;
            for (auto byte : element.body)
                sum += byte;
        }
        ASSERT_EQ(payload, view->payload_size());
        ASSERT_EQ(elements, view->element_count());
        ASSERT_EQ(action_prefix_size + elements * element_overhead + payload + view->trailing_bytes(), exact.size());
        bytes out(payload);
        ASSERT_TRUE(view->gather(out));
        unsigned gathered = 0;
        for (auto byte : out)
            gathered += byte;
        ASSERT_EQ(sum, gathered);
    }
    read_header(exact);
    ends_in_fcs(exact);
    const auto parsed = radiotap::parse(exact);
    ASSERT_TRUE(!parsed || parsed->size <= exact.size());
}

TEST_F(Property, AnyPayloadAndOuiComesBack) {
    for (int round = 0; round < 1000; ++round) {
        const auto v = below(2) == 0 ? version::v1 : version::v2;
        const auto payload = random_bytes(1 + below(v == version::v1 ? max_payload_v1 : max_payload_v2_received));
        const action_options options = {
            .version = v, .random = {byte(), byte(), byte(), byte()}, .user_oui = {byte(), byte(), byte()}};
        bytes body(*action_size(payload.size(), v));
        ASSERT_EQ(write_action(body, payload, options)->size(), body.size());

        const auto view = parse_action(body, strictness::current, options.user_oui);
        ASSERT_TRUE(view);
        EXPECT_EQ(view->random(), options.random);
        bytes back(view->payload_size());
        ASSERT_TRUE(view->gather(back));
        ASSERT_EQ(back, payload);
        for (const auto& element : *view)
            ASSERT_EQ(element.version(), static_cast<int>(v));
    }
}

TEST_F(Property, EveryTruncationIsRejectedOrShorter) {
    for (int round = 0; round < 20; ++round) {
        const auto body = random_body();
        const auto whole = parse_action(body)->payload_size();
        for (std::size_t length = 0; length < body.size(); ++length) {
            const bytes cut(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(length));
            read_all(cut);
            const auto view = parse_action(cut);
            ASSERT_TRUE(!view || view->payload_size() < whole);
        }
    }
}

TEST_F(Property, FlippedBitsAreNeverReadOutOfBounds) {
    for (int round = 0; round < 3000; ++round) {
        auto body = random_body();
        for (std::size_t flips = 1 + below(4); flips > 0; --flips)
            body[below(std::min<std::size_t>(body.size(), below(2) == 0 ? 24 : 4096))] ^=
                static_cast<std::uint8_t>(1U << below(8));
        read_all(body);
    }
}

TEST_F(Property, RandomBytesAreNeverReadOutOfBounds) {
    for (int round = 0; round < 20000; ++round) {
        auto input = random_bytes(below(64));
        if (!input.empty() && below(2) == 0) input[0] = below(2) == 0 ? 0x7f : 0x00;
        if (input.size() > 3 && input[0] == 0) {
            input[2] = static_cast<std::uint8_t>(below(input.size() + 2));
            input[3] = 0;
        }
        read_all(input);
    }
}

}  // namespace
}  // namespace nowire::frame
