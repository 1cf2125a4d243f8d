#include "cli/program.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <functional>
#include <sstream>
#include <thread>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;

/// Asks again and again until it is so; for what no output tells.
bool becomes_true(const std::function<bool()>& is_so) {
    const auto limit = std::chrono::steady_clock::now() + 30s;
    while (!is_so()) {
        if (std::chrono::steady_clock::now() >= limit) return false;
        std::this_thread::yield();
    }
    return true;
}

TEST(Air, StatusNamesTheRadiosAndStopEndsIt) {
    const sandbox box;
    auto listener = box.start_nowire({"listen", "--radio", "air:?name=kitchen&channel=11&mac=02:00:00:00:00:10"});
    ASSERT_TRUE(listener.says("listening as")) << listener.err();
    const auto status = box.nowire({"air", "status", "--json"});
    EXPECT_EQ(status.status, 0) << status.err;
    const auto told = nlohmann::json::parse(status.out);
    ASSERT_EQ(told["radios"].size(), 1U) << status.out;
    EXPECT_EQ(told["radios"][0]["name"], "kitchen");
    EXPECT_EQ(told["radios"][0]["station"], "02:00:00:00:00:10");
    EXPECT_TRUE(told["radios"][0]["soft_ap"].is_null()) << "that interface is down";
    EXPECT_EQ(told["radios"][0]["channel"], 11);
    listener.process.signal(SIGTERM);
    EXPECT_EQ(listener.process.wait(std::chrono::steady_clock::now() + 30s), 0);
    EXPECT_EQ(box.nowire({"air", "stop"}).status, 0);
    const auto gone = box.nowire({"air", "status"});
    EXPECT_EQ(gone.status, 5);
    EXPECT_NE(gone.err.find("no air"), std::string::npos) << gone.err;
}

TEST(Air, StatusTakesNamesThatAreNotUtf8) {
    const sandbox box;
    auto listener = box.start_nowire({"listen", "--radio", "air:?name=caf%e9"});
    ASSERT_TRUE(listener.says("listening as")) << listener.err();
    const auto status = box.nowire({"air", "status", "--json"});
    EXPECT_EQ(status.status, 0) << status.err;
    EXPECT_EQ(nlohmann::json::parse(status.out)["radios"][0]["name"], "caf\ufffd");
}

TEST(Air, AnAirOfOnesOwnWritesEveryFrameToItsCapture) {
    const sandbox box;
    const auto socket = (box.folder() / "own").string();
    const auto pcap = (box.folder() / "air.pcapng").string();
    auto air = box.start_nowire({"air", "--socket", socket, "--seed", "7", "--no-airtime", "--pcap", pcap});
    ASSERT_TRUE(air.says(socket)) << air.err();
    const auto sent = box.nowire({"send", "02:00:00:00:00:10", "x", "--radio", "air:" + socket + "?name=me"});
    EXPECT_EQ(sent.status, 3) << sent.err;
    air.process.signal(SIGTERM);
    EXPECT_EQ(air.process.wait(std::chrono::steady_clock::now() + 30s), 0) << air.err();
    const auto decoded = box.nowire({"decode", pcap, "--json"});
    EXPECT_EQ(decoded.status, 0) << decoded.err;
    std::size_t lines = 0;
    for (const char c : decoded.out)
        lines += c == '\n' ? 1 : 0;
    EXPECT_EQ(lines, 32U);
}

TEST(Air, ALinkCanBeCutAndMendedWhileItRuns) {
    const sandbox box;
    const auto socket = (box.folder() / "own").string();
    const auto pcap = box.folder() / "air.pcapng";
    const auto recording = (box.folder() / "air.rec").string();
    auto air = box.start_nowire({"air", "--socket", socket, "--pcap", pcap.string(), "--record", recording});
    ASSERT_TRUE(air.says("listening at")) << air.err();
    const std::string to = "02:00:00:00:00:10";
    const std::string from = "02:00:00:00:00:20";
    auto listener = start_listening(box, "air:" + socket + "?mac=" + to);
    const auto send = [&] { return box.nowire({"send", to, "x", "--radio", "air:" + socket + "?mac=" + from}).status; };
    const auto link = [&](std::vector<std::string> how) {
        how.insert(how.begin(), {"air", "link", "--socket", socket});
        return box.nowire(how).status;
    };
    EXPECT_EQ(send(), 0);
    EXPECT_EQ(link({from, to, "--loss", "1"}), 0);
    EXPECT_EQ(send(), 3);
    EXPECT_EQ(link({from, to, "--rssi", "-71"}), 0);
    EXPECT_EQ(send(), 0);
    EXPECT_EQ(link({to, to}), 2);
    EXPECT_EQ(link({"ff:ff:ff:ff:ff:ff", to}), 2);
    EXPECT_EQ(link({to, from, "--loss", "2"}), 2);
    EXPECT_EQ(box.nowire({"air", "link", to, from}).status, 5) << "there is no default air";
    air.process.signal(SIGTERM);
    EXPECT_EQ(air.process.wait(std::chrono::steady_clock::now() + 30s), 0) << air.err();

    const auto again = box.folder() / "again.pcapng";
    EXPECT_EQ(box.nowire({"air", "replay", recording, "--pcap", again.string()}).status, 0);
    EXPECT_TRUE(content_of(again) == content_of(pcap)) << "what was done to links is recorded";
}

