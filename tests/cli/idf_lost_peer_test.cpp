/// A board of a pair is killed in the middle, as by a power cut. The air's time goes from event to event, and stands
/// while the test does something, so that what it does happens at one moment of the air.

#include "cli/program.hpp"
#include "radio/hub_world.hpp"

#include <nowire/frame/mpdu.hpp>
#include <nowire/radio/air_control.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;

const mac_address first_board({2, 0, 0, 0, 0, 0x10});
const mac_address second_board({2, 0, 0, 0, 0, 0x20});

/// Hears everything, and counts the unicasts from board to board, repetitions left out.
class witness final : public radio_handler {
  public:
    explicit witness(const std::string& socket) {
        auto opened = open_hub_radio({.socket = socket, .name = "witness"});
        if (!opened) throw std::runtime_error(opened.error().text);
        radio_ = std::move(*opened);
        radio_->set_handler(this);
        radio_->set_promiscuous(true);
    }

    /// Lets the air's time pass until `done`, which is asked after each thing that is heard, says so; two minutes of it
    /// at most. @returns whether it did.
    bool pass_until(const std::function<bool()>& done) {
        const auto end = now() + 2min;
        while (!done()) {
            if (now() >= end) return false;
            radio_->wait_until(now() + 100ms);
        }
        return true;
    }
    bool pass_unicasts(const mac_address& from, int more) {
        return pass_until([this, from, goal = unicasts(from) + more] { return unicasts(from) >= goal; });
    }
    time_point now() const { return radio_->clock().now(); }
    int unicasts(const mac_address& from) const { return static_cast<int>(std::ranges::count(senders_, from)); }

  private:
    void on_receive(std::span<const std::uint8_t> mpdu, const rx_info&) override {
        const auto header = frame::read_header(mpdu);
        if (header && header->control.is_action() && !header->control.retry() && !header->a1.is_group())
            senders_.push_back(header->a2);
    }
    void on_transmit_done(const tx_done&) override {}
    void on_lost(const error&) override {}
    void on_restored() override {}

    std::unique_ptr<hub_radio> radio_;
    std::vector<mac_address> senders_;
};

class IdfLostPeer : public testing::Test {
  protected:
    std::string build(const std::string& project, const std::string& setting = {}) const {
        auto program = (box_.folder() / (project + setting.substr(0, setting.find('=')))).string();
        std::vector<std::string> arguments = {"idf", "build", NOWIRE_SOURCE "/examples/esp-idf/" + project, "-o",
                                              program};
        if (!setting.empty()) arguments.insert(arguments.end(), {"--set", setting});
        const auto result = box_.nowire(arguments);
        EXPECT_EQ(result.status, 0) << result.err << result.out;
        return program;
    }

    struct board {
        sandbox::running program;
        std::string said;

        void read() {
            for (const auto& line : program.process.lines())
                said += line + '\n';
        }
    };

    /// A board that is on the air when this returns.
    board start(const std::string& program, const mac_address& address) const {
        const auto mac = address.to_string();
        const auto flash = box_.folder() / ("flash-" + mac);
        board b{.program = box_.start({"env", "NOWIRE_RADIO=air:" + hub_.socket() + "?mac=" + mac + "&name=" + mac,
                                       "NOWIRE_IDF_SEED=5", "NOWIRE_IDF_NVS=" + flash.string(),
                                       "NOWIRE_STATE_DIR=" + flash.string() + ".state", program}),
                .said = {}};
        EXPECT_TRUE(becomes_true([&] { return is_on_air(address); })) << b.program.err();
        return b;
    }
    /// Power cut: it is off the air when this returns.
    void kill(board& b, const mac_address& address) const {
        b.program.process.signal(SIGKILL);
        EXPECT_EQ(b.program.process.wait(std::chrono::steady_clock::now() + patience), 128 + SIGKILL);
        EXPECT_TRUE(becomes_true([&] { return !is_on_air(address); }));
        b.read();
    }
    /// Lets the air's time pass until it has ended, or should have. @returns its status; nothing: it hangs.
    std::optional<int> end_of(board& b) {
        witness_.pass_until([&] {
            b.read();
            return b.program.process.status().has_value();
        });
        // One that has nothing more to do on the air may need a while of real time to end.
        const auto status = b.program.process.wait(std::chrono::steady_clock::now() + patience);
        b.read();
        return status;
    }

