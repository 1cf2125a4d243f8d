#include "vectors/vectors.hpp"

#include <nowire/capture/line.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>

namespace nowire::capture {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

std::string text_line(const decoded_frame& d) {
    std::string out;
    append_text_line(out, d);
    return out;
}

std::string json_line(const decoded_frame& d) {
    std::string out;
    append_json_line(out, d);
    return out;
}

decoded_frame r1_decoded(decoder& with, std::string_view comment = {}) {
    const auto& r1 = test::load_vector("r1");
    return with.decode({.bytes = r1.data,
                        .original_length = static_cast<std::uint32_t>(r1.data.size()),
                        .link_type = link_type::ieee802_11_radiotap,
                        .time = timestamp(1594012345s + 12345678ns),
                        .comment = comment});
}

key_ring r1_keys() {
    const auto& r1 = test::load_vector("r1");
    key_ring keys;
    keys.add(r1.header->a2, ccmp::key::derive(ccmp::pmk(r1.ccmp->pmk), ccmp::lmk(r1.ccmp->lmk)));
    return keys;
}

TEST(Line, TextOfR1) {
    decoder with(r1_keys());
    EXPECT_EQ(text_line(r1_decoded(with)),
              "1594012345.012345 24:0a:c4:1d:58:68 > 30:ae:a4:45:4a:a4 ch 8 -68 dBm 1M seq 1 v1 encrypted 20 bytes "
              "\"This is the message\"\n");
    EXPECT_TRUE(text_line(r1_decoded(with, "two\nlines")).ends_with(" comment \"two\\nlines\"\n"));
    EXPECT_TRUE(text_line(r1_decoded(with, "\x1b[2J")).ends_with(" comment \"(not printable)\"\n"));
}

TEST(Line, JsonOfR1) {
    decoder with(r1_keys());
    EXPECT_EQ(json_line(r1_decoded(with)),
              R"({"time":1594012345.012345678,"src":"24:0a:c4:1d:58:68","dst":"30:ae:a4:45:4a:a4","channel":8,)"
              R"("rssi":-68,"version":1,"seq":1,"retry":false,"random":"9bcf85e9","encrypted":true,"mic_ok":true,)"
              R"("fcs_ok":null,"payload":"5468697320697320746865206d65737361676500","text":"This is the message"})"
              "\n");
}

TEST(Line, WhatIsNotKnownIsNull) {
    EXPECT_EQ(json_line({.espnow = true, .kind = "ESP-NOW"}),
              R"({"time":null,"src":null,"dst":null,"channel":null,"rssi":null,"version":null,"seq":null,"retry":null,)"
              R"("random":null,"encrypted":null,"mic_ok":null,"fcs_ok":null,"payload":null,"text":null})"
              "\n");
    EXPECT_EQ(text_line({.espnow = true, .kind = "ESP-NOW"}), "-\n");
}

TEST(Line, OtherFramesHaveTwoMoreKeys) {
    const decoded_frame d{.kind = "beacon", .fcs = fcs_state::bad};
    const auto object = json::parse(json_line(d));
    EXPECT_EQ(object.at("espnow"), false);
    EXPECT_EQ(object.at("kind"), "beacon");
    EXPECT_EQ(object.at("fcs_ok"), false);
    EXPECT_EQ(object.size(), 16U);
    EXPECT_EQ(text_line(d), "- not ESP-NOW: beacon FCS WRONG\n");
}

TEST(Line, WrongAndMissingThingsAreSaidInWords) {
    decoded_frame d{.espnow = true, .kind = "ESP-NOW", .retry = true, .encrypted = true};
    d.mic = mic_state::no_key;
    EXPECT_EQ(text_line(d), "- retry encrypted no key\n");
    EXPECT_EQ(json::parse(json_line(d)).at("mic_ok"), nullptr);
    d.mic = mic_state::bad;
    d.fcs = fcs_state::ok;
    d.is_cut = true;
    EXPECT_EQ(text_line(d), "- retry encrypted MIC WRONG cut short\n");
    EXPECT_EQ(json::parse(json_line(d)).at("mic_ok"), false);
    EXPECT_EQ(json::parse(json_line(d)).at("fcs_ok"), true);
    EXPECT_EQ(text_line({.espnow = true, .fault = frame::reject::wrong_element_oui}),
              "- (ESP-IDF 5.5 drops it: wrong_element_oui)\n");
    EXPECT_EQ(text_line({.kind = "damaged ESP-NOW", .fault = frame::reject::element_overruns}),
              "- not ESP-NOW: damaged ESP-NOW (element_overruns)\n");
}

TEST(Line, TimesHaveTheirSignAndAllDecimals) {
    const auto time_of = [](std::chrono::nanoseconds ns) {
        const auto line = json_line({.time = timestamp(ns)});
        return line.substr(8, line.find(',') - 8);
    };
    EXPECT_EQ(time_of(0ns), "0.000000000");
    EXPECT_EQ(time_of(1ns), "0.000000001");
    EXPECT_EQ(time_of(-1ns), "-0.000000001");
    EXPECT_EQ(time_of(-1500ms), "-1.500000000");
    EXPECT_EQ(time_of(std::chrono::nanoseconds::min()), "-9223372036.854775808");
    EXPECT_EQ(time_of(std::chrono::nanoseconds::max()), "9223372036.854775807");
    EXPECT_EQ(text_line({.time = timestamp(1999999ns)}), "0.001999 not ESP-NOW: \n");
}

TEST(Line, IsValidJsonAndOneLineWhateverThePayloadIs) {
    std::mt19937 random(1);
    const auto below = [&](unsigned limit) { return static_cast<std::uint8_t>(random() % limit); };
    for (int round = 0; round < 3000; ++round) {
        test::bytes payload(1 + below(40));
        for (auto& byte : payload)
            byte = round % 2 == 0 ? below(256) : below(128);
        const decoded_frame d{.espnow = true, .kind = "ESP-NOW", .version = 2, .payload = payload};
        const auto line = json_line(d);
        ASSERT_EQ(line.find('\n'), line.size() - 1);
        const auto object = json::parse(line);
        ASSERT_EQ(object.at("payload"), test::to_hex(payload));
        if (object.at("text").is_string()) {
            auto text = object.at("text").get<std::string>();
            text.resize(payload.size(), '\0');
            ASSERT_EQ(test::bytes(text.begin(), text.end()), payload);
        }
        const auto words = text_line(d);
        ASSERT_EQ(words.find('\n'), words.size() - 1);
        for (const char c : words.substr(0, words.size() - 1))
            ASSERT_FALSE(static_cast<unsigned char>(c) < 0x20 || c == 0x7f);
    }
}

TEST(Line, PayloadsThatAreNoTextAreHex) {
    const auto payload = test::from_hex("01ff");
    EXPECT_EQ(text_line({.espnow = true, .version = 2, .payload = payload}), "- v2 2 bytes 01ff\n");
    const auto one = test::from_hex("61");
    EXPECT_EQ(text_line({.espnow = true, .version = 1, .payload = one}), "- v1 1 byte \"a\"\n");
}

}  // namespace
}  // namespace nowire::capture