/// Two `nowire send` that start together on an air of their own, as fast as they can. @returns the air's capture; its
/// recording is air.rec in the folder of the box
std::string two_senders(const sandbox& box, const std::vector<std::string>& names) {
    const auto socket = (box.folder() / "own").string();
    const auto pcap = box.folder() / "air.pcapng";
    auto air = box.start_nowire({"air", "--socket", socket, "--seed", "7", "--speed", "max", "--radios", "2", "--loss",
                                 "0.3", "--pcap", pcap.string(), "--record", (box.folder() / "air.rec").string()});
    EXPECT_TRUE(air.says("listening at")) << air.err();
    auto first =
        box.start_nowire({"send", "02:00:00:00:00:99", "hello", "--radio", "air:" + socket + "?name=" + names[0]});
    // The second joins when the first has, so that it is they who come in this order.
    EXPECT_TRUE(becomes_true([&] { return box.nowire({"air", "status", "--socket", socket}).out.contains(names[0]); }));
    auto second =
        box.start_nowire({"send", "02:00:00:00:00:99", "hello", "--radio", "air:" + socket + "?name=" + names[1]});
    for (auto* sender : {&first, &second})
        EXPECT_EQ(sender->process.wait(std::chrono::steady_clock::now() + 30s), 3) << sender->err();
    air.process.signal(SIGTERM);
    EXPECT_EQ(air.process.wait(std::chrono::steady_clock::now() + 30s), 0) << air.err();
    return content_of(pcap);
}

/// Who sent when, and how often: all of a capture but what each program drew for itself.
std::vector<std::string> course_of(const sandbox& box) {
    const auto decoded = box.nowire({"decode", (box.folder() / "air.pcapng").string(), "--json"});
    std::vector<std::string> course;
    std::istringstream lines(decoded.out);
    for (std::string line; std::getline(lines, line);) {
        auto frame = nlohmann::json::parse(line);
        for (const auto* drawn : {"random", "seq"})
            frame.erase(drawn);
        course.push_back(frame.dump());
    }
    return course;
}

TEST(Air, InLockStepCommandsSendAtTheSameTimesInWhateverOrderTheyJoin) {
    const sandbox one;
    const sandbox other;
    two_senders(one, {"ann", "bob"});
    two_senders(other, {"bob", "ann"});
    EXPECT_EQ(course_of(one).size(), 64U);
    EXPECT_EQ(course_of(one), course_of(other));
}

TEST(Air, WhatWasRecordedIsReplayedToTheByte) {
    const sandbox box;
    const auto capture = two_senders(box, {"ann", "bob"});
    const auto recording = (box.folder() / "air.rec").string();
    const auto again = box.folder() / "again.pcapng";
    const auto replayed = box.nowire({"air", "replay", recording, "--pcap", again.string()});
    EXPECT_EQ(replayed.status, 0) << replayed.err;
    EXPECT_NE(replayed.out.find(" 64 frames sent"), std::string::npos) << replayed.out;
    EXPECT_TRUE(content_of(again) == capture);
    const auto told = nlohmann::json::parse(box.nowire({"air", "replay", recording, "--json"}).out);
    EXPECT_EQ(told["transmissions"], 64);

    const auto whole = content_of(recording);
    const auto cut = box.file("cut.rec", whole.substr(0, whole.size() - 3));
    const auto part = box.nowire({"air", "replay", cut});
    EXPECT_EQ(part.status, 1);
    EXPECT_NE(part.err.find("the file ends within a block"), std::string::npos) << part.err;
    const auto none = box.nowire({"air", "replay", (box.folder() / "air.pcapng").string()});
    EXPECT_EQ(none.status, 1);
    EXPECT_NE(none.err.find("offset 0: this is no recording"), std::string::npos) << none.err;
    EXPECT_EQ(box.nowire({"air", "replay", (box.folder() / "none").string()}).status, 1);
    EXPECT_EQ(box.nowire({"air", "replay", recording, "--pcap", "/dev/full"}).status, 1);
    const auto itself = box.nowire({"air", "replay", recording, "--pcap", recording});
    EXPECT_EQ(itself.status, 2) << "neither a crash nor the end of the recording";
    EXPECT_EQ(content_of(recording), whole);
    EXPECT_EQ(box.nowire({"air", "--pcap", recording, "--record", recording}).status, 2);
}

