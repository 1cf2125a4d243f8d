#include "station/files.hpp"

#include <nowire/ccmp/key.hpp>
#include <nowire/station/packet_number_file.hpp>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace nowire {
namespace {

using ccmp::max_packet_number;
using ccmp::packet_number_block;
using ccmp::packet_number_source;
using testing::AllOf;
using testing::HasSubstr;

constexpr ccmp::fingerprint id{{0xaa, 0xbb}};
constexpr ccmp::fingerprint other_id{{0xaa, 0xbc}};

/// What processes tell their parent: blocks, each in one write that is not mixed with others.
class block_pipe {
  public:
    block_pipe() {
        if (::pipe(ends_.data()) != 0) throw std::runtime_error("pipe");
    }
    ~block_pipe() {
        ::close(ends_[0]);
        close_writer();
    }
    block_pipe(const block_pipe&) = delete;
    block_pipe& operator=(const block_pipe&) = delete;

    void write(const packet_number_block& block) {
        if (::write(ends_[1], &block, sizeof block) != static_cast<ssize_t>(sizeof block))
            throw std::runtime_error("write");
    }
    /// To be called before read(), which else waits for itself.
    void close_writer() {
        if (ends_[1] >= 0) ::close(ends_[1]);
        ends_[1] = -1;
    }
    /// Waits for a block; nothing when all writers are gone.
    std::optional<packet_number_block> read() {
        packet_number_block block;
        if (::read(ends_[0], &block, sizeof block) != static_cast<ssize_t>(sizeof block)) return std::nullopt;
        return block;
    }

  private:
    std::array<int, 2> ends_{-1, -1};
};

/// Expects that no number is in two of `blocks`.
void expect_disjoint(std::vector<packet_number_block> blocks) {
    std::ranges::sort(blocks, {}, &packet_number_block::first);
    for (std::size_t i = 1; i < blocks.size(); ++i)
        EXPECT_GE(blocks[i].first, blocks[i - 1].first + blocks[i - 1].count) << "numbers were given out twice";
}

class PacketNumberFile : public testing::Test {
  protected:
    std::unique_ptr<file_packet_number_store> open() {
        auto store = file_packet_number_store::open(folder_.path());
        if (!store) throw std::runtime_error(store.error().text);
        return std::move(*store);
    }

    test::temporary_folder folder_;
    std::filesystem::path packet_numbers_ = folder_ / "packet-numbers";
};

TEST_F(PacketNumberFile, StartsAtTheSeedAndGoesOnWhereAnEarlierProcessEnded) {
    const auto first = open()->reserve(id, 5000, 100);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->first, 5000U);
    EXPECT_EQ(first->count, 100U);
    EXPECT_EQ(open()->reserve(id, 5001, 100)->first, 5100U);
    EXPECT_EQ(open()->reserve(id, 9000, 100)->first, 9000U) << "the larger of seed and mark";
    EXPECT_EQ(open()->reserve(other_id, 0, 100)->first, 1U) << "every key counts for itself";
}

TEST_F(PacketNumberFile, GoesOnWhenTheClockWasSetBack) {
    const auto noon = ccmp::packet_number_seed(std::chrono::hours(12));
    const auto before = open();
    packet_number_source source(id, noon, before.get());
    const auto last = source.next().value();
    const auto after = open();
    packet_number_source restarted(id, noon - 3600 * 65536, after.get());
    EXPECT_GT(restarted.next().value(), last);
}

TEST_F(PacketNumberFile, ReservesWholeBlocksForASource) {
    const auto store = open();
    packet_number_source a(id, 1000, store.get());
    packet_number_source b(id, 1000, store.get());
    EXPECT_EQ(a.next(), 1000U);
    EXPECT_EQ(b.next(), 1000U + packet_number_source::block_size);
    for (std::uint64_t i = 1; i < packet_number_source::block_size; ++i)
        ASSERT_EQ(a.next(), 1000 + i);
    EXPECT_EQ(a.next(), 1000U + 2 * packet_number_source::block_size);
}

TEST_F(PacketNumberFile, TwoProcessesNeverGetTheSameNumber) {
    const auto store = open();  // opened before fork(): the processes share what it holds
    block_pipe pipe;
    std::vector<pid_t> children;
    constexpr int processes = 3;
    constexpr int each = 30;
    for (int i = 0; i < processes; ++i)
        children.push_back(test::start_process([&] {
            for (int n = 0; n < each; ++n)
                pipe.write(store->reserve(id, 1, 10).value());
        }));
    pipe.close_writer();
    std::vector<packet_number_block> blocks;
    while (const auto block = pipe.read())
        blocks.push_back(*block);
    for (const auto child : children)
        EXPECT_TRUE(test::finished_well(child));
    EXPECT_EQ(blocks.size(), static_cast<std::size_t>(processes * each));
    expect_disjoint(blocks);
}

