#include "cli/program.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr const char* kitchen = "02:00:00:00:00:10";
constexpr const char* garden = "02:00:00:00:00:20";
constexpr const char* everybody = "ff:ff:ff:ff:ff:ff";

const std::string in_kitchen = std::string("air:?name=kitchen&x=0&y=0&mac=") + kitchen;

/// Sends one message of the name of its own for each filter to tell from the others; the last is "end", from the garden
/// to the kitchen, near, so that each filter of the test lets it through.
void send_all(const sandbox& box) {
    const std::string near = std::string("air:?x=1&y=0&mac=") + garden;
    EXPECT_EQ(box.nowire({"send", kitchen, "far end", "--radio", "air:?x=200&y=0&mac=" + std::string(garden)}).status,
              0);
    EXPECT_EQ(box.nowire({"send", kitchen, "stranger end", "--radio", "air:?x=1&y=0"}).status, 0);
    EXPECT_EQ(box.nowire({"send", everybody, "group end", "--radio", near}).status, 0);
    EXPECT_EQ(box.nowire({"send", kitchen, "other", "--radio", near}).status, 0);
    EXPECT_EQ(box.nowire({"send", kitchen, "end", "--radio", near}).status, 0);
}

/// Waits until the air has handed so many frames to the listener.
void wait_until_received(const sandbox& box, int count) {
    const auto limit = std::chrono::steady_clock::now() + 30s;
    for (int received = 0; received < count;) {
        ASSERT_LT(std::chrono::steady_clock::now(), limit) << received << " frames were received";
        const auto status = json::parse(box.nowire({"air", "status", "--json"}).out);
        for (const auto& radio : status["radios"])
            if (radio["name"] == "kitchen") received = radio["received"];
    }
}

TEST(ListenFilters, EachLetsThroughWhatItSays) {
    struct filtered {
        std::vector<std::string> options;
        std::vector<std::string> shown;
    };
    for (const auto& [options, shown] : std::vector<filtered>{
             {{"--from", garden}, {"far end", "group end", "other", "end"}},
             {{"--to", everybody}, {"group end"}},
             {{"--unicast-only"}, {"far end", "stranger end", "other", "end"}},
             {{"--broadcast-only"}, {"group end"}},
             {{"--min-rssi", "-60"}, {"stranger end", "group end", "other", "end"}},
             {{"--match", "r en"}, {"far end", "stranger end"}},
             {{"--starts-with", "656e64"}, {"end"}},
             {{"--from", garden, "--unicast-only", "--min-rssi", "-60", "--match", "e"}, {"other", "end"}},
             {{"--encrypted"}, {}},
         }) {
        const sandbox box;
        auto arguments = options;
        arguments.insert(arguments.end(), {"--format", "{payload}"});
        auto listener = start_listening(box, in_kitchen, arguments);
        send_all(box);
        wait_until_received(box, 5);
        listener.process.signal(SIGTERM);
        EXPECT_EQ(listener.process.wait(std::chrono::steady_clock::now() + 30s), 0) << listener.err();
        std::vector<std::string> lines;
        for (auto line = listener.next_line(); !line.empty(); line = listener.next_line())
            lines.push_back(line);
        EXPECT_EQ(lines, shown) << options.front();
    }
}

TEST(ListenFilters, CountCountsWhatIsShown) {
    const sandbox box;
    auto listener = start_listening(box, in_kitchen, {"-c", "1", "--match", "two", "--json"});
    EXPECT_EQ(box.nowire({"send", kitchen, "one"}).status, 0);
    EXPECT_EQ(box.nowire({"send", kitchen, "two"}).status, 0);
    EXPECT_EQ(json::parse(listener.next_line())["text"], "two");
    EXPECT_EQ(listener.process.wait(std::chrono::steady_clock::now() + 30s), 0);
}

