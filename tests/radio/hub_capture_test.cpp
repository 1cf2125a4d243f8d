/// What a hub records.

#include "radio/hub_world.hpp"

#include <nowire/capture/decode.hpp>
#include <nowire/capture/reader.hpp>
#include <nowire/frame/mpdu.hpp>
#include <nowire/radio/identity.hpp>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>

namespace nowire::test {

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

const mac_address all = mac_address::broadcast();
const mac_address nobody({0x02, 0x99, 0x99, 0x99, 0x99, 0x98});

/// One line per packet: "sender: kind", with an R where the Retry bit is set.
std::vector<std::string> lines_of(std::span<const std::uint8_t> file) {
    std::vector<std::string> lines;
    capture::reader reader(file);
    capture::decoder decoder;
    while (true) {
        const auto packet = reader.next();
        if (!packet) {
            lines.push_back(packet.error().to_string());
            return lines;
        }
        if (!*packet) return lines;
        const auto frame = decoder.decode(**packet);
        lines.push_back(std::string(frame.comment) + ": " + std::string(frame.kind) +
                        (frame.retry.value_or(false) ? " R" : ""));
    }
}

class HubCapture : public testing::Test {
  protected:
    std::string socket() const { return folder_ / "air"; }
    std::string file() const { return folder_ / "air.pcapng"; }

    temporary_folder folder_;
};

}  // namespace

TEST_F(HubCapture, HasEveryFrameAndAckWithTimeAndSender) {
    hub_process hub(socket(), {"--pcap", file()});
    auto a = join(socket(), "kitchen");
    auto b = join(socket(), "shed");
    a->send(b->mac(), "hello");
    a->send(nobody, "anybody?", 2);
    ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return a->done.size() == 2 && b->heard.size() == 1; }));
    hub.signal(SIGTERM);
    ASSERT_EQ(hub.wait(), 0);

    const auto bytes = bytes_in(file());
    EXPECT_THAT(lines_of(bytes), ElementsAre(HasSubstr("kitchen: "), "shed: ACK", HasSubstr("kitchen: "),
                                             HasSubstr(" R"), HasSubstr(" R")));
    capture::reader reader(bytes);
    const auto first = reader.next();
    ASSERT_TRUE(first && *first);
    EXPECT_EQ((*first)->time->time_since_epoch(), b->heard[0].info.time.time_since_epoch())
        << "the end of the frame, to the nanosecond";
    struct stat found {};
    ASSERT_EQ(::stat(file().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600);
}

TEST_F(HubCapture, IsWholeWhileItGrowsAndAfterAKill) {
    hub_process hub(socket(), {"--pcap", file(), "--no-airtime"});
    auto a = join(socket(), "a");
    for (std::size_t i = 1; i <= 50; ++i) {
        const auto token = a->send(all, "tick");
        ASSERT_TRUE(run_until({a.get()}, [&] { return a->answer_to(token) != nullptr; }));
        const auto lines = lines_of(bytes_in(file()));
        ASSERT_EQ(lines.size(), i);
        ASSERT_THAT(lines.back(), HasSubstr("a: "));
    }
    hub.kill();
    EXPECT_EQ(lines_of(bytes_in(file())).size(), 50);
}

TEST_F(HubCapture, GoesToAPipeAndAReaderThatStallsStopsNobody) {
    const auto pipe = (folder_ / "pipe").string();
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    unique_descriptor reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK));
    hub_process hub(socket(), {"--pcap", pipe, "--no-airtime"});
    auto a = join(socket(), "a");
    // Far more than a pipe holds, and nobody reads.
    const std::string text(2000, 'x');
    for (int i = 0; i < 500; ++i)
        a->send(all, text);
    ASSERT_TRUE(run_until({a.get()}, [&] { return a->done.size() == 500; }));
    const auto sent = static_cast<std::size_t>(std::ranges::count(a->done, tx_status::sent, &tx_done::status));
    EXPECT_GE(sent, 256);

    // Once it reads, everything is there.
    std::vector<std::uint8_t> bytes;
    std::array<std::uint8_t, 65536> buffer;
    ASSERT_TRUE(becomes_true([&] {
        const auto size = ::read(reader.get(), buffer.data(), buffer.size());
        if (size > 0) bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + size);
        return size < 0 && bytes.size() > sent * text.size() && lines_of(bytes).size() == sent;
    }));
    // A reader that goes away does not end the hub either.
    reader = unique_descriptor();
    const auto token = a->send(all, "still here");
    EXPECT_TRUE(run_until({a.get()}, [&] { return a->answer_to(token) != nullptr; }));
    hub.signal(SIGTERM);
    EXPECT_EQ(hub.wait(), 0);
}

TEST_F(HubCapture, AFileThatCannotBeWrittenIsAnError) {
    std::string said;
    EXPECT_EQ(hub_process::run({"--socket", socket(), "--pcap", "/nowhere/air.pcapng"}, said), 5);
    EXPECT_THAT(said, HasSubstr("cannot write to /nowhere/air.pcapng"));
    EXPECT_NE(::access(socket().c_str(), F_OK), 0);
}

TEST_F(HubCapture, AFullDiskEndsTheRecordingAndNotTheAir) {
    if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "needs /dev/full";
    hub_process hub(socket(), {"--pcap", "/dev/full"});
    auto a = join(socket(), "a");
    const auto token = a->send(all, "hello");
    ASSERT_TRUE(run_until({a.get()}, [&] { return a->answer_to(token) != nullptr; }));
    EXPECT_EQ(a->answer_to(token)->status, tx_status::sent);
}

TEST_F(HubCapture, CanBeReadByTshark) {
    if (std::system("command -v tshark >/dev/null 2>&1") != 0) GTEST_SKIP() << "tshark is not installed";
    {
        hub_process hub(socket(), {"--pcap", file()});
        auto a = join(socket(), "kitchen");
        auto b = join(socket(), "shed");
        a->send(b->mac(), "hello");
        a->send(b->mac(), "hello", default_retries, rate::ht_mcs7_sgi);
        ASSERT_TRUE(run_until({a.get()}, [&] { return a->done.size() == 2; }));
        hub.signal(SIGTERM);
        ASSERT_EQ(hub.wait(), 0);
    }
    const auto command = "tshark -r " + file() +
                         " -T fields -e wlan.fc.type_subtype -e frame.comment -e radiotap.datarate "
                         "-e radiotap.channel.freq -e radiotap.mcs.index -e radiotap.mcs.gi 2>/dev/null";
    auto* output = ::popen(command.c_str(), "r");
    ASSERT_NE(output, nullptr);
    std::array<char, 1024> text{};
    const auto size = std::fread(text.data(), 1, text.size(), output);
    EXPECT_EQ(::pclose(output), 0);
    EXPECT_THAT(std::string(text.data(), size), HasSubstr("\tkitchen\t54\t2412\t\t\n"));
    EXPECT_THAT(std::string(text.data(), size), HasSubstr("\tkitchen\t72.2222\t2412\t7\t1\n"));
    EXPECT_THAT(std::string(text.data(), size), HasSubstr("\tshed\t6\t2412\t\t\n"));
}

}  // namespace nowire::test