TEST_F(PacketNumberFile, AProcessKilledAtAnyMomentNeverMakesANumberComeTwice) {
    std::mt19937 random(9);
    std::vector<packet_number_block> blocks;
    for (int round = 0; round < 25; ++round) {
        block_pipe pipe;
        const auto child = test::start_process([&] {
            for (const auto store = open();;)
                pipe.write(store->reserve(id, 1, 10).value());
        });
        pipe.close_writer();
        const auto wanted = random() % 4;
        for (std::size_t n = 0; n <= wanted; ++n)
            if (const auto block = pipe.read()) blocks.push_back(*block);
        for (volatile auto spin = random() % 100000; spin > 0;)  // a moment within the next reserve()
            spin = spin - 1;
        ::kill(child, SIGKILL);
        EXPECT_FALSE(test::finished_well(child));
        while (const auto block = pipe.read())
            blocks.push_back(*block);
    }
    EXPECT_GE(blocks.size(), 25U);
    expect_disjoint(blocks);
    ASSERT_TRUE(open()->reserve(id, 1, 10)) << "what a killed process left behind must not be in the way";
}

TEST_F(PacketNumberFile, EndsAtTheLast48BitNumberForEver) {
    const auto store = open();
    const auto last = store->reserve(id, max_packet_number - 5, 1000);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->first, max_packet_number - 5);
    EXPECT_EQ(last->count, 6U);
    EXPECT_EQ(open()->reserve(id, 1, 1000)->count, 0U);
    packet_number_source source(id, 1, store.get());
    EXPECT_EQ(source.next().error(), ccmp::error::packet_numbers_exhausted);
    EXPECT_EQ(store->reserve(other_id, max_packet_number + 1, 10)->count, 0U);
}

TEST_F(PacketNumberFile, IsForItsOwnerAlone) {
    const auto old = ::umask(0);
    const auto state = folder_ / "deep/er";
    const auto store = file_packet_number_store::open(state);
    ::umask(old);
    ASSERT_TRUE(store) << store.error().text;
    ASSERT_TRUE((*store)->reserve(id, 1, 10));
    for (const auto& made : {folder_ / "deep", state, state / "packet-numbers"})
        EXPECT_EQ(test::mode_of(made), 0700U) << made;
    for (const auto& entry : std::filesystem::directory_iterator(state / "packet-numbers"))
        EXPECT_EQ(test::mode_of(entry.path()), 0600U) << entry.path();
}

TEST_F(PacketNumberFile, IsOneFileForEachKeyAndHasNothingOfTheKeyInIt) {
    const auto key = ccmp::key::derive(ccmp::pmk::default_pmk(), *ccmp::lmk::parse("lmk1234567890123"));
    const auto named = key.fingerprint(*mac_address::parse("24:0a:c4:1d:58:68"));
    const auto store = open();
    ASSERT_TRUE(store->reserve(named, 0x1234, 0x10));
    ASSERT_TRUE(store->reserve(id, 1, 10));
    EXPECT_NE(store->file_of(named), store->file_of(id));
    const auto text = test::content_of(store->file_of(named));
    EXPECT_THAT(text, testing::MatchesRegex("nowire-packet-numbers 1 [0-9a-f]{32} 0000000000001244 [0-9a-f]{8}\n"));
    EXPECT_THAT(text, HasSubstr(named.to_hex()));
}

