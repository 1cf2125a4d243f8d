#include "cli/program.hpp"
#include "vectors/vectors.hpp"

#include <nowire/capture/writer.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr capture::timestamp start{1594012345s + 123456789ns};

/// A file in memory, to which a writer adds.
struct written {
    std::string bytes;
    capture::sink sink() {
        return [this](std::span<const std::uint8_t> more) {
            bytes.append(reinterpret_cast<const char*>(more.data()), more.size());
        };
    }
};

/// R1 with its radiotap header, then R2 and S3 without, a second apart, and an ACK.
std::string mixed_capture() {
    written file;
    capture::pcapng_writer writer(file.sink());
    const auto with_radiotap = writer.add_interface({});
    const auto without = writer.add_interface({.link_type = capture::link_type::ieee802_11});
    writer.write(with_radiotap, start, load_vector("r1").data);
    writer.write(without, start + 1s, load_vector("r2").data);
    writer.write(without, start + 2s, load_vector("s3").data, {.comment = "kitchen"});
    writer.write(without, start + 3s, from_hex("d400 0000 240ac41d5868"));
    return file.bytes;
}

/// The key of R1 under its source; S3, from the same source, has another.
const std::string r1_keys = R"(pmk = "00000000000000000000000000000000"
[lmk]
"24:0a:c4:1d:58:68" = "00000000000000000000000000000000"
)";

std::vector<json> objects(const std::string& lines) {
    std::vector<json> all;
    std::istringstream in(lines);
    for (std::string line; std::getline(in, line);)
        all.push_back(json::parse(line));
    return all;
}

TEST(Decode, ShowsRealFramesAndWhatIsWrongWithThem) {
    const sandbox box;
    const auto result =
        box.nowire({"decode", box.file("mixed.pcapng", mixed_capture()), "--keys", box.file("keys.toml", r1_keys)});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.out,
              "1594012345.123456 24:0a:c4:1d:58:68 > 30:ae:a4:45:4a:a4 ch 8 -68 dBm 1M seq 1 v1 encrypted 20 bytes "
              "\"This is the message\"\n"
              "1594012346.123456 cc:50:e3:5d:6a:90 > ff:ff:ff:ff:ff:ff seq 3026 v1 8 bytes \"t=3.688\"\n"
              "1594012347.123456 24:0a:c4:1d:58:68 > 30:ae:a4:45:4a:a4 seq 1 encrypted MIC WRONG comment \"kitchen\"\n"
              "1594012348.123456 > 24:0a:c4:1d:58:68 not ESP-NOW: ACK\n");
    EXPECT_EQ(result.err, "nowire: 4 frames, 3 of ESP-NOW, 1 with a wrong MIC\n");
}

TEST(Decode, PrintsOneObjectALine) {
    const sandbox box;
    const auto result = box.nowire(
        {"decode", "--json", box.file("mixed.pcapng", mixed_capture()), "--keys", box.file("keys.toml", r1_keys)});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    const auto all = objects(result.out);
    ASSERT_EQ(all.size(), 4U);
    std::vector<std::string> keys;
    for (const auto& [key, value] : all[0].items())
        keys.push_back(key);
    std::ranges::sort(keys);
    EXPECT_EQ(keys, (std::vector<std::string>{"channel", "dst", "encrypted", "fcs_ok", "mic_ok", "payload", "random",
                                              "retry", "rssi", "seq", "src", "text", "time", "version"}));
    EXPECT_EQ(all[0].at("text"), "This is the message");
    EXPECT_EQ(all[0].at("mic_ok"), true);
    EXPECT_EQ(all[1].at("payload"), "743d332e36383800");
    EXPECT_EQ(all[1].at("fcs_ok"), true);
    EXPECT_EQ(all[2].at("mic_ok"), false);
    EXPECT_EQ(all[2].at("payload"), nullptr);
    EXPECT_EQ(all[3].at("espnow"), false);
    EXPECT_EQ(all[3].at("kind"), "ACK");
}

TEST(Decode, ReadsUpToTheDamageAndNamesItsOffset) {
    const sandbox box;
    const auto whole = mixed_capture();
    const auto cut = whole.substr(0, whole.size() - 1);
    for (const auto& arguments : {std::vector<std::string>{"decode"}, {"decode", "--json"}}) {
        auto with_file = arguments;
        with_file.push_back(box.file("cut.pcapng", cut));
        const auto result = box.nowire(with_file);
        EXPECT_EQ(result.status, 1);
        EXPECT_EQ(std::ranges::count(result.out, '\n'), 3) << result.out;
        EXPECT_NE(result.err.find("cut.pcapng: offset "), std::string::npos) << result.err;
        EXPECT_NE(result.err.find("the file ends after 43 of 44 bytes"), std::string::npos) << result.err;
    }
}

