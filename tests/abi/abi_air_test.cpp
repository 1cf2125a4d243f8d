/// What programs in other languages ask of an air, and captures.

#include "abi/abi_world.hpp"

#include <gmock/gmock.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <vector>

namespace nowire::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr octets somebody = {0x02, 0, 0, 0, 0, 0x42};
constexpr std::int32_t all = 1'000'000;

struct AbiAirTest : ::testing::Test {
    temporary_folder folder;
    std::string capture_file = folder.path() / "air.pcapng";
    hub_process hub{folder.path() / "air", {"--no-airtime", "--pcap", capture_file}};

    abi_station open(const std::string& name) const {
        nowire_station* made = nullptr;
        EXPECT_EQ(nowire_open(("air:" + hub.socket() + "?name=" + name).c_str(), nullptr, &made), 0);
        abi_station station(made);
        EXPECT_EQ(nowire_set_interface(made, NOWIRE_STATION, 1), 0);
        EXPECT_EQ(nowire_start(made, nullptr), 0);
        return station;
    }

    std::int32_t set_link(const octets& from, const octets& to, std::int32_t loss, std::int32_t rssi) const {
        return nowire_air_set_link(hub.socket().c_str(), from.data(), to.data(), loss, rssi);
    }

    /// Its lines, decrypted with the key for messages from and to `peer`.
    std::vector<std::string> lines(const octets& peer, const std::array<std::uint8_t, 16>& lmk) const {
        nowire_capture* capture = nullptr;
        EXPECT_EQ(nowire_capture_open(capture_file.c_str(), &capture), 0) << nowire_error_text();
        EXPECT_EQ(nowire_capture_add_key(capture, peer.data(), nullptr, lmk.data()), 0);
        std::vector<std::string> found;
        std::array<char, 16384> line{};
        while (nowire_capture_next(capture, line.data(), line.size()) > 0)
            found.emplace_back(line.data());
        EXPECT_EQ(nowire_capture_add_key(capture, peer.data(), nullptr, lmk.data()), NOWIRE_ARGUMENT);
        nowire_capture_close(capture);
        return found;
    }
};

TEST_F(AbiAirTest, CutsAndMendsALink) {
    const auto a = open("a");
    const auto b = open("b");
    const auto to_b = peer_of(address_of(b));
    ASSERT_EQ(nowire_add_peer(a.get(), &to_b), 0);
    EXPECT_EQ(send_text(a, address_of(b), "there"), 1);
    ASSERT_EQ(set_link(address_of(a), address_of(b), all, NOWIRE_NO_RSSI), 0) << nowire_error_text();
    EXPECT_EQ(send_text(a, address_of(b), "cut"), 0);
    ASSERT_EQ(set_link(address_of(a), address_of(b), -1, -71), 0);
    EXPECT_EQ(send_text(a, address_of(b), "mended"), 1);
    nowire_message about{};
    about.size = sizeof about;
    EXPECT_EQ(receive_text(b), "there");
    EXPECT_EQ(receive_text(b, &about), "mended");
    EXPECT_EQ(about.rssi, -71);
}

TEST_F(AbiAirTest, RefusesALinkThatCannotBe) {
    const octets group = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    const octets other = {0x02, 0, 0, 0, 0, 0x43};
    EXPECT_EQ(set_link(somebody, somebody, all, NOWIRE_NO_RSSI), NOWIRE_ARGUMENT);
    EXPECT_EQ(set_link(somebody, group, all, NOWIRE_NO_RSSI), NOWIRE_ARGUMENT);
    EXPECT_EQ(set_link(somebody, other, all + 1, NOWIRE_NO_RSSI), NOWIRE_ARGUMENT);
    EXPECT_EQ(set_link(somebody, other, 0, 200), NOWIRE_ARGUMENT);
    EXPECT_EQ(nowire_air_set_link(hub.socket().c_str(), nullptr, other.data(), 0, 0), -EINVAL);
    EXPECT_EQ(nowire_air_set_link((folder.path() / "nobody").c_str(), somebody.data(), other.data(), 0, 0),
              NOWIRE_RADIO);
    EXPECT_EQ(set_link(somebody, other, 0, -71), 0) << "nobody need be there: " << nowire_error_text();
}

