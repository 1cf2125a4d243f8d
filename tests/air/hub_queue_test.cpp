#include "air/hub_queue.hpp"

#include <nowire/air/unique_descriptor.hpp>

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

namespace nowire::air {

namespace {

namespace protocol = air::protocol;

class HubQueue : public testing::Test {
  protected:
    void SetUp() override {
        int ends[2];
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
        hub_ = unique_descriptor(ends[0]);
        client_ = unique_descriptor(ends[1]);
    }

    bool add_frame() {
        const std::vector<std::uint8_t> mpdu(1000, 0x55);
        return queue_.add_frame({{}, mpdu});
    }

    /// What the client reads until there is nothing more.
    void read_all() {
        std::vector<std::uint8_t> packet(protocol::packet_limit + 1);
        while (true) {
            const auto size = ::recv(client_.get(), packet.data(), packet.size(), 0);
            if (size <= 0) return;
            ++packets_;
            ASSERT_LE(static_cast<std::size_t>(size), protocol::packet_limit);
            std::span<const std::uint8_t> rest(packet.data(), static_cast<std::size_t>(size));
            while (!rest.empty()) {
                const auto m = protocol::take_hub_message(rest);
                ASSERT_TRUE(m) << to_string(m.error());
                ++messages_;
                if (std::holds_alternative<protocol::received>(*m)) ++frames_;
                if (const auto* done = std::get_if<protocol::transmit_done>(&*m)) tokens_.push_back(done->done.token);
                if (const auto* lost = std::get_if<protocol::frames_lost>(&*m)) lost_ += lost->count;
            }
        }
    }

    unique_descriptor hub_;
    unique_descriptor client_;
    hub_queue queue_;
    std::size_t packets_ = 0;
    std::size_t messages_ = 0;
    std::size_t frames_ = 0;
    std::uint64_t lost_ = 0;
    std::vector<std::uint64_t> tokens_;
};

}  // namespace

TEST_F(HubQueue, PacksWhatWaits) {
    for (int i = 0; i < 100; ++i)
        queue_.add_answer(protocol::transmit_done{{.token = 1, .time = {}}});
    EXPECT_EQ(queue_.flush(hub_.get()), hub_queue::flushed::all);
    read_all();
    EXPECT_EQ(messages_, 100);
    EXPECT_EQ(packets_, 1);
    EXPECT_EQ(queue_.messages(), 100);
}

TEST_F(HubQueue, OnlyWhatBecameOfFramesCanWait) {
    queue_.add_done({{.token = 1, .time = {}}});
    EXPECT_TRUE(queue_.can_wait());
    ASSERT_TRUE(add_frame());
    EXPECT_FALSE(queue_.can_wait());
    queue_.add_done({{.token = 2, .time = {}}});
    EXPECT_FALSE(queue_.can_wait()) << "the frame still waits";
    EXPECT_EQ(queue_.flush(hub_.get()), hub_queue::flushed::all);
    queue_.add_done({{.token = 3, .time = {}}});
    EXPECT_TRUE(queue_.can_wait());
    queue_.add_answer(protocol::applied{1, std::nullopt});
    EXPECT_FALSE(queue_.can_wait());
    EXPECT_EQ(queue_.flush(hub_.get()), hub_queue::flushed::all);
    read_all();
    EXPECT_THAT(tokens_, testing::ElementsAre(1, 2, 3));
    EXPECT_EQ(frames_, 1);
    EXPECT_EQ(packets_, 2);
}

TEST_F(HubQueue, LosesFramesOfASlowClientAndNeverAnswers) {
    std::uint64_t token = 0;
    std::size_t taken = 0;
    for (int i = 0; i < 3000; ++i) {
        if (add_frame()) ++taken;
        if (i % 3 == 0) queue_.add_answer(protocol::transmit_done{{.token = ++token, .time = {}}});
        EXPECT_NE(queue_.flush(hub_.get()), hub_queue::flushed::broken);
    }
    EXPECT_EQ(queue_.flush(hub_.get()), hub_queue::flushed::some) << "the client has not read";
    EXPECT_GT(queue_.lost(), 0);
    EXPECT_EQ(taken + queue_.lost(), 3000);
    EXPECT_FALSE(queue_.is_full()) << "frames alone never fill it";

    while (!queue_.empty()) {
        queue_.flush(hub_.get());
        read_all();
    }
    EXPECT_EQ(frames_, taken);
    EXPECT_EQ(lost_, queue_.lost()) << "it is told how many";
    ASSERT_EQ(tokens_.size(), 1000);
    EXPECT_TRUE(std::ranges::is_sorted(tokens_));
    EXPECT_EQ(queue_.messages(), messages_);
    EXPECT_TRUE(add_frame()) << "and hears again";
}

TEST_F(HubQueue, IsFullWhenAnswersAreLeftUnread) {
    while (!queue_.is_full())
        queue_.add_answer(protocol::refused{protocol::refusal::malformed, std::string(500, 'x')});
    while (!queue_.empty()) {
        queue_.flush(hub_.get());
        read_all();
    }
    EXPECT_FALSE(queue_.is_full());
    EXPECT_EQ(queue_.messages(), messages_);
}

TEST_F(HubQueue, NoticesThatNobodyReadsAnyMore) {
    client_ = unique_descriptor();
    ASSERT_TRUE(add_frame());
    EXPECT_EQ(queue_.flush(hub_.get()), hub_queue::flushed::broken);
}

}  // namespace nowire::air
