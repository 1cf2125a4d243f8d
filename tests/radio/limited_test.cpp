/// That a limited radio really cannot do what was taken from it; what it still can is in tests/conformance/.

#include <nowire/frame/mpdu.hpp>
#include <nowire/radio/limited.hpp>
#include <nowire/radio/simulation.hpp>

#include <gmock/gmock.h>

#include <chrono>
#include <vector>

namespace nowire {

using std::chrono::seconds;

namespace {

class notes final : public radio_handler {
  public:
    struct reception {
        std::vector<std::uint8_t> mpdu;
        rx_info info;
    };
    std::vector<reception> heard;
    std::vector<tx_done> done;

  private:
    void on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) override {
        heard.push_back({{mpdu.begin(), mpdu.end()}, info});
    }
    void on_transmit_done(const tx_done& d) override { done.push_back(d); }
    void on_lost(const error&) override {}
    void on_restored() override {}
};

/// A limited radio "a" and a whole one "b".
class Limited : public testing::Test {
  protected:
    template <class taker>
    void take(taker taken) {
        auto whole = sim_.make_radio({.name = "a"}).value();
        auto left = whole->capabilities();
        taken(left);
        a_ = make_limited(std::move(whole), left);
        a_->set_handler(&a_told_);
        b_->set_handler(&b_told_);
        EXPECT_EQ(a_->capabilities(), left);
    }

    void send(radio& from, const mac_address& to, std::uint8_t retries, rate r = rate::dsss_1m_long,
              std::uint16_t sequence_number = 0x123) {
        std::vector<std::uint8_t> mpdu(100);
        frame::write_header(std::span(mpdu).first<frame::header_size>(),
                            {.a1 = to,
                             .a2 = from.identity().station,
                             .sequence_control = static_cast<std::uint16_t>(sequence_number << 4)});
        from.transmit({.token = 1, .mpdu = std::move(mpdu), .tx_rate = r, .retries = retries});
        sim_.run_for(seconds(1));
    }

    mac_address a() const { return a_->identity().station; }
    mac_address b() const { return b_->identity().station; }

    simulation sim_;
    std::unique_ptr<radio> b_ = sim_.make_radio({.name = "b"}).value();
    std::unique_ptr<radio> a_;
    notes a_told_;
    notes b_told_;
};

const mac_address nobody({2, 0, 0, 0, 0, 2});

}  // namespace

TEST_F(Limited, WithoutReportsAUnicastIsUnconfirmed) {
    take([](auto& can) { can.reports_ack = false; });
    send(*a_, b(), 3);
    send(*a_, nobody, 3);
    send(*a_, mac_address::broadcast(), 3);
    ASSERT_EQ(a_told_.done.size(), 3);
    EXPECT_EQ(a_told_.done[0].status, tx_status::unconfirmed);
    EXPECT_EQ(a_told_.done[0].attempts, 0);
    EXPECT_EQ(a_told_.done[1].status, tx_status::unconfirmed);
    EXPECT_EQ(a_told_.done[2].status, tx_status::sent);
}

TEST_F(Limited, WithoutRetriesAFrameIsOnTheAirOnce) {
    take([](auto& can) { can.retries = false; });
    send(*a_, nobody, 31);
    EXPECT_EQ(a_told_.done.at(0).attempts, 1);
    EXPECT_EQ(sim_.medium().statistics().transmissions, 1);
}

TEST_F(Limited, WithoutARateItSendsAtOneMegabit) {
    take([](auto& can) { can.sets_rate = false; });
    send(*a_, b(), 0, rate::ofdm_54m);
    EXPECT_EQ(b_told_.heard.at(0).info.rx_rate, rate::dsss_1m_long);
}

TEST_F(Limited, WithoutSequenceNumbersItCountsByItself) {
    take([](auto& can) { can.keeps_sequence_number = false; });
    for (int i = 0; i < 20; ++i)
        send(*a_, b(), 0);
    for (std::size_t i = 0; i < 20; ++i)
        EXPECT_EQ(frame::read_header(b_told_.heard.at(i).mpdu)->sequence_control, i << 4);
}

TEST_F(Limited, WithoutRssiAReceptionHasNone) {
    take([](auto& can) { can.gives_rssi = false; });
    send(*b_, a(), 0);
    EXPECT_EQ(a_told_.heard.at(0).info.rssi, std::nullopt);
    EXPECT_EQ(a_told_.heard.at(0).info.noise, std::nullopt);
}

TEST_F(Limited, WithoutLongMpdusTheyAreNotSent) {
    take([](auto& can) { can.max_mpdu = 99; });
    send(*a_, b(), 0);
    EXPECT_EQ(a_told_.done.at(0).status, tx_status::not_sent);
    EXPECT_TRUE(b_told_.heard.empty());
}

TEST_F(Limited, WithoutAcksItHearsWhatIsForItAllTheSame) {
    take([](auto& can) { can.acks_for_us = false; });
    send(*b_, a(), 1);
    send(*b_, nobody, 1);
    send(*b_, mac_address::broadcast(), 1);
    EXPECT_EQ(b_told_.done.at(0).status, tx_status::not_acked);
    EXPECT_EQ(a_told_.heard.size(), 3) << "twice what was for it, and the broadcast";

    a_->set_promiscuous(true);
    send(*b_, nobody, 0);
    EXPECT_EQ(a_told_.heard.size(), 4);
    a_->set_promiscuous(false);
    ASSERT_TRUE(a_->configure({.on = {}, .station = a(), .soft_ap = a().plus(1), .receiving = true}));
    send(*b_, a().plus(1), 0);
    EXPECT_EQ(a_told_.heard.size(), 5);
    send(*b_, nobody, 0);
    EXPECT_EQ(a_told_.heard.size(), 5);
}

TEST_F(Limited, WithoutTimeAReceptionHasThatOfItsReading) {
    take([](auto& can) { can.gives_time = false; });
    send(*b_, a(), 0);
    // In virtual time nothing is between the air and its reading.
    EXPECT_GT(a_told_.heard.at(0).info.time, time_point());
}

}  // namespace nowire
