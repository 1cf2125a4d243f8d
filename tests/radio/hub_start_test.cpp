/// The default air: who starts it, where, and when it ends.

#include "radio/hub_world.hpp"

#include <nowire/air/hub_path.hpp>
#include <nowire/radio/air_control.hpp>
#include <nowire/radio/identity.hpp>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

namespace nowire::test {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

namespace fs = std::filesystem;

/// Each test has a runtime folder of its own, and with it a default air.
class HubStart : public testing::Test {
  protected:
    void SetUp() override {
        // NOLINTBEGIN(concurrency-mt-unsafe): a test has one thread
        ::setenv("XDG_RUNTIME_DIR", folder_.path().c_str(), 1);
        ::unsetenv("NOWIRE_NAME");
        // NOLINTEND(concurrency-mt-unsafe)
    }
    void TearDown() override {
        // Where a test left an air; most did.
        if (const auto stopped = air_control::stop(); !stopped) SUCCEED() << stopped.error().text;
    }

    std::string home() const { return folder_ / "nowire"; }
    std::string socket() const { return home() + "/air"; }

    static unique_descriptor process(std::uint32_t pid) {
        return unique_descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    }
    static bool ends(const unique_descriptor& process, milliseconds limit = patience) {
        pollfd ended{.fd = process.get(), .events = POLLIN, .revents = 0};
        return ::poll(&ended, 1, static_cast<int>(limit.count())) == 1;
    }

    temporary_folder folder_;
};

/// What is behind the descriptors of a process, by their numbers.
/// One that the process closes meanwhile is none of them.
std::set<std::string> descriptors_of(std::uint32_t pid) {
    std::set<std::string> all;
    for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd")) {
        std::error_code is_gone;
        const auto target = fs::read_symlink(entry.path(), is_gone);
        if (!is_gone) all.insert(entry.path().filename().string() + " " + target.string());
    }
    return all;
}

}  // namespace

TEST_F(HubStart, TheFirstWhoNeedsTheDefaultAirStartsIt) {
    EXPECT_FALSE(air_control::status()) << "who only asks starts nothing";
    EXPECT_THAT(air_control::status().error().text, HasSubstr("no air listens at " + socket()));
    auto a = join("", "a");
    auto b = join("", "b");
    const auto token = a->send(b->mac(), "hello");
    ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return a->answer_to(token) && b->count("hello") == 1; }));
    EXPECT_EQ(mode_of(home()), 0700);
    EXPECT_EQ(mode_of(socket()), 0600);
    EXPECT_EQ(mode_of(home() + "/air.log"), 0600);
}

TEST_F(HubStart, ManyStartersAtOnceStartOneAir) {
    std::vector<std::unique_ptr<child_process>> starters;
    int go[2];
    ASSERT_EQ(::pipe(go), 0);
    for (int i = 0; i < 8; ++i)
        starters.push_back(std::make_unique<child_process>([&, i](int to) {
            ::close(go[1]);
            char byte = 0;
            if (::read(go[0], &byte, 1) != 0) return 1;
            auto me = join("", "starter " + std::to_string(i));
            report(to, "joined");
            return run_until({me.get()}, [] { return false; }) ? 0 : 1;
        }));
    ::close(go[0]);
    ::close(go[1]);
    for (auto& starter : starters)
        ASSERT_EQ(starter->line(), "joined");
    const auto status = air_control::status();
    ASSERT_TRUE(status) << status.error().text;
    EXPECT_EQ(status->radios.size(), 8);
}

TEST_F(HubStart, TheAirEndsTwoSecondsAfterTheLastHasLeft) {
    auto a = join("", "a");
    const auto hub = process(air_control::status()->hub.pid);
    auto b = join("", "b");
    a.reset();
    b.reset();
    const auto left = steady_clock::now();
    // To ask how it is keeps nobody awake.
    EXPECT_TRUE(air_control::status());
    ASSERT_TRUE(ends(hub));
    const auto took = steady_clock::now() - left;
    EXPECT_GE(took, milliseconds(1900));
    EXPECT_LT(took, seconds(10));
    EXPECT_FALSE(fs::exists(socket()));
    EXPECT_FALSE(fs::exists(socket() + ".lock"));
}

