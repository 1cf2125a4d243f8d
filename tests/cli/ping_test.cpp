#include "cli/program.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <sstream>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr const char* kitchen = "02:00:00:00:00:10";
constexpr const char* garden = "02:00:00:00:00:20";

std::vector<json> objects(const std::string& lines) {
    std::vector<json> all;
    std::istringstream in(lines);
    for (std::string line; std::getline(in, line);)
        all.push_back(json::parse(line));
    return all;
}

const std::string in_kitchen = std::string("air:?name=kitchen&mac=") + kitchen;

std::string keys_of(const sandbox& box, const std::string& name, const std::string& peer, const std::string& lmk) {
    return box.file(name, "pmk = \"pmk1234567890123\"\n[lmk]\n\"" + peer + "\" = \"" + lmk + "\"\n");
}

TEST(Ping, EachRequestIsAnsweredAndTimed) {
    const sandbox box;
    auto listener = start_listening(box, in_kitchen, {"--echo", "--json"});
    const auto result = box.nowire({"ping", kitchen, "-c", "3", "--interval", "0.01", "--timeout", "20", "--size", "60",
                                    "--json", "--radio", std::string("air:?mac=") + garden});
    EXPECT_EQ(result.status, 0) << result.err;
    const auto lines = objects(result.out);
    ASSERT_EQ(lines.size(), 4U) << result.out;
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_EQ(lines[i]["seq"], i);
        EXPECT_EQ(lines[i]["result"], "reply");
        EXPECT_EQ(lines[i]["src"], kitchen);
        EXPECT_EQ(lines[i]["bytes"], 60);
        // Twice 60 bytes at 1 Mb/s: preamble 192, 103 bytes 824; and the ACK between them 10 + 304.
        EXPECT_GE(lines[i]["round_trip_us"], 2 * (192 + 824) + 314);
        EXPECT_TRUE(lines[i]["rssi"].is_number());
        EXPECT_TRUE(lines[i]["rssi_there"].is_number());
    }
    EXPECT_EQ(lines[3]["sent"], 3);
    EXPECT_EQ(lines[3]["replies"], 3);
    EXPECT_EQ(lines[3]["acked"], 3);
    EXPECT_EQ(lines[3]["loss_percent"], 0);
    EXPECT_LE(lines[3]["min_us"], lines[3]["avg_us"]);
    EXPECT_LE(lines[3]["avg_us"], lines[3]["max_us"]);

    // What is on the air is what docs/tools.md says.
    const auto request = json::parse(listener.next_line());
    const std::string payload = request["payload"];
    EXPECT_EQ(request["src"], garden);
    EXPECT_EQ(payload.size(), 120U);
    EXPECT_EQ(payload.substr(0, 8), "4e57453f");
    EXPECT_EQ(payload.substr(16, 8), "00007f0b") << "number 0, RSSI not known, then the filler";
}

TEST(Ping, RssiOfBothWaysIsThatOfTheAir) {
    const sandbox box;
    // 20 m apart, both with the same power: the way there is as the way back.
    auto listener = start_listening(box, std::string("air:?x=20&y=0&mac=") + kitchen, {"--echo", "--quiet"});
    const auto result =
        box.nowire({"ping", kitchen, "-c", "1", "--timeout", "20", "--json", "--radio", "air:?x=0&y=0"});
    EXPECT_EQ(result.status, 0) << result.err;
    const auto line = objects(result.out).at(0);
    EXPECT_EQ(line["rssi"], line["rssi_there"]) << result.out;
    const auto sent = box.nowire({"send", kitchen, "x", "--radio", "air:?x=0&y=0"});
    EXPECT_EQ(sent.status, 0) << sent.err;
    listener.process.signal(SIGTERM);
    EXPECT_EQ(listener.process.wait(std::chrono::steady_clock::now() + 30s), 0);
    EXPECT_EQ(listener.next_line(), "") << "--quiet prints nothing";
}