    /// The number in front of `what`; -1: it says no such thing.
    static int number_before(const std::string& text, const std::string& what) {
        std::smatch found;
        return std::regex_search(text, found, std::regex("([0-9]+) " + what)) ? std::stoi(found[1]) : -1;
    }

    const sandbox box_;
    const hub_process hub_{box_.folder() / "the air", {"--speed", "max"}};
    witness witness_{hub_.socket()};

  private:
    bool is_on_air(const mac_address& address) const {
        const auto status = air_control::status(hub_.socket());
        return status && std::ranges::any_of(status->radios, [&](const auto& each) {
                   return each.radio.setup.station == std::optional(address);
               });
    }
};

TEST_F(IdfLostPeer, TheSenderOfAPairSeesItGoAndComeBack) {
    const auto program = build("discover_and_pair");
    const std::array addresses = {first_board, second_board};
    std::array boards = {start(program, first_board), start(program, second_board)};
    // Which of them sends follows from their draws.
    ASSERT_TRUE(
        witness_.pass_until([&] { return witness_.unicasts(first_board) + witness_.unicasts(second_board) > 0; }));
    const std::size_t sends = witness_.unicasts(first_board) > 0 ? 0 : 1;
    const auto other = 1 - sends;
    ASSERT_TRUE(witness_.pass_unicasts(addresses[sends], 4));
    kill(boards[other], addresses[other]);
    ASSERT_TRUE(witness_.pass_unicasts(addresses[sends], 5));
    auto again = start(program, addresses[other]);

    EXPECT_EQ(end_of(boards[sends]), 0) << boards[sends].program.err();
    EXPECT_EQ(end_of(again), 0) << again.program.err();
    // Five before, five without it, ten when it is back: its radio acknowledges, though its program has no key.
    const auto acked = number_before(boards[sends].said, "acknowledged");
    EXPECT_THAT(acked, AllOf(Ge(13), Le(17))) << boards[sends].said;
    EXPECT_THAT(again.said, HasSubstr("received 0 of 20"));
}

TEST_F(IdfLostPeer, TheReceiverOfAPairGivesUp) {
    const auto program = build("discover_and_pair");
    const std::array addresses = {first_board, second_board};
    std::array boards = {start(program, first_board), start(program, second_board)};
    ASSERT_TRUE(
        witness_.pass_until([&] { return witness_.unicasts(first_board) + witness_.unicasts(second_board) > 0; }));
    const std::size_t sends = witness_.unicasts(first_board) > 0 ? 0 : 1;
    ASSERT_TRUE(witness_.pass_unicasts(addresses[sends], 6));
    kill(boards[sends], addresses[sends]);
    auto& left = boards[1 - sends];
    EXPECT_EQ(end_of(left), 0) << left.program.err();
    EXPECT_THAT(number_before(left.said, "of 20"), AllOf(Ge(7), Le(8))) << left.said;
}

TEST_F(IdfLostPeer, ASenderOfBulkCountsWhatNobodyTook) {
    const auto receives = build("bulk_v2", "CONFIG_BULK_IS_RECEIVER=y");
    const auto sends = build("bulk_v2");
    auto receiver = start(receives, first_board);
    auto sender = start(sends, second_board);
    ASSERT_TRUE(witness_.pass_unicasts(second_board, 10));
    kill(receiver, first_board);
    EXPECT_EQ(end_of(sender), 0) << sender.program.err();
    // 65536 bytes are 45 pieces, of which ten or eleven arrived.
    EXPECT_THAT(number_before(sender.said, "lost"), AllOf(Ge(34), Le(35))) << sender.said;
}