TEST_F(HubStart, TheHubBelongsToNobody) {
    const auto own = (folder_ / "file").string();
    const unique_descriptor inherited(::open(own.c_str(), O_CREAT | O_RDWR, 0600));  // without O_CLOEXEC
    ::signal(SIGUSR1, SIG_IGN);
    auto a = join("", "a");
    const auto pid = air_control::status()->hub.pid;
    const auto of_hub = static_cast<pid_t>(pid);
    EXPECT_NE(::getsid(of_hub), ::getsid(0));
    EXPECT_NE(::getpgid(of_hub), ::getpgid(0));
    EXPECT_EQ(fs::read_symlink("/proc/" + std::to_string(pid) + "/cwd"), "/");
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "its starter has no child";
    EXPECT_EQ(errno, ECHILD);
    for (const auto& descriptor : descriptors_of(pid)) {
        const auto target = descriptor.substr(descriptor.find(' ') + 1);
        EXPECT_TRUE(target == "/dev/null" || target == home() + "/air.log" || target == socket() + ".lock" ||
                    target.starts_with("socket:") || target.starts_with("anon_inode:"))
            << descriptor;
    }
    std::ifstream stat("/proc/" + std::to_string(pid) + "/status");
    std::string line;
    while (std::getline(stat, line) && !line.starts_with("SigIgn:")) {
    }
    ASSERT_TRUE(line.starts_with("SigIgn:"));
    EXPECT_EQ(std::stoull(line.substr(7), nullptr, 16) & 1ULL << (SIGUSR1 - 1), 0);
    ::signal(SIGUSR1, SIG_DFL);
}

TEST_F(HubStart, AnAirThatWasKilledIsStartedAgainByThoseWhoUseIt) {
    auto a = join("", "a");
    child_process other([&](int to) {
        auto b = join("", "b");
        report(to, "joined");
        run_until({b.get()}, [&] { return b->events.size() == 2; });
        report(to, b->events[0] + " " + b->events[1]);
        return run_until({b.get()}, [] { return false; }) ? 0 : 1;
    });
    ASSERT_EQ(other.line(), "joined");
    const auto before = air_control::status();
    ASSERT_EQ(before->radios.size(), 2);
    ::kill(static_cast<pid_t>(before->hub.pid), SIGKILL);
    ASSERT_TRUE(run_until({a.get()}, [&] { return a->events.size() == 2; }));
    EXPECT_THAT(a->events, ElementsAre("lost", "restored"));
    EXPECT_EQ(other.line(), "lost restored");
    const auto after = air_control::status();
    ASSERT_TRUE(after);
    EXPECT_EQ(after->radios.size(), 2) << "they found the same air again";
    EXPECT_NE(after->hub.pid, before->hub.pid);
    const auto token = a->send(mac_from_name("b"), "hello");
    ASSERT_TRUE(run_until({a.get()}, [&] { return a->answer_to(token) != nullptr; }));
    EXPECT_EQ(a->answer_to(token)->status, tx_status::acked);
}

TEST_F(HubStart, AnAirThatWasEndedIsNotStartedAgainButJoined) {
    auto a = join("", "a");
    ASSERT_TRUE(air_control::stop());
    ASSERT_TRUE(run_until({a.get()}, [&] { return !a->events.empty(); }));
    EXPECT_THAT(a->why, HasSubstr("the air was ended"));
    EXPECT_FALSE(run_until(
        {a.get()}, [&] { return a->events.size() > 1; }, milliseconds(500)));
    EXPECT_FALSE(air_control::status());
    EXPECT_FALSE(air_control::stop()) << "there is none";

    const hub_process mine(socket());
    ASSERT_TRUE(run_until({a.get()}, [&] { return a->events.size() == 2; }));
    EXPECT_THAT(a->events, ElementsAre("lost", "restored"));
}