TEST_F(PacketNumberFile, ThatIsDamagedIsAnErrorWithItsPathAndStaysAsItIs) {
    const auto store = open();
    ASSERT_TRUE(store->reserve(id, 1000, 10));
    ASSERT_TRUE(store->reserve(other_id, 1000, 10));
    const auto path = store->file_of(id);
    const auto whole = test::content_of(path);
    std::vector<std::string> damaged = {"",
                                        whole + whole,
                                        whole + "x",
                                        std::string(5000, '0'),
                                        test::content_of(store->file_of(other_id)),
                                        std::string(whole.size(), '\0')};
    for (std::size_t at = 0; at < whole.size(); ++at) {
        damaged.push_back(whole.substr(0, at));
        for (const char change : {'\x01', '\x20', '\x07'})
            (damaged.emplace_back(whole))[at] = static_cast<char>(whole[at] ^ change);
    }
    for (const auto& text : damaged) {
        test::write_text(path, text);
        const auto block = store->reserve(id, 5000, 10);
        ASSERT_FALSE(block) << text;
        EXPECT_THAT(block.error(), AllOf(HasSubstr(path.string()), HasSubstr("is damaged"), HasSubstr("new key")));
        EXPECT_EQ(test::content_of(path), text);
    }
    packet_number_source source(id, 5000, store.get());
    EXPECT_EQ(source.next().error(), ccmp::error::packet_number_store_failed);
    EXPECT_THAT(source.store_message(), HasSubstr(path.string()));
    test::write_text(path, whole);
    EXPECT_EQ(source.next(), 5000U) << "it is asked again";
}

TEST_F(PacketNumberFile, ThatIsALinkIsNotFollowed) {
    const auto store = open();
    ASSERT_TRUE(store->reserve(id, 1000, 10));
    const auto elsewhere = folder_ / "elsewhere";
    std::filesystem::rename(store->file_of(id), elsewhere);
    std::filesystem::create_symlink(elsewhere, store->file_of(id));
    const auto block = store->reserve(id, 1, 10);
    ASSERT_FALSE(block);
    EXPECT_THAT(block.error(), HasSubstr(store->file_of(id).string()));
}

TEST_F(PacketNumberFile, CannotBeMadeWhereThisUserMayNotWrite) {
    const auto text = test::as_ordinary_user(folder_.path(), [&] {
        ::chmod(folder_.path().c_str(), 0500);
        const auto store = file_packet_number_store::open(folder_ / "state");
        ::chmod(folder_.path().c_str(), 0700);
        return store ? std::string("opened") : store.error().text;
    });
    EXPECT_THAT(text, AllOf(HasSubstr((folder_ / "state").string()), HasSubstr("Permission denied")));
}

TEST_F(PacketNumberFile, ThatCanNoLongerBeWrittenStopsTheSourceUntilItCan) {
    const auto text = test::as_ordinary_user(folder_.path(), [&] {
        const auto store = open();
        ::chmod(packet_numbers_.c_str(), 0500);
        packet_number_source source(id, 100, store.get());
        const auto refused = source.next();
        ::chmod(packet_numbers_.c_str(), 0700);
        const auto message = source.store_message();
        const auto pn = source.next();
        return std::string(refused ? "drawn" : to_string(refused.error())) + " | " + message + " | " +
               (pn ? std::to_string(*pn) : "refused");
    });
    EXPECT_THAT(text, AllOf(HasSubstr("packet_number_store_failed | "), HasSubstr(packet_numbers_.string()),
                            HasSubstr("Permission denied | 100")));
}

TEST_F(PacketNumberFile, ThatTheDiskHasNoRoomForKeepsTheOldMark) {
    const auto store = open();
    ASSERT_TRUE(store->reserve(id, 1000, 10));
    const auto before = test::content_of(store->file_of(id));
    const auto child = test::start_process([&] {
        const rlimit ten_bytes{10, 10};
        ::setrlimit(RLIMIT_FSIZE, &ten_bytes);
        ::signal(SIGXFSZ, SIG_IGN);
        const auto block = store->reserve(id, 1, 10);
        if (block || block.error().find("cannot write") == std::string::npos) throw std::runtime_error("not refused");
    });
    EXPECT_TRUE(test::finished_well(child));
    EXPECT_EQ(test::content_of(store->file_of(id)), before);
    EXPECT_EQ(store->reserve(id, 1, 10)->first, 1010U);
}

TEST_F(PacketNumberFile, IsNotKeptInAFolderThatIsOpenToOthers) {
    ASSERT_EQ(::mkdir(packet_numbers_.c_str(), 0700), 0);
    for (const mode_t mode : {0750, 0705, 0722, 0777}) {
        ::chmod(packet_numbers_.c_str(), mode);
        const auto store = file_packet_number_store::open(folder_.path());
        ASSERT_FALSE(store);
        EXPECT_EQ(store.error().code, errc::packet_numbers);
        EXPECT_THAT(store.error().text, HasSubstr("chmod 700 " + packet_numbers_.string()));
    }
}

