#include "cli/program.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;

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

}  // namespace
}  // namespace nowire::test