TEST_F(HubStart, AnExplicitPathIsNotStarted) {
    const auto opened = open_hub_radio({.socket = (folder_ / "own").string(), .name = "a"});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, errc::radio);
    EXPECT_THAT(opened.error().text, HasSubstr("no air listens at " + (folder_ / "own").string()));
    EXPECT_THAT(opened.error().text, HasSubstr("nowire air --socket " + (folder_ / "own").string()));
}

TEST_F(HubStart, AProgramThatIsNotThereIsNamed) {
    const std::string real = std::getenv("NOWIRE_AIR");
    ::setenv("NOWIRE_AIR", "/nowhere/nowire-air", 1);
    auto opened = open_hub_radio({.name = "a"});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, errc::radio);
    EXPECT_THAT(opened.error().text, HasSubstr("/nowhere/nowire-air"));

    // One that starts and ends is no air either, and its words are passed on.
    ::setenv("NOWIRE_AIR", "/bin/false", 1);
    opened = open_hub_radio({.name = "a"});
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().text, HasSubstr("did not start"));
    ::setenv("NOWIRE_AIR", real.c_str(), 1);
    EXPECT_TRUE(open_hub_radio({.name = "a"}));
}

TEST_F(HubStart, AFolderThatOthersHaveAHandInIsRefused) {
    const auto refusal = [] {
        const auto opened = open_hub_radio({.name = "a"});
        return opened ? std::string() : opened.error().text;
    };
    fs::create_directory(home());
    fs::permissions(home(), fs::perms(0755));
    EXPECT_THAT(refusal(), HasSubstr("is open to others"));
    fs::remove(home());

    fs::create_directory(folder_ / "elsewhere");
    fs::create_directory_symlink(folder_ / "elsewhere", home());
    EXPECT_THAT(refusal(), HasSubstr("is not a folder"));
    fs::remove(home());

    std::ofstream(home()) << "x";
    EXPECT_THAT(refusal(), HasSubstr("is not a folder"));
    fs::remove(home());

    if (::geteuid() == 0) {
        fs::create_directory(home());
        fs::permissions(home(), fs::perms(0700));
        ASSERT_EQ(::chown(home().c_str(), 65534, 65534), 0);
        EXPECT_THAT(refusal(), HasSubstr("belongs to user 65534"));
        fs::remove(home());
        // A runtime folder of somebody else, as su leaves it in the environment, is not this user's.
        ASSERT_EQ(::chown(folder_.path().c_str(), 65534, 65534), 0);
        EXPECT_EQ(air::private_folder(), "/tmp/nowire-0");
    }
}

TEST_F(HubStart, ASocketThatWasLeftBehindIsReplacedAndALiveOneIsNot) {
    const auto path = (folder_ / "own").string();
    hub_process first(path);
    first.kill();
    EXPECT_TRUE(fs::exists(path)) << "left behind";
    hub_process second(path);
    auto a = join(path, "a");

    std::string said;
    EXPECT_EQ(hub_process::run({"--socket", path}, said), 5);
    EXPECT_THAT(said, HasSubstr("an air listens at " + path + " already"));
    auto b = join(path, "b");
    const auto token = a->send(b->mac(), "still here");
    ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return a->answer_to(token) != nullptr; }));

    std::ofstream(folder_ / "file") << "precious";
    EXPECT_EQ(hub_process::run({"--socket", (folder_ / "file").string()}, said), 5);
    EXPECT_THAT(said, HasSubstr("is not a socket"));
    EXPECT_TRUE(fs::exists(folder_ / "file"));
    EXPECT_EQ(hub_process::run({"--socket", (folder_ / std::string(200, 'x')).string()}, said), 5);
    EXPECT_THAT(said, HasSubstr("1 to 107 bytes"));
}