TEST_F(PacketNumberFile, IsNotKeptInAFolderOfAnotherUser) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can make a folder of another user";
    ASSERT_EQ(::mkdir(packet_numbers_.c_str(), 0700), 0);
    ASSERT_EQ(::chown(packet_numbers_.c_str(), 65534, 65534), 0);
    const auto store = file_packet_number_store::open(folder_.path());
    ASSERT_FALSE(store);
    EXPECT_THAT(store.error().text, AllOf(HasSubstr(packet_numbers_.string()), HasSubstr("another user")));
}

TEST_F(PacketNumberFile, IsNotKeptWhereAFileStandsInTheWay) {
    test::write_text(packet_numbers_, "a file");
    EXPECT_FALSE(file_packet_number_store::open(folder_.path()));
    test::write_text(folder_ / "file", "a file");
    const auto store = file_packet_number_store::open(folder_ / "file/state");
    ASSERT_FALSE(store);
    EXPECT_THAT(store.error().text, AllOf(HasSubstr("file/state"), HasSubstr("Not a directory")));
}

TEST_F(PacketNumberFile, ComesBackWhenItsFolderWasRemoved) {
    const auto store = open();
    ASSERT_TRUE(store->reserve(id, 1000, 10));
    std::filesystem::remove_all(packet_numbers_);
    EXPECT_EQ(store->reserve(id, 2000, 10)->first, 2000U);
}

TEST_F(PacketNumberFile, SaysThatAnotherProcessHoldsTheLockInsteadOfWaitingForEver) {
    const auto store = open();
    const int lock = ::open((packet_numbers_ / "lock").c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(lock, 0);
    ASSERT_EQ(::flock(lock, LOCK_EX), 0);
    const auto block = store->reserve(id, 1, 10);
    ::close(lock);
    ASSERT_FALSE(block);
    EXPECT_THAT(block.error(), AllOf(HasSubstr((packet_numbers_ / "lock").string()), HasSubstr("another process")));
    EXPECT_TRUE(store->reserve(id, 1, 10));
}

class StateFolder : public testing::Test {
  protected:
    StateFolder() {
        for (const char* name : {"NOWIRE_STATE_DIR", "XDG_STATE_HOME", "HOME"}) {
            if (const char* value = std::getenv(name)) before_[name] = value;
            ::unsetenv(name);
        }
    }
    ~StateFolder() override {
        for (const char* name : {"NOWIRE_STATE_DIR", "XDG_STATE_HOME", "HOME"}) {
            ::unsetenv(name);
            if (before_.contains(name)) ::setenv(name, before_[name].c_str(), 1);
        }
    }
    std::map<std::string, std::string> before_;
};

TEST_F(StateFolder, IsTheFirstThatIsSetOfItsThreePlaces) {
    ::setenv("HOME", "/home/somebody", 1);
    EXPECT_EQ(default_state_folder().value(), "/home/somebody/.local/state/nowire");
    ::setenv("XDG_STATE_HOME", "/xdg", 1);
    EXPECT_EQ(default_state_folder().value(), "/xdg/nowire");
    ::setenv("NOWIRE_STATE_DIR", "/own", 1);
    EXPECT_EQ(default_state_folder().value(), "/own");
}

TEST_F(StateFolder, IsWherePacketNumbersAreKept) {
    EXPECT_FALSE(file_packet_number_store::open());
    const test::temporary_folder folder;
    ::setenv("NOWIRE_STATE_DIR", (folder / "state").c_str(), 1);
    const auto store = file_packet_number_store::open();
    ASSERT_TRUE(store) << store.error().text;
    EXPECT_EQ((*store)->file_of(id).parent_path(), folder / "state/packet-numbers");
}

TEST_F(StateFolder, IsNeverARelativePath) {
    ::setenv("NOWIRE_STATE_DIR", "", 1);
    ::setenv("XDG_STATE_HOME", "here", 1);
    ::setenv("HOME", "/home/somebody", 1);
    EXPECT_EQ(default_state_folder().value(), "/home/somebody/.local/state/nowire");
    ::setenv("NOWIRE_STATE_DIR", "here", 1);
    const auto folder = default_state_folder();
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().code, errc::packet_numbers);
    EXPECT_THAT(folder.error().text, AllOf(HasSubstr("NOWIRE_STATE_DIR"), HasSubstr("absolute"), HasSubstr("here")));
}

TEST_F(StateFolder, ThatIsNowhereIsAnErrorThatSaysWhatToSet) {
    const auto folder = default_state_folder();
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().code, errc::packet_numbers);
    EXPECT_THAT(folder.error().text, HasSubstr("NOWIRE_STATE_DIR"));
}

}  // namespace
}  // namespace nowire