TEST(ListenFilters, EncryptedShowsWhatCameEncrypted) {
    const sandbox box;
    const auto keys = [&](const std::string& name, const std::string& peer) {
        return box.file(name, "[lmk]\n\"" + peer + "\" = \"lmk1234567890123\"\n");
    };
    auto listener = start_listening(
        box, in_kitchen, {"--encrypted", "--format", "{payload} {encrypted}", "--keys", keys("kitchen.toml", garden)});
    EXPECT_EQ(box.nowire({"send", kitchen, "plain"}).status, 0);
    EXPECT_EQ(box.nowire({"send", kitchen, "secret", "--keys", keys("garden.toml", kitchen), "--radio",
                          std::string("air:?mac=") + garden})
                  .status,
              0);
    EXPECT_EQ(listener.next_line(), "secret true");
}

TEST(ListenFormat, FieldsAreWhatJsonSays) {
    const sandbox box;
    auto lines = start_listening(
        box, in_kitchen,
        {"--format",
         "{time}|{src}|{dst}|{rssi}|{channel}|{version}|{seq}|{encrypted}|{length}|{payload:hex}|{{{payload}}}"});
    auto objects = box.start_nowire({"listen", "--json", "--radio", "air:?name=second&x=0&y=0"});
    ASSERT_TRUE(objects.says("listening as")) << objects.err();
    EXPECT_EQ(box.nowire({"send", everybody, "hello", "--radio", std::string("air:?x=1&y=0&mac=") + garden}).status, 0);
    const auto line = lines.next_line();
    const auto object = json::parse(objects.next_line());
    const auto said = [&](const char* key) { return object[key].dump(); };
    EXPECT_EQ(line.substr(line.find('|')), std::string("|") + garden + "|" + everybody + "|" + said("rssi") + "|1|" +
                                               said("version") + "|" + said("seq") + "|false|5|68656c6c6f|{hello}");
    // Both saw the same frame; each turned the air's time into the time of day by itself.
    EXPECT_NEAR(std::stod(line.substr(0, line.find('|'))), object["time"].get<double>(), 60);
}

TEST(ListenFormat, APayloadCannotEndALineOrReachTheTerminal) {
    const sandbox box;
    auto lines = start_listening(box, in_kitchen, {"--format", "{payload} {payload:text}"});
    EXPECT_EQ(box.nowire({"send", kitchen, "--hex", "41090a1b5c7f"}).status, 0);
    EXPECT_EQ(lines.next_line(), R"(41090a1b5c7f A\x09\x0a\x1b\x5c\x7f)");
}