TEST(Air, ListenAndPingLetTimeRunAhead) {
    const sandbox box;
    const auto socket = (box.folder() / "own").string();
    auto air = box.start_nowire({"air", "--socket", socket, "--speed", "max", "--radios", "2", "--loss", "0.3"});
    ASSERT_TRUE(air.says("listening at")) << air.err();
    auto listener = box.start_nowire({"listen", "--echo", "--timeout", "36000", "--format", "{time}", "--radio",
                                      "air:" + socket + "?mac=02:00:00:00:00:10"});
    ASSERT_TRUE(listener.says("listening as")) << listener.err();
    const auto asked = box.nowire({"ping", "02:00:00:00:00:10", "-c", "600", "--interval", "10", "--json", "--radio",
                                   "air:" + socket + "?mac=02:00:00:00:00:20"});
    EXPECT_EQ(asked.status, 0) << asked.err;
    const auto summary = nlohmann::json::parse(asked.out.substr(asked.out.rfind('{')));
    EXPECT_EQ(summary["sent"], 600);
    EXPECT_GE(summary["replies"], 590) << "0.3 to the 8th are lost each way";
    EXPECT_LT(summary["max_us"], 100'000);
    // Ten hours in all, of which a hundred minutes have passed.
    EXPECT_EQ(listener.process.wait(std::chrono::steady_clock::now() + 30s), 0) << listener.err();
    EXPECT_FALSE(air.err().contains("cannot say")) << air.err();
}

TEST(Air, WhoCannotSayWhenItIsIdleIsNamed) {
    const sandbox box;
    const auto socket = (box.folder() / "own").string();
    auto air = box.start_nowire({"air", "--socket", socket, "--speed", "max"});
    ASSERT_TRUE(air.says("listening at")) << air.err();
    auto gateway =
        box.start_nowire({"gateway", "--broker", "mqtt://127.0.0.1:1", "--radio", "air:" + socket + "?name=kitchen"});
    EXPECT_TRUE(air.says("'kitchen' (process")) << air.err();
    EXPECT_TRUE(air.says("cannot say when it is idle: time is held to real")) << air.err();
}

TEST(Air, OptionsOfItsPathsReachIt) {
    const sandbox box;
    const auto socket = (box.folder() / "own").string();
    // At 10 m, 30 dB for each tenfold is -50 dBm of 20 dBm; 40 dB for each is -60.
    auto air = box.start_nowire({"air", "--socket", socket, "--path-exponent", "4"});
    ASSERT_TRUE(air.says("listening at")) << air.err();
    const auto radio = "air:" + socket + "?x=0&mac=02:00:00:00:00:10";
    auto listener = box.start_nowire({"listen", "--radio", radio, "-c", "1", "--format", "{rssi}"});
    ASSERT_TRUE(listener.says("listening as")) << listener.err();
    EXPECT_EQ(box.nowire({"send", "02:00:00:00:00:10", "x", "--radio", "air:" + socket + "?x=10"}).status, 0);
    EXPECT_EQ(listener.next_line(), "-60");
    for (const auto& wrong :
         {std::vector<std::string>{"--path-exponent", "0"}, {"--shadowing", "-1"}, {"--links", "/none"}}) {
        std::vector<std::string> arguments = {"air", "--socket", socket + "2"};
        arguments.insert(arguments.end(), wrong.begin(), wrong.end());
        EXPECT_EQ(box.nowire(arguments).status, 2) << wrong[0];
    }
}

}  // namespace
}  // namespace nowire::test
