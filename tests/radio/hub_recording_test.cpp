/// What a hub keeps of what came in makes the same frames again.

#include "air/air_capture.hpp"
#include "radio/hub_world.hpp"

#include <nowire/air/recording.hpp>
#include <nowire/radio/identity.hpp>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace nowire::test {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

const mac_address all = mac_address::broadcast();
const mac_address nobody({0x02, 0x99, 0x99, 0x99, 0x99, 0x98});

using bytes = std::vector<std::uint8_t>;

/// What a replay comes to.
struct again {
    bytes capture;
    std::string end;  ///< why it ended before the recording did; empty: it did not
    bool is_cut = false;
    std::size_t records = 0;
};

again replay(std::span<const std::uint8_t> file) {
    again result;
    auto opened = air::recording::reader::open(file);
    if (!opened) return {.capture = {}, .end = opened.error().to_string(), .is_cut = opened.error().is_cut};
    air::air_capture capture([&](std::span<const std::uint8_t> more) {
        result.capture.insert(result.capture.end(), more.begin(), more.end());
    });
    air::recording::replay air(opened->setting());
    air.medium().set_observer([&](const air::air_frame& frame) { capture.add(frame); });
    while (true) {
        const auto record = opened->next();
        if (!record) {
            result.end = record.error().to_string();
            result.is_cut = record.error().is_cut;
            return result;
        }
        if (!*record) return result;
        ++result.records;
        if (const auto done = air.apply(**record); !done) {
            result.end = done.error();
            return result;
        }
    }
}

class HubRecording : public testing::Test {
  protected:
    std::string socket() const { return folder_ / "air"; }
    std::string recording() const { return folder_ / "air.rec"; }
    std::string capture() const { return folder_ / "air.pcapng"; }
    std::vector<std::string> options(std::vector<std::string> more) const {
        more.insert(more.end(), {"--record", recording(), "--pcap", capture()});
        return more;
    }

    /// Radios that come, tune, walk, grow quiet, talk and go.
    void live() const {
        auto a = join(socket(), "a");
        auto b = join(socket(), "b");
        auto c = join(socket(), "c");
        const auto crossed = [&](std::size_t answers) {
            ASSERT_TRUE(run_until({a.get(), b.get(), c.get()}, [&] { return a->done.size() == answers; }));
        };
        for (int i = 0; i < 20; ++i) {
            a->send(b->mac(), "to b");
            c->send(b->mac(), "at the same time");
            a->send(all, "to all");
        }
        crossed(40);
        ASSERT_TRUE(b->radio->configure({.on = *channel::from_number(6), .station = b->mac()}));
        EXPECT_FALSE(c->radio->configure({.on = {}, .station = a->mac()})) << "refused, so it did not happen";
        c->radio->set_tx_power(5);
        c->radio->set_position(air::position{.x = 12.5, .y = -3});
        a->radio->set_position(air::position{.x = 0, .y = 0});
        c->radio->set_promiscuous(true);
        a->send(b->mac(), "b is elsewhere");
        a->send(nobody, "nobody", 3);
        crossed(42);
        a->send(c->mac(), "c hears");
        crossed(43);
        c->radio->set_position(air::position{.x = 5000, .y = 0});
        a->send(c->mac(), "c is too far to acknowledge this", 3);
        crossed(44);
        c.reset();
        a->send(all, "c has gone");
        ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return a->done.size() == 45; }));
    }

    void expect_the_same() const {
        const auto was = bytes_in(capture());
        const auto result = replay(bytes_in(recording()));
        EXPECT_THAT(result.end, IsEmpty());
        EXPECT_GT(was.size(), 1000U);
        EXPECT_TRUE(result.capture == was) << result.capture.size() << " bytes, not " << was.size();
    }

    temporary_folder folder_;
};

}  // namespace

TEST_F(HubRecording, OfAnAirInRealTimeMakesTheSameCaptureAgain) {
    hub_process hub(socket(), options({"--loss", "0.3", "--seed", "5", "--shadowing", "4"}));
    live();
    hub.signal(SIGTERM);
    ASSERT_EQ(hub.wait(), 0);
    expect_the_same();
}

TEST_F(HubRecording, WithoutAirtimeToo) {
    hub_process hub(socket(), options({"--no-airtime", "--loss", "0.3"}));
    live();
    hub.signal(SIGTERM);
    ASSERT_EQ(hub.wait(), 0);
    expect_the_same();
}

