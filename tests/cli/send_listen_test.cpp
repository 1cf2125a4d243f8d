#include "cli/program.hpp"

#include <nowire/radio/hub_radio.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <csignal>

namespace nowire::test {
namespace {

constexpr const char* kitchen = "02:00:00:00:00:10";

std::string radio(const std::string& parameters) {
    return "air:?" + parameters;
}

TEST(SendAndListen, AUnicastArrivesAndIsAcknowledged) {
    const sandbox box;
    auto listener = start_listening(box, radio(std::string("name=kitchen&mac=") + kitchen), {"--json"});
    const auto sent = box.nowire({"send", kitchen, "hello", "--json", "--radio", radio("mac=02:00:00:00:00:20")});
    EXPECT_EQ(sent.status, 0) << sent.err;
    const auto result = nlohmann::json::parse(sent.out);
    EXPECT_EQ(result["dst"], kitchen);
    EXPECT_EQ(result["result"], "acked");
    EXPECT_EQ(result["attempts"], 1);
    // 5 bytes at 1 Mb/s: preamble 192, 48 bytes 384, SIFS 10, ACK 304. The air is paced in real time, so how much
    // longer it takes is this machine's affair.
    EXPECT_GE(result["elapsed_us"], 890);

    const auto heard = nlohmann::json::parse(listener.next_line());
    EXPECT_EQ(heard["src"], "02:00:00:00:00:20");
    EXPECT_EQ(heard["dst"], kitchen);
    EXPECT_EQ(heard["payload"], "68656c6c6f");
    EXPECT_EQ(heard["text"], "hello");
    EXPECT_EQ(heard["channel"], 1);
    EXPECT_EQ(heard["encrypted"], false);
    EXPECT_TRUE(heard["rssi"].is_number());
    EXPECT_TRUE(heard["seq"].is_number());
    EXPECT_TRUE(heard["mic_ok"].is_null());
    listener.process.signal(SIGTERM);
    EXPECT_EQ(listener.process.wait(std::chrono::steady_clock::now() + std::chrono::seconds(30)), 0);
}

TEST(SendAndListen, AListenerThatEndsWithTheMessageHasAcknowledgedIt) {
    const sandbox box;
    for (int round = 0; round < 5; ++round) {
        auto listener = start_listening(box, radio(std::string("name=kitchen&mac=") + kitchen), {"--json", "-c", "1"});
        const auto sent = box.nowire({"send", kitchen, "last words"});
        EXPECT_EQ(sent.status, 0) << sent.out << sent.err;
        EXPECT_EQ(listener.process.wait(std::chrono::steady_clock::now() + std::chrono::seconds(30)), 0);
    }
}

TEST(SendAndListen, AGroupFrameIsSentAndCountEndsTheListener) {
    const sandbox box;
    auto listener = start_listening(box, radio("name=kitchen"), {"--json", "-c", "2"});
    const auto sent =
        box.nowire({"send", "ff:ff:ff:ff:ff:ff", "--hex", "00ff", "--json", "-c", "2", "--interval", "0.01"});
    EXPECT_EQ(sent.status, 0) << sent.err;
    EXPECT_NE(sent.out.find("\"result\":\"sent\""), std::string::npos) << sent.out;
    for (int i = 0; i < 2; ++i) {
        const auto heard = nlohmann::json::parse(listener.next_line());
        EXPECT_EQ(heard["payload"], "00ff");
        EXPECT_TRUE(heard["text"].is_null());
    }
    EXPECT_EQ(listener.process.wait(std::chrono::steady_clock::now() + std::chrono::seconds(30)), 0);
}

TEST(SendAndListen, SilenceEndsWith3AndSaysWhyItIsLikely) {
    const sandbox box;
    const auto nobody = box.nowire({"send", kitchen, "x"});
    EXPECT_EQ(nobody.status, 3);
    EXPECT_NE(nobody.out.find("not_acked after 32 transmissions"), std::string::npos) << nobody.out;
    EXPECT_NE(nobody.err.find("nobody on this air has the address"), std::string::npos) << nobody.err;

    auto listener = start_listening(box, radio(std::string("name=kitchen&channel=6&mac=") + kitchen), {"--json"});
    const auto elsewhere = box.nowire({"send", kitchen, "x"});
    EXPECT_EQ(elsewhere.status, 3);
    EXPECT_NE(elsewhere.err.find("'kitchen' (02:00:00:00:00:10) is on channel 6, this radio on channel 1"),
              std::string::npos)
        << elsewhere.err;
}

TEST(SendAndListen, SilenceOfAReceiverThatIsOffIsNamed) {
    const sandbox box;
    const auto socket = (box.folder() / "own").string();
    auto air = box.start_nowire({"air", "--socket", socket});
    ASSERT_TRUE(air.says("listening at")) << air.err();

    const std::array backends = {make_air_backend()};
    auto sleeper = open_radio("air:" + socket + "?name=sleeper&mac=" + kitchen, backends);
    ASSERT_TRUE(sleeper) << sleeper.error().text;
    radio_setup asleep;
    asleep.station = mac_address::parse(kitchen);
    asleep.receiving = false;
    ASSERT_TRUE((*sleeper)->configure(asleep));

    const auto sent = box.nowire({"send", kitchen, "x", "--radio", "air:" + socket});
    EXPECT_EQ(sent.status, 3);
    EXPECT_NE(sent.err.find("the receiver of 'sleeper' (02:00:00:00:00:10) is off"), std::string::npos) << sent.err;
}

TEST(SendAndListen, AnAirThatDiesUnderASendEndsItWith6) {
    const sandbox box;
    const auto socket = (box.folder() / "own").string();
    // A thousand times slower than life: the 32 transmissions to nobody take a minute and a half.
    auto air = box.start_nowire({"air", "--socket", socket, "--speed", "0.001"});
    ASSERT_TRUE(air.says("listening at")) << air.err();
    auto sender = box.start_nowire({"send", kitchen, "x", "--json", "--radio", "air:" + socket});
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (bool in_flight = false; !in_flight;) {
        ASSERT_LT(std::chrono::steady_clock::now(), limit) << sender.err();
        const auto status = nlohmann::json::parse(box.nowire({"air", "status", "--json", "--socket", socket}).out);
        for (const auto& radio : status["radios"])
            in_flight = in_flight || radio["in_flight"] == 1;
    }
    air.process.signal(SIGKILL);
    EXPECT_EQ(nlohmann::json::parse(sender.next_line())["result"], "unconfirmed");
    EXPECT_EQ(sender.process.wait(std::chrono::steady_clock::now() + std::chrono::seconds(30)), 6) << sender.err();
    EXPECT_TRUE(sender.says("the radio is gone")) << sender.err();
}

TEST(SendAndListen, AListenerThatHearsNothingEndsWith4) {
    const sandbox box;
    const auto result = box.nowire({"listen", "-c", "1", "--timeout", "0.2"});
    EXPECT_EQ(result.status, 4) << result.err;
}

TEST(SendAndListen, LongMessagesComeWholeWithAWarning) {
    const sandbox box;
    auto listener = start_listening(box, radio(std::string("name=kitchen&mac=") + kitchen), {"--json"});
    const std::string text(1470, 'v');
    const auto sent = box.nowire({"send", kitchen, text});
    EXPECT_EQ(sent.status, 0) << sent.err;
    EXPECT_NE(sent.err.find("receivers of version 1 cut or drop"), std::string::npos) << sent.err;
    EXPECT_EQ(nlohmann::json::parse(listener.next_line())["text"], text);
}

TEST(SendAndListen, EncryptedMessagesNeedTheKeyOnBothSides) {
    const sandbox box;
    const auto keys_of = [&](const std::string& name, const std::string& peer, const std::string& lmk) {
        return box.file(name, "pmk = \"pmk1234567890123\"\n[lmk]\n\"" + peer + "\" = \"" + lmk + "\"\n");
    };
    const std::string garden = "02:00:00:00:00:20";
    auto listener = start_listening(box, radio(std::string("name=kitchen&mac=") + kitchen),
                                    {"--json", "--keys", keys_of("kitchen.toml", garden, "lmk1234567890123")});
    const auto send = [&](const std::string& text, const std::string& keys) {
        return box.nowire({"send", kitchen, text, "--keys", keys, "--radio", radio("mac=" + garden)});
    };
    // The receiver's radio acknowledges what its program cannot read.
    EXPECT_EQ(send("wrong", keys_of("wrong.toml", kitchen, "another_key_____")).status, 0);
    EXPECT_EQ(send("right", keys_of("garden.toml", kitchen, "lmk1234567890123")).status, 0);
    const auto heard = nlohmann::json::parse(listener.next_line());
    EXPECT_EQ(heard["text"], "right");
    EXPECT_EQ(heard["encrypted"], true);
    EXPECT_EQ(heard["mic_ok"], true);
    listener.process.signal(SIGTERM);
    EXPECT_TRUE(listener.says("1 frame(s) were not shown: encrypted and no key opened them")) << listener.err();
}

TEST(SendAndListen, ADuplicateAddressIsRefusedByName) {
    const sandbox box;
    auto listener = start_listening(box, radio(std::string("name=kitchen&mac=") + kitchen), {"--json"});
    const auto second = box.nowire({"send", "ff:ff:ff:ff:ff:ff", "x", "--radio", radio(std::string("mac=") + kitchen)});
    EXPECT_EQ(second.status, 5);
    EXPECT_NE(second.err.find("kitchen"), std::string::npos) << second.err;
}

}  // namespace
}  // namespace nowire::test
