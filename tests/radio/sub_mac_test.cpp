/// What sub_mac does with a radio that a test plays.

#include <nowire/frame/mpdu.hpp>
#include <nowire/radio/sub_mac.hpp>

#include <gmock/gmock.h>

#include <stdexcept>
#include <vector>

namespace nowire {

using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// A radio of the given capabilities that answers when and what the test says.
class played_radio final : public radio {
  public:
    explicit played_radio(radio_capabilities can) : can_(can) {}

    std::vector<nowire::transmit> asked;
    peer_report reported;
    void answer(const nowire::transmit& what, tx_status status, std::uint16_t attempts = 1) {
        handler_->on_transmit_done({what.token, status, attempts, time_point()});
    }
    void lose() { handler_->on_lost({errc::radio, "unplugged"}); }

    radio_capabilities capabilities() const override { return can_; }
    radio_identity identity() const override { return {}; }
    void set_handler(radio_handler* handler) override { handler_ = handler; }
    void transmit(nowire::transmit what) override { asked.push_back(std::move(what)); }
    std::expected<void, error> configure(const radio_setup&) override { return {}; }
    void set_promiscuous(bool) override {}
    void set_tx_power(int) override {}
    void report_peers(const peer_report& peers) override { reported = peers; }
    nowire::clock& clock() override { throw std::logic_error("not in this play"); }
    int descriptor() const override { return -1; }
    void dispatch() override {}
    void wait_until(std::optional<time_point>) override {}

  private:
    radio_capabilities can_;
    radio_handler* handler_ = nullptr;
};

class notes final : public radio_handler {
  public:
    std::vector<tx_done> done;
    int lost = 0;

  private:
    void on_receive(std::span<const std::uint8_t>, const rx_info&) override {}
    void on_transmit_done(const tx_done& d) override { done.push_back(d); }
    void on_lost(const error&) override { ++lost; }
    void on_restored() override {}
};

nowire::transmit frame_of(std::uint64_t token, std::uint8_t retries = 2) {
    std::vector<std::uint8_t> mpdu(60);
    frame::write_header(std::span(mpdu).first<frame::header_size>(),
                        {.a1 = mac_address({2, 0, 0, 0, 0, 2}), .a2 = mac_address({2, 0, 0, 0, 0, 4})});
    mpdu.back() = static_cast<std::uint8_t>(token);
    return {.token = token, .mpdu = std::move(mpdu), .retries = retries};
}

bool retry_bit(const nowire::transmit& what) {
    return frame::read_header(what.mpdu)->control.retry();
}

struct play {
    explicit play(radio_capabilities can) {
        auto below_owned = std::make_unique<played_radio>(can);
        below = below_owned.get();
        above = make_sub_mac(std::move(below_owned));
        above->set_handler(&told);
    }
    played_radio* below;
    notes told;
    std::unique_ptr<radio> above;
};

const radio_capabilities reports_only = {.reports_ack = true, .retries = false, .max_mpdu = 2304};

}  // namespace

TEST(SubMac, HandsReportsOfPeersDown) {
    play p({});
    const peer_report peers{.count = 1, .listed = {{.address = mac_address({2, 0, 0, 0, 0, 2})}}};
    p.above->report_peers(peers);
    EXPECT_EQ(p.below->reported, peers);
}

TEST(SubMac, RetriesWithTheRetryBitWhereTheRadioDoesNot) {
    play p(reports_only);
    EXPECT_TRUE(p.above->capabilities().retries);
    p.above->transmit(frame_of(7, 2));
    ASSERT_EQ(p.below->asked.size(), 1);
    EXPECT_EQ(p.below->asked[0].retries, 0);
    EXPECT_FALSE(retry_bit(p.below->asked[0]));
    p.below->answer(p.below->asked[0], tx_status::not_acked);
    ASSERT_EQ(p.below->asked.size(), 2);
    EXPECT_TRUE(retry_bit(p.below->asked[1]));
    EXPECT_THAT(p.told.done, IsEmpty());
    p.below->answer(p.below->asked[1], tx_status::acked);
    EXPECT_EQ(p.below->asked.size(), 2);
    ASSERT_EQ(p.told.done.size(), 1);
    EXPECT_EQ(p.told.done[0].token, 7);
    EXPECT_EQ(p.told.done[0].status, tx_status::acked);
    EXPECT_EQ(p.told.done[0].attempts, 2);
}