TEST_F(HubStart, ASignalEndsItCleanly) {
    const auto path = (folder_ / "own").string();
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        hub_process hub(path);
        auto a = join(path, "a");
        hub.signal(signal);
        EXPECT_EQ(hub.wait(), 0);
        EXPECT_FALSE(fs::exists(path));
        EXPECT_FALSE(fs::exists(path + ".lock"));
        ASSERT_TRUE(run_until({a.get()}, [&] { return !a->events.empty(); }));
    }
}

TEST_F(HubStart, TheHubOfATestEndsWithTheTestAlsoIfThatCrashes) {
    const std::string path = folder_ / "own";
    child_process crashing([&](int to) {
        const hub_process hub(path);
        report(to, "up");
        return ::raise(SIGKILL);
    });
    ASSERT_EQ(crashing.line(), "up");
    EXPECT_EQ(crashing.wait(), -SIGKILL);
    EXPECT_TRUE(becomes_true([&] { return !air_control::status(path); }));
}

TEST_F(HubStart, WrongOptionsSayWhatWouldBeRight) {
    std::string said;
    EXPECT_EQ(hub_process::run({"--speed", "0"}, said), 2);
    EXPECT_THAT(said, HasSubstr("0.001 to 1000"));
    EXPECT_EQ(hub_process::run({"--loss", "2"}, said), 2);
    EXPECT_THAT(said, HasSubstr("0 to 1"));
    EXPECT_EQ(hub_process::run({"--seed", "x"}, said), 2);
    EXPECT_EQ(hub_process::run({"--sed", "1"}, said), 2);
    EXPECT_EQ(hub_process::run({"extra"}, said), 2);
    EXPECT_THAT(said, HasSubstr("extra"));
}

TEST_F(HubStart, AUrlSaysWhatARadioIsLike) {
    const std::array backends = {make_air_backend()};
    const hub_process hub(folder_ / "own");
    const auto opened = open_radio(
        "air:" + hub.socket() + "?name=big%20kitchen&channel=6&x=3&y=4&loss=0.1&mac=02:4e:57:00:00:10", backends);
    ASSERT_TRUE(opened) << opened.error().text;
    EXPECT_EQ((*opened)->identity().name, "big kitchen");
    EXPECT_EQ((*opened)->identity().soft_ap.to_string(), "02:4e:57:00:00:11");
    EXPECT_EQ((*opened)->identity().on.number(), 6);
    const auto radio = air_control::status(hub.socket())->radios.at(0).radio;
    EXPECT_EQ(radio.setup.station->to_string(), "02:4e:57:00:00:10");
    EXPECT_EQ(radio.at->x, 3);
    EXPECT_EQ(radio.loss, 0.1);

    const auto error_of = [&](const std::string& url) {
        const auto wrong = open_radio(url, backends);
        return wrong ? std::string() : wrong.error().text;
    };
    EXPECT_THAT(error_of("air:?chanel=6"), HasSubstr("did you mean \"channel\""));
    EXPECT_THAT(error_of("air:?channel=15"), HasSubstr("1 to 14"));
    EXPECT_THAT(error_of("air:?loss=2"), HasSubstr("0 to 1"));
    EXPECT_THAT(error_of("air:?name=" + std::string(65, 'x')), HasSubstr("1 to 64 bytes"));
    EXPECT_THAT(error_of("air:help"), HasSubstr("air:?name=kitchen&channel=6"));
}

TEST_F(HubStart, NamesOfOnesOwnAreDifferentAndNOWIRE_NAMESetsThem) {
    const hub_process hub(folder_ / "own");
    auto a = join(hub.socket(), "");
    auto b = join(hub.socket(), "");
    EXPECT_NE(a->mac(), b->mac());
    EXPECT_THAT(a->radio->identity().name, HasSubstr(std::to_string(::getpid())));
    ::setenv("NOWIRE_NAME", "porch", 1);
    auto c = join(hub.socket(), "");
    EXPECT_EQ(c->radio->identity().name, "porch");
    EXPECT_EQ(c->mac(), mac_from_name("porch"));
    ::unsetenv("NOWIRE_NAME");
}

}  // namespace nowire::test