TEST(Decode, FilesThatAreNoCapturesAreRefused) {
    const sandbox box;
    const auto text = box.nowire({"decode", box.file("notes.txt", "no capture at all")});
    EXPECT_EQ(text.status, 1);
    EXPECT_NE(text.err.find("notes.txt: offset 0: neither pcap nor pcapng"), std::string::npos) << text.err;
    EXPECT_EQ(box.nowire({"decode", box.file("empty", "")}).status, 1);
    const auto missing = box.nowire({"decode", (box.folder() / "missing").string()});
    EXPECT_EQ(missing.status, 1);
    EXPECT_NE(missing.err.find("missing: No such file"), std::string::npos) << missing.err;
    EXPECT_EQ(box.nowire({"decode", box.folder().string()}).status, 1);
}

TEST(Decode, KeysThatOthersCanReadAreRefused) {
    const sandbox box;
    const auto keys = box.file("keys.toml", r1_keys);
    ASSERT_EQ(chmod(keys.c_str(), 0644), 0);
    const auto result = box.nowire({"decode", box.file("mixed.pcapng", mixed_capture()), "--keys", keys});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.err.find("keys.toml"), std::string::npos) << result.err;
}

TEST(Decode, ShowsWhatAPipeBringsBeforeItEnds) {
    const sandbox box;
    const auto pipe = (box.folder() / "pipe").string();
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    auto program = box.start({"/bin/sh", "-c", R"(exec "$0" decode - <"$1")", NOWIRE_PROGRAM, pipe});
    const int out = open(pipe.c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_GE(out, 0);
    const auto send = [out](std::string& bytes) {
        EXPECT_EQ(::write(out, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
        bytes.clear();
    };
    written file;
    capture::pcap_writer writer(file.sink(), capture::link_type::ieee802_11);
    writer.write(start, load_vector("r2").data);
    send(file.bytes);
    EXPECT_TRUE(program.next_line().ends_with("\"t=3.688\""));
    writer.write(start, load_vector("r5").data);
    auto half = file.bytes.substr(0, 30);
    file.bytes.erase(0, 30);
    send(half);
    send(file.bytes);
    EXPECT_NE(program.next_line().find("17 bytes"), std::string::npos);
    close(out);
    EXPECT_TRUE(program.says("2 frames, 2 of ESP-NOW"));
}

/// A capture of some MB, and how many frames it has.
std::pair<std::string, std::size_t> long_capture() {
    written file;
    capture::pcapng_writer writer(file.sink());
    const auto interface = writer.add_interface({.link_type = capture::link_type::ieee802_11});
    std::size_t frames = 0;
    for (; file.bytes.size() < 5'000'000; ++frames) {
        writer.write(interface, start, load_vector("s1").data);
        // now and then one that is longer than any frame
        if (frames % 1000 == 500) writer.write(interface, start, bytes(capture::max_packet_size, 0xd0)), ++frames;
    }
    return {std::move(file.bytes), frames};
}

TEST(Decode, ReadsFilesThatAreLongerThanItsBuffer) {
    const sandbox box;
    const auto [content, frames] = long_capture();
    const auto result = box.nowire({"decode", box.file("long.pcapng", content)});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(result.out, '\n')), frames);
    EXPECT_EQ(result.err.find('%'), std::string::npos) << "progress is for terminals";
}

TEST(Decode, ATerminalShowsHowFarALongFileHasBeenRead) {
    if (std::system("command -v script >/dev/null 2>&1") != 0) GTEST_SKIP() << "script(1) is not installed";
    const sandbox box;
    const auto lines = (box.folder() / "lines").string();
    // script(1) has a terminal of its own for the command; what that shows comes to stdout.
    const auto on_terminal = [&](const std::string& file, const std::string& redirection) {
        const auto result =
            box.run({"script", "-qec", std::string("'") + NOWIRE_PROGRAM + "' decode '" + file + "' " + redirection,
                     "/dev/null"});
        EXPECT_EQ(result.status, 0) << result.out << result.err;
        return result.out;
    };
    const auto file = box.file("long.pcapng", long_capture().first);
    const auto shown = on_terminal(file, ">'" + lines + "'");
    EXPECT_NE(shown.find("% of 5."), std::string::npos) << shown;
    // It is erased before the last line comes.
    EXPECT_NE(shown.find(" \rnowire: "), std::string::npos) << shown;
    EXPECT_EQ(on_terminal(file, "").find("% of"), std::string::npos) << "the frames themselves are on it";
    EXPECT_EQ(on_terminal(box.file("short.pcapng", mixed_capture()), ">'" + lines + "'").find('%'), std::string::npos);
}

}  // namespace
}  // namespace nowire::test