TEST(Ping, PeopleReadASummary) {
    const sandbox box;
    auto listener = start_listening(box, in_kitchen, {"--echo", "-q"});
    const auto result = box.nowire({"ping", kitchen, "-c", "2", "--interval", "0.01", "--timeout", "20"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.out.rfind(std::string("32 bytes from ") + kitchen + ": seq=0 time=", 0), 0U) << result.out;
    EXPECT_NE(result.out.find("2 sent, 2 acknowledged, 2 replies, 0 % lost\nround trip min/avg/max = "),
              std::string::npos)
        << result.out;
}

TEST(Ping, ADeviceThatDoesNotEchoIsToldFromOneThatIsNotThere) {
    const sandbox box;
    auto listener = start_listening(box, in_kitchen, {"--json"});
    const auto deaf = box.nowire({"ping", kitchen, "-c", "1", "--timeout", "0.3", "--json"});
    EXPECT_EQ(deaf.status, 4) << deaf.err;
    EXPECT_NE(deaf.err.find("listen --echo"), std::string::npos) << deaf.err;
    const auto lines = objects(deaf.out);
    EXPECT_EQ(lines.at(0)["result"], "no_reply");
    EXPECT_EQ(lines.at(0)["transmission"], "acked");
    EXPECT_EQ(lines.at(1)["loss_percent"], 100);
    EXPECT_TRUE(lines.at(1)["min_us"].is_null());

    const auto nobody = box.nowire({"ping", garden, "-c", "1", "--timeout", "1"});
    EXPECT_EQ(nobody.status, 3) << nobody.err;
    EXPECT_NE(nobody.err.find(std::string("nobody on this air has the address ") + garden), std::string::npos)
        << nobody.err;
}

TEST(Ping, ASignalEndsItWithTheSummary) {
    const sandbox box;
    auto listener = start_listening(box, in_kitchen, {"--echo", "-q"});
    auto pinger = box.start_nowire({"ping", kitchen, "--interval", "0.01", "--timeout", "20"});
    EXPECT_NE(pinger.next_line().find("seq=0"), std::string::npos) << pinger.err();
    EXPECT_NE(pinger.next_line().find("seq=1"), std::string::npos) << pinger.err();
    pinger.process.signal(SIGINT);
    EXPECT_EQ(pinger.process.wait(std::chrono::steady_clock::now() + 30s), 0) << pinger.err();
    std::string all;
    for (auto line = pinger.next_line(); !line.empty(); line = pinger.next_line())
        all += line + '\n';
    EXPECT_NE(all.find("round trip min/avg/max"), std::string::npos) << all;
}

TEST(Ping, WorksEncryptedAndNamesAWrongKey) {
    const sandbox box;
    auto listener = start_listening(
        box, in_kitchen, {"--echo", "--json", "--keys", keys_of(box, "kitchen.toml", garden, "lmk1234567890123")});
    const auto ping = [&](const std::string& keys) {
        return box.nowire({"ping", kitchen, "-c", "1", "--timeout", "2", "--json", "--keys", keys, "--radio",
                           std::string("air:?mac=") + garden});
    };
    const auto right = ping(keys_of(box, "garden.toml", kitchen, "lmk1234567890123"));
    EXPECT_EQ(right.status, 0) << right.err;
    EXPECT_EQ(objects(right.out).at(0)["encrypted"], true) << right.out;
    EXPECT_EQ(json::parse(listener.next_line())["encrypted"], true);
    const auto wrong = ping(keys_of(box, "wrong.toml", kitchen, "another_key_____"));
    EXPECT_EQ(wrong.status, 4) << wrong.err;
    EXPECT_NE(wrong.err.find("another key"), std::string::npos) << wrong.err;
}

TEST(Ping, RequestsToEverybodyAreNotAnswered) {
    const sandbox box;
    auto listener = start_listening(box, in_kitchen, {"--echo", "--format", "{payload}"});
    const std::string request = "4e57453f0102030400007f";
    // How many frames the listener has sent, once it has printed what comes after the request.
    const auto sent_after = [&](const std::string& destination) {
        EXPECT_EQ(box.nowire({"send", destination, "--hex", request}).status, 0);
        EXPECT_EQ(box.nowire({"send", kitchen, "end"}).status, 0);
        EXPECT_EQ(listener.next_line(), request);
        EXPECT_EQ(listener.next_line(), "end");
        const auto radios = json::parse(box.nowire({"air", "status", "--json"}).out)["radios"];
        for (const auto& radio : radios)
            if (radio["name"] == "kitchen") return radio["sent"].get<int>();
        return -1;
    };
    EXPECT_EQ(sent_after("ff:ff:ff:ff:ff:ff"), 0);
    EXPECT_EQ(sent_after(kitchen), 1) << "the same request to it alone is answered";
}

TEST(Ping, WrongCommandLinesEndWith2AndSayWhy) {
    const sandbox box;
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"ping"},
                                                      {"ping", "kitchen"},
                                                      {"ping", "ff:ff:ff:ff:ff:ff"},
                                                      {"ping", kitchen, "--size", "10"},
                                                      {"ping", kitchen, "--size", "1471"},
                                                      {"ping", kitchen, "-c", "0"}}) {
        const auto result = box.nowire(arguments);
        EXPECT_EQ(result.status, 2) << arguments.back() << result.err;
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err, "");
    }
}

}  // namespace
}  // namespace nowire::test