TEST(ListenCapture, IsAFileThatDecodeAndTsharkRead) {
    const sandbox box;
    const auto file = (box.folder() / "heard.pcapng").string();
    auto listener = start_listening(box, in_kitchen, {"-w", file, "-c", "3", "--json"});
    const std::string me = std::string("air:?x=1&y=0&mac=") + garden;
    EXPECT_EQ(box.nowire({"send", kitchen, "short", "--radio", me}).status, 0);
    EXPECT_EQ(box.nowire({"send", everybody, "v1", "--v1", "--radio", me}).status, 0);
    EXPECT_EQ(box.nowire({"send", kitchen, std::string(1470, 'v'), "--radio", me}).status, 0);
    std::vector<json> heard;
    for (int i = 0; i < 3; ++i)
        heard.push_back(json::parse(listener.next_line()));
    EXPECT_EQ(listener.process.wait(std::chrono::steady_clock::now() + 30s), 0) << listener.err();

    struct stat found {};
    ASSERT_EQ(stat(file.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U);
    const auto decoded = box.nowire({"decode", "--json", file});
    EXPECT_EQ(decoded.status, 0) << decoded.err;
    std::istringstream lines(decoded.out);
    for (const auto& expected : heard) {
        std::string line;
        ASSERT_TRUE(std::getline(lines, line));
        EXPECT_EQ(json::parse(line), expected);
    }
    if (std::system("command -v tshark >/dev/null 2>&1") != 0) GTEST_SKIP() << "tshark is not installed";
    const auto tshark = box.run({"tshark", "-r", file, "-T", "fields", "-e", "wlan.sa", "-e", "radiotap.dbm_antsignal",
                                 "-e", "radiotap.channel.freq", "-e", "radiotap.datarate"});
    EXPECT_EQ(tshark.status, 0) << tshark.err;
    EXPECT_EQ(tshark.out.substr(0, tshark.out.find('\n')),
              std::string(garden) + "\t" + heard[0]["rssi"].dump() + "\t2412\t1");
}

TEST(ListenCapture, ToStdoutIsForAPipe) {
    const sandbox box;
    const auto file = (box.folder() / "piped.pcapng").string();
    auto listener = box.start({"/bin/sh", "-c", R"(exec "$0" listen -w - -c 1 --radio "$2" >"$1")", NOWIRE_PROGRAM,
                               file, std::string("air:?mac=") + kitchen});
    ASSERT_TRUE(listener.says("listening as")) << listener.err();
    EXPECT_EQ(box.nowire({"send", kitchen, "hello"}).status, 0);
    EXPECT_EQ(listener.process.wait(std::chrono::steady_clock::now() + 30s), 0) << listener.err();
    const auto decoded = box.nowire({"decode", "--json", file});
    EXPECT_EQ(decoded.status, 0) << decoded.err;
    EXPECT_EQ(json::parse(decoded.out)["text"], "hello");
}

TEST(ListenCapture, EncryptedMessagesAreWrittenOpenedAndSaySo) {
    const sandbox box;
    const auto keys = [&](const std::string& name, const std::string& peer) {
        return box.file(name, "[lmk]\n\"" + peer + "\" = \"lmk1234567890123\"\n");
    };
    const auto file = (box.folder() / "heard.pcapng").string();
    auto listener =
        start_listening(box, in_kitchen, {"-q", "-w", file, "-c", "1", "--keys", keys("kitchen.toml", garden)});
    EXPECT_EQ(box.nowire({"send", kitchen, "secret", "--keys", keys("garden.toml", kitchen), "--radio",
                          std::string("air:?mac=") + garden})
                  .status,
              0);
    EXPECT_EQ(listener.process.wait(std::chrono::steady_clock::now() + 30s), 0) << listener.err();
    const auto decoded = box.nowire({"decode", file});
    EXPECT_NE(decoded.out.find("\"secret\" comment \"came encrypted, written opened\""), std::string::npos)
        << decoded.out;
}

TEST(ListenCapture, AFileThatCannotBeWrittenEndsItWith1) {
    const sandbox box;
    const auto nowhere = box.nowire({"listen", "-w", (box.folder() / "no" / "where").string()});
    EXPECT_EQ(nowhere.status, 1) << nowhere.err;
    EXPECT_NE(nowhere.err.find("no/where: No such file"), std::string::npos) << nowhere.err;
    const auto full = box.nowire({"listen", "-w", "/dev/full"});
    EXPECT_EQ(full.status, 1) << full.err;
    EXPECT_NE(full.err.find("/dev/full: No space left"), std::string::npos) << full.err;
}

TEST(Listen, WrongFiltersAndFormatsEndWith2AndSayWhatIsRight) {
    const sandbox box;
    struct wrong {
        std::vector<std::string> options;
        std::string says;
    };
    for (const auto& [options, says] : std::vector<wrong>{
             {{"--from", "kitchen"}, "six pairs of hex digits"},
             {{"--to", "ff:ff"}, "six pairs of hex digits"},
             {{"--min-rssi", "loud"}, "--min-rssi"},
             {{"--min-rssi", "-200"}, "-128"},
             {{"--unicast-only", "--broadcast-only"}, "excludes"},
             {{"--starts-with", "0g"}, "two hex digits a byte"},
             {{"--starts-with", "abc"}, "two hex digits a byte"},
             {{"--format", "{source}"}, "there is no field {source}; there are: time, src, dst, rssi"},
             {{"--format", "{src"}, "the { at character 1 is not closed"},
             {{"--format", "a}"}, "the } at character 2 closes nothing"},
             {{"--format", "{src}", "--json"}, "excludes"},
             {{"-w", "-", "--json"}, "nowhere to go"},
         }) {
        auto arguments = std::vector<std::string>{"listen"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        const auto result = box.nowire(arguments);
        EXPECT_EQ(result.status, 2) << options.back() << result.err;
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err.find(says), std::string::npos) << options.back() << ": " << result.err;
    }
}

}  // namespace
}  // namespace nowire::test