TEST(SubMac, GivesUpAfterTheLastRetry) {
    play p(reports_only);
    p.above->transmit(frame_of(7, 2));
    for (std::size_t i = 0; i < 3; ++i)
        p.below->answer(p.below->asked.at(i), tx_status::not_acked, 0);
    EXPECT_EQ(p.below->asked.size(), 3);
    ASSERT_EQ(p.told.done.size(), 1);
    EXPECT_EQ(p.told.done[0].status, tx_status::not_acked);
    EXPECT_EQ(p.told.done[0].attempts, 3) << "counted here, where the radio does not";
}

TEST(SubMac, KeepsTheOrderWhileItRetries) {
    play p(reports_only);
    p.above->transmit(frame_of(1));
    p.above->transmit(frame_of(2));
    p.above->transmit(frame_of(3));
    std::vector<int> order;
    for (std::size_t i = 0; i < 4; ++i) {
        ASSERT_EQ(p.below->asked.size(), i + 1) << "one at a time";
        order.push_back(p.below->asked[i].mpdu.back());
        p.below->answer(p.below->asked[i], i == 0 ? tx_status::not_acked : tx_status::acked);
    }
    EXPECT_THAT(order, ElementsAre(1, 1, 2, 3));
    EXPECT_EQ(p.told.done.size(), 3);
    EXPECT_EQ(p.told.done[1].attempts, 1) << "each frame has its own count";
}

TEST(SubMac, DropsASecondReportAboutTheSameTransmission) {
    play p(reports_only);
    p.above->transmit(frame_of(7, 2));
    const auto first = p.below->asked[0];
    p.below->answer(first, tx_status::not_acked);
    p.below->answer(first, tx_status::not_acked);
    EXPECT_EQ(p.below->asked.size(), 2) << "not taken for the answer to the second attempt";
    p.below->answer(p.below->asked[1], tx_status::acked);
    p.below->answer(p.below->asked[1], tx_status::not_acked);
    EXPECT_EQ(p.told.done.size(), 1);
}

TEST(SubMac, PassesFramesOnWhereTheRadioRetriesOrCannotTell) {
    for (const auto& can : {radio_capabilities{.reports_ack = true, .retries = true},
                            radio_capabilities{.reports_ack = false, .retries = false}}) {
        play p(can);
        EXPECT_EQ(p.above->capabilities(), can);
        p.above->transmit(frame_of(1, 5));
        p.above->transmit(frame_of(2, 5));
        ASSERT_EQ(p.below->asked.size(), 2);
        EXPECT_EQ(p.below->asked[0].retries, 5);
        p.below->answer(p.below->asked[1], tx_status::unconfirmed, 0);
        p.below->answer(p.below->asked[1], tx_status::unconfirmed, 0);
        p.below->answer(p.below->asked[0], tx_status::not_acked, 6);
        ASSERT_EQ(p.told.done.size(), 2);
        EXPECT_EQ(p.told.done[0].token, 2);
        EXPECT_EQ(p.told.done[1].token, 1);
        EXPECT_EQ(p.told.done[1].attempts, 6);
    }
}

TEST(SubMac, ForgetsWhatWasUnderWayWhenTheRadioIsLost) {
    play p(reports_only);
    p.above->transmit(frame_of(1));
    p.above->transmit(frame_of(2));
    const auto first = p.below->asked[0];
    p.below->lose();
    EXPECT_EQ(p.told.lost, 1);
    p.below->answer(first, tx_status::acked);
    EXPECT_THAT(p.told.done, IsEmpty()) << "a late report concerns nobody";
    p.above->transmit(frame_of(3));
    ASSERT_EQ(p.below->asked.size(), 2);
    p.below->answer(p.below->asked[1], tx_status::acked);
    ASSERT_EQ(p.told.done.size(), 1);
    EXPECT_EQ(p.told.done[0].token, 3);
}

}  // namespace nowire