TEST_F(IdfLostPeer, AReceiverOfBulkThatComesBackIsSentTheRest) {
    const auto receives = build("bulk_v2", "CONFIG_BULK_IS_RECEIVER=y");
    const auto sends = build("bulk_v2");
    auto receiver = start(receives, first_board);
    auto sender = start(sends, second_board);
    ASSERT_TRUE(witness_.pass_unicasts(second_board, 10));
    kill(receiver, first_board);
    ASSERT_TRUE(witness_.pass_unicasts(second_board, 5));
    auto again = start(receives, first_board);
    EXPECT_EQ(end_of(sender), 0) << sender.program.err();
    const auto lost = number_before(sender.said, "lost");
    EXPECT_THAT(lost, AllOf(Ge(4), Le(8))) << sender.said;
    EXPECT_EQ(end_of(again), 0) << again.program.err();
    EXPECT_THAT(number_before(again.said, "of 65536 bytes, CRC wrong"), AllOf(Ge(25 * 1462), Le(31 * 1462)))
        << again.said;
}

TEST_F(IdfLostPeer, AReceiverOfBulkGivesUp) {
    const auto receives = build("bulk_v2", "CONFIG_BULK_IS_RECEIVER=y");
    const auto sends = build("bulk_v2");
    auto receiver = start(receives, first_board);
    auto sender = start(sends, second_board);
    ASSERT_TRUE(witness_.pass_unicasts(second_board, 10));
    kill(sender, second_board);
    EXPECT_EQ(end_of(receiver), 0) << receiver.program.err();
    EXPECT_THAT(number_before(receiver.said, "of 65536 bytes, CRC wrong"), AllOf(Ge(10 * 1462), Le(11 * 1462)))
        << receiver.said;
}

TEST_F(IdfLostPeer, ARemoteGoesOnWhenItsLampComesBack) {
    const auto lamps = build("remote_control", "CONFIG_REMOTE_IS_LAMP=y");
    const auto remotes = build("remote_control", "CONFIG_REMOTE_PRESSES=1000");
    auto lamp = start(lamps, first_board);
    auto remote = start(remotes, second_board);
    ASSERT_TRUE(witness_.pass_unicasts(second_board, 300));
    kill(lamp, first_board);
    ASSERT_TRUE(witness_.pass_until([this, end = witness_.now() + 3s] { return witness_.now() >= end; }));
    EXPECT_FALSE(remote.program.process.status());
    auto again = start(lamps, first_board);
    EXPECT_EQ(end_of(remote), 0) << remote.program.err();
    EXPECT_THAT(remote.said, HasSubstr("pressed 1000 times, by 02:00:00:00:00:10"));
    EXPECT_EQ(end_of(again), 0) << again.program.err();
    EXPECT_THAT(number_before(again.said, "times, now"), AllOf(Ge(695), Le(701))) << again.said;
}

TEST_F(IdfLostPeer, ARemoteGivesUpALampThatStaysAway) {
    const auto lamps = build("remote_control", "CONFIG_REMOTE_IS_LAMP=y");
    const auto remotes = build("remote_control", "CONFIG_REMOTE_PRESSES=1000");
    auto lamp = start(lamps, first_board);
    auto remote = start(remotes, second_board);
    ASSERT_TRUE(witness_.pass_unicasts(second_board, 300));
    kill(lamp, first_board);
    EXPECT_EQ(end_of(remote), 0) << remote.program.err();
    EXPECT_THAT(remote.said, HasSubstr("(given up)"));
}

TEST_F(IdfLostPeer, ALampServesARemoteThatComesBack) {
    const auto lamps = build("remote_control", "CONFIG_REMOTE_IS_LAMP=y");
    const auto remotes = build("remote_control");
    auto lamp = start(lamps, first_board);
    auto remote = start(remotes, second_board);
    ASSERT_TRUE(witness_.pass_unicasts(second_board, 5));
    kill(remote, second_board);
    auto again = start(remotes, second_board);
    EXPECT_EQ(end_of(again), 0) << again.program.err();
    EXPECT_THAT(again.said, HasSubstr("pressed 10 times, by 02:00:00:00:00:10"));
    EXPECT_EQ(end_of(lamp), 0) << lamp.program.err();
    EXPECT_THAT(number_before(lamp.said, "times, now"), AllOf(Ge(15), Le(17))) << lamp.said;
}

}  // namespace
}  // namespace nowire::test