TEST_F(AbiAirTest, SaysWhoIsThereAndWhatTimeItIs) {
    const auto before = nowire_air_now(hub.socket().c_str());
    EXPECT_GE(before, 0);
    EXPECT_EQ(nowire_air_has_radio(hub.socket().c_str(), "a"), 0);
    const auto a = open("a");
    EXPECT_EQ(nowire_air_has_radio(hub.socket().c_str(), "a"), 1);
    EXPECT_GE(nowire_air_now(hub.socket().c_str()), before);
    EXPECT_EQ(nowire_air_has_radio(hub.socket().c_str(), nullptr), -EINVAL);
    EXPECT_EQ(nowire_air_now((folder.path() / "nobody").c_str()), NOWIRE_RADIO);
}

TEST_F(AbiAirTest, SaysWhereTheHubsProgramIs) {
    std::array<char, 4096> path{};
    const auto size = nowire_air_program(path.data(), path.size());
    ASSERT_GT(size, 0) << nowire_error_text();
    EXPECT_EQ(std::string(path.data()).size(), static_cast<std::size_t>(size));
    EXPECT_EQ(nowire_air_program(path.data(), static_cast<std::uint32_t>(size)), NOWIRE_BUFFER_TOO_SMALL);
    EXPECT_EQ(nowire_air_program(nullptr, 0), NOWIRE_BUFFER_TOO_SMALL);
}

TEST_F(AbiAirTest, ReadsCapturesAsDecodeDoes) {
    constexpr std::array<std::uint8_t, 16> lmk = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    const auto a = open("a");
    const auto b = open("b");
    for (const auto& [from, to] : {std::pair(&a, &b), std::pair(&b, &a)}) {
        auto peer = peer_of(address_of(*to));
        peer.encrypt = 1;
        std::ranges::copy(lmk, peer.lmk);
        ASSERT_EQ(nowire_add_peer(from->get(), &peer), 0);
    }
    ASSERT_EQ(send_text(a, address_of(b), "secret"), 1);
    const auto found = lines(address_of(b), lmk);
    ASSERT_EQ(found.size(), 2U) << "a frame and its ACK";
    EXPECT_THAT(found[0], StartsWith("{"));
    EXPECT_THAT(found[0], HasSubstr("\"encrypted\":true,\"mic_ok\":true"));
    EXPECT_THAT(found[0], HasSubstr("\"text\":\"secret\"}\n"));
    auto wrong = lmk;
    wrong[0] = 0;
    EXPECT_THAT(lines(address_of(b), wrong)[0], HasSubstr("\"mic_ok\":false"));
}

TEST_F(AbiAirTest, KeepsALineForWhoHasTooLittleRoom) {
    const auto a = open("a");
    const auto broadcast = peer_of({0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
    ASSERT_EQ(nowire_add_peer(a.get(), &broadcast), 0);
    ASSERT_EQ(send_text(a, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "x"), 1);
    nowire_capture* capture = nullptr;
    ASSERT_EQ(nowire_capture_open(capture_file.c_str(), &capture), 0);
    std::array<char, 16384> line{};
    EXPECT_EQ(nowire_capture_next(capture, line.data(), 10), NOWIRE_BUFFER_TOO_SMALL);
    EXPECT_GT(nowire_capture_next(capture, line.data(), line.size()), 0);
    EXPECT_EQ(nowire_capture_next(capture, line.data(), line.size()), 0);
    EXPECT_EQ(nowire_capture_next(nullptr, line.data(), line.size()), -EINVAL);
    nowire_capture_close(capture);
    nowire_capture_close(nullptr);
}

TEST_F(AbiAirTest, SaysWhatIsWrongWithAFile) {
    nowire_capture* capture = nullptr;
    EXPECT_EQ(nowire_capture_open((folder.path() / "nothing").c_str(), &capture), -EIO);
    EXPECT_EQ(nowire_capture_open(nullptr, &capture), -EINVAL);
    const std::string rubbish = folder.path() / "rubbish";
    std::ofstream(rubbish) << "this is no capture, and long enough to know";
    ASSERT_EQ(nowire_capture_open(rubbish.c_str(), &capture), 0);
    std::array<char, 100> line{};
    EXPECT_EQ(nowire_capture_next(capture, line.data(), line.size()), -EBADMSG);
    EXPECT_STRNE(nowire_error_text(), "");
    nowire_capture_close(capture);
}

}  // namespace
}  // namespace nowire::test