TEST_F(HubRecording, OfProgramsInLockStepToo) {
    hub_process hub(socket(), options({"--speed", "max", "--radios", "2"}));
    const auto talk = [&](const std::string& name, const std::string& whom) {
        return child_process([&, name, whom](int) {
            auto me = join(socket(), name);
            auto& clock = me->radio->clock();
            for (int i = 0; i < 1000; ++i) {
                me->send(mac_from_name(whom), "how are you?", 3);
                const auto next = clock.now() + milliseconds(50);
                while (clock.now() < next)
                    me->radio->wait_until(next);
            }
            return 0;
        });
    };
    auto left = talk("left", "right");
    auto right = talk("right", "left");
    EXPECT_EQ(left.wait(), 0);
    EXPECT_EQ(right.wait(), 0);
    hub.signal(SIGTERM);
    ASSERT_EQ(hub.wait(), 0);
    expect_the_same();
}

TEST_F(HubRecording, OfAHubThatWasKilledHasWhatItsClientsWereTold) {
    hub_process hub(socket(), options({"--loss", "0.2"}));
    live();
    ASSERT_EQ(hub.kill(), -SIGKILL);
    const auto result = replay(bytes_in(recording()));
    EXPECT_TRUE(result.end.empty() || result.is_cut) << result.end;
    EXPECT_TRUE(result.capture == bytes_in(capture()));
}

TEST_F(HubRecording, ThatIsCutAnywhereIsReadUpToThere) {
    hub_process hub(socket(), options({}));
    live();
    hub.signal(SIGTERM);
    ASSERT_EQ(hub.wait(), 0);
    const auto whole = bytes_in(recording());
    const auto all_of_it = replay(whole);
    std::size_t last = 0;
    for (std::size_t size = 0; size < whole.size(); size += 7) {
        const auto part = replay(std::span(whole).first(size));
        ASSERT_TRUE(part.is_cut || part.end.empty() || size < air::recording::magic.size()) << size << ": " << part.end;
        ASSERT_GE(part.records, last);
        last = part.records;
        ASSERT_TRUE(std::equal(part.capture.begin(), part.capture.end(), all_of_it.capture.begin()));
    }
    EXPECT_GT(last, 100U);
}

TEST_F(HubRecording, ThatWasChangedIsRefusedFromThereOn) {
    hub_process hub(socket(), options({}));
    live();
    hub.signal(SIGTERM);
    ASSERT_EQ(hub.wait(), 0);
    const auto whole = bytes_in(recording());
    for (std::size_t at = 0; at < whole.size(); at += 101) {
        auto changed = whole;
        changed[at] ^= 0x40;
        const auto result = replay(changed);
        ASSERT_THAT(result.end, HasSubstr("offset ")) << at;
    }
}

TEST_F(HubRecording, IsForItsOwnerAlone) {
    const hub_process hub(socket(), options({}));
    struct stat found {};
    ASSERT_EQ(::stat(recording().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U);
}

TEST_F(HubRecording, NeedsARegularFileThatCanBeWritten) {
    std::string said;
    EXPECT_EQ(hub_process::run({"--socket", socket(), "--record", (folder_ / "none/air.rec").string()}, said), 5);
    EXPECT_THAT(said, HasSubstr("/none/air.rec: No such file or directory"));
    EXPECT_EQ(hub_process::run({"--socket", socket(), "--record", "/dev/null"}, said), 5);
    EXPECT_THAT(said, HasSubstr("/dev/null is no regular file"));
    ASSERT_EQ(::mkfifo(((folder_ / "fifo").string()).c_str(), 0600), 0);
    EXPECT_EQ(hub_process::run({"--socket", socket(), "--record", (folder_ / "fifo").string()}, said), 5);
}

TEST_F(HubRecording, HasTheTableOfLinks) {
    const auto table = (folder_ / "links").string();
    {
        std::ofstream out(table);
        out << "# b is deaf for a\n"
            << mac_from_name("a").to_string() << ' ' << mac_from_name("b").to_string() << " loss=1\n";
    }
    {
        hub_process hub(socket(), options({"--links", table}));
        auto a = join(socket(), "a");
        auto b = join(socket(), "b");
        a->send(b->mac(), "does not arrive", 2);
        ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return a->done.size() == 1; }));
        b->send(a->mac(), "arrives", 2);
        ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return b->done.size() == 1; }));
        EXPECT_EQ(a->done[0].status, tx_status::not_acked);
        EXPECT_EQ(b->done[0].status, tx_status::not_acked) << "its ACK is lost on the way";
        EXPECT_EQ(a->count("arrives"), 3U);
        EXPECT_EQ(b->count("does not arrive"), 0U);
        hub.signal(SIGTERM);
        ASSERT_EQ(hub.wait(), 0);
    }
    expect_the_same();
}

TEST_F(HubRecording, AWrongTableOfLinksIsNamedWithItsLine) {
    const auto table = (folder_ / "links").string();
    {
        std::ofstream out(table);
        out << "\n02:00:00:00:00:10 02:00:00:00:00:20 loss=2\n";
    }
    std::string said;
    EXPECT_EQ(hub_process::run({"--socket", socket(), "--links", table}, said), 2);
    EXPECT_THAT(said, HasSubstr(table + ":2: loss must be 0 to 1"));
}

}  // namespace nowire::test
