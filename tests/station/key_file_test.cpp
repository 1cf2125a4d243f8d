#include "station/files.hpp"

#include <nowire/station/key_file.hpp>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <string>

namespace nowire {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* good =
    "# keys of the kitchen\n"
    "pmk = \"pmk1234567890123\"\n"
    "\n"
    "[lmk]\n"
    "\"24:0a:c4:1d:58:68\" = \"00112233445566778899aabbccddeeff\"\n"
    "\"30-AE-A4-45-4A-A4\" = 'lmk1234567890123'\n"
    "240ac41d5869 = \"FFEEDDCCBBAA99887766554433221100\"\n";

/// What read or parsed wrong says; "" if it is right.
std::string complaint(const std::expected<key_file, error>& result) {
    if (result) return "";
    EXPECT_EQ(result.error().code, errc::bad_file);
    return result.error().text;
}
std::string complaint_about(std::string_view text) {
    return complaint(parse_key_file(text, "k.toml"));
}

class KeyFile : public testing::Test {
  protected:
    test::temporary_folder folder_;
    std::filesystem::path path_ = folder_ / "keys.toml";
};

TEST_F(KeyFile, GivesThePmkAndAnLmkForEachMac) {
    test::write_text(path_, good);
    const auto keys = read_key_file(path_);
    ASSERT_TRUE(keys) << keys.error().text;
    EXPECT_EQ(keys->pmk, ccmp::pmk::parse("pmk1234567890123"));
    ASSERT_EQ(keys->lmks.size(), 3U);
    EXPECT_EQ(keys->lmks.at(*mac_address::parse("24:0a:c4:1d:58:68")),
              *ccmp::lmk::parse("00112233445566778899aabbccddeeff"));
    EXPECT_EQ(keys->lmks.at(*mac_address::parse("30:ae:a4:45:4a:a4")), *ccmp::lmk::parse("lmk1234567890123"));
    EXPECT_EQ(keys->lmks.at(*mac_address::parse("24:0a:c4:1d:58:69")),
              *ccmp::lmk::parse("ffeeddccbbaa99887766554433221100"));
}

TEST_F(KeyFile, MayLeaveOutEitherPart) {
    const auto nothing = parse_key_file("", "k.toml");
    ASSERT_TRUE(nothing);
    EXPECT_FALSE(nothing->pmk);
    EXPECT_TRUE(nothing->lmks.empty());
    EXPECT_TRUE(parse_key_file("pmk = \"0123456789abcdef\"\r\n", "k.toml")->pmk);
    EXPECT_EQ(parse_key_file("[lmk]\n\"24:0a:c4:1d:58:68\" = \"0123456789abcdef\"", "k.toml")->lmks.size(), 1U);
}

TEST_F(KeyFile, IsRefusedWhenGroupOrOthersHaveAnyRightToIt) {
    for (const mode_t mode : {0644, 0640, 0604, 0620, 0601, 0666, 0777}) {
        test::write_text(path_, good, mode);
        char octal[8];
        std::snprintf(octal, sizeof octal, "%04o", static_cast<unsigned>(mode));
        EXPECT_THAT(complaint(read_key_file(path_)),
                    AllOf(HasSubstr(path_.string()), HasSubstr(octal), HasSubstr("chmod 600 " + path_.string())));
    }
    for (const mode_t mode : {0600, 0400, 0700}) {
        test::write_text(path_, good, mode);
        EXPECT_EQ(complaint(read_key_file(path_)), "");
        ::chmod(path_.c_str(), 0600);
    }
}

TEST_F(KeyFile, IsRefusedByTheModeOfTheFileThatALinkLeadsTo) {
    test::write_text(path_, good, 0644);
    const auto link = folder_ / "link.toml";
    std::filesystem::create_symlink(path_, link);
    EXPECT_THAT(complaint(read_key_file(link)), HasSubstr("chmod 600"));
}

TEST_F(KeyFile, IsRefusedWhenItIsNoRegularFile) {
    EXPECT_THAT(complaint(read_key_file(folder_.path())), HasSubstr("no regular file"));
    const auto fifo = folder_ / "fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    EXPECT_THAT(complaint(read_key_file(fifo)), AllOf(HasSubstr(fifo.string()), HasSubstr("no regular file")));
}

TEST_F(KeyFile, ThatCannotBeOpenedSaysWhy) {
    EXPECT_THAT(complaint(read_key_file(path_)), AllOf(HasSubstr(path_.string()), HasSubstr("No such file")));
    const auto text = test::as_ordinary_user(folder_.path(), [&] {
        test::write_text(path_, good, 0000);
        return complaint(read_key_file(path_));
    });
    EXPECT_THAT(text, AllOf(HasSubstr(path_.string()), HasSubstr("Permission denied")));
}

TEST_F(KeyFile, OfMoreThanAMebibyteIsRefused) {
    test::write_text(path_, std::string((1 << 20) + 1, '\n'));
    EXPECT_THAT(complaint(read_key_file(path_)), HasSubstr("1 MiB"));
    test::write_text(path_, std::string(1 << 20, '\n'));
    EXPECT_EQ(complaint(read_key_file(path_)), "");
}

TEST_F(KeyFile, SaysInWhichLineAKeyHasTheWrongLength) {
    EXPECT_THAT(complaint_about("\npmk = \"secret-secret-x\"\n"),
                AllOf(StartsWith("k.toml:2: pmk has 15 characters"), HasSubstr("32 hex digits or exactly 16"),
                      Not(HasSubstr("secret"))));
    EXPECT_THAT(complaint_about("[lmk]\n\n\"24:0a:c4:1d:58:68\" = \"\"\n"),
                StartsWith("k.toml:3: the key of 24:0a:c4:1d:58:68 has 0 characters"));
    EXPECT_THAT(complaint_about("pmk = \"secret789012345678901234567890123\"\n"),
                AllOf(HasSubstr("pmk has 33 characters"), Not(HasSubstr("secret"))));
    EXPECT_THAT(complaint_about("pmk = \"0123456789abcdef0123456789abcdex\"\n"),
                AllOf(StartsWith("k.toml:1: pmk"), HasSubstr("no hex digit"), Not(HasSubstr("012345"))));
}

TEST_F(KeyFile, SaysInWhichLineAMacIsWrong) {
    const std::string value = " = \"0123456789abcdef\"\n";
    EXPECT_THAT(complaint_about("[lmk]\n\"24:0a:c4:1d:58\"" + value),
                AllOf(StartsWith("k.toml:2: "), HasSubstr("MAC")));
    EXPECT_THAT(complaint_about("[lmk]\n\"ff:ff:ff:ff:ff:ff\"" + value),
                AllOf(StartsWith("k.toml:2: ff:ff:ff:ff:ff:ff"), HasSubstr("group address")));
    EXPECT_THAT(complaint_about("[lmk]\n\"24:0a:c4:1d:58:68\"" + value + "\"240AC41D5868\"" + value),
                AllOf(HasSubstr("24:0a:c4:1d:58:68"), HasSubstr("already")));
}

TEST_F(KeyFile, SaysWhatIsNotText) {
    EXPECT_THAT(complaint_about("pmk = 1234567890123456\n"),
                AllOf(StartsWith("k.toml:1: pmk is no text"), HasSubstr("quotes")));
    EXPECT_THAT(complaint_about("[lmk]\n\"24:0a:c4:1d:58:68\" = [\"0123456789abcdef\"]\n"),
                StartsWith("k.toml:2: the key of"));
    EXPECT_THAT(complaint_about("lmk = \"0123456789abcdef\"\n"),
                AllOf(StartsWith("k.toml:1: lmk is no table"), Not(HasSubstr("0123"))));
}

TEST_F(KeyFile, SaysWhereANameStandsThatItDoesNotKnow) {
    EXPECT_THAT(complaint_about("\npkm = \"0123456789abcdef\"\n"), StartsWith("k.toml:2: "));
    EXPECT_THAT(complaint_about("[lmks]\n"), AllOf(StartsWith("k.toml:1: "), HasSubstr("neither pmk nor lmk")));
}

TEST_F(KeyFile, ThatIsNoTomlShowsNoPartOfAKey) {
    const char* broken[] = {
        "pmk = secretsecret\n",
        "pmk = \"secretsecret\n",
        "pmk = \"secret\\secret\"\n",
        "pmk = 00112233445566778899aabbccddeeff\n",
        "pmk = \"0123456789abcdef\"\npmk = \"0123456789abcdef\"\n",
        "secret\xff\xfe",
        "[lmk\nsecret",
        "24:0a:c4:1d:58:68 = \"secret\"",
    };
    for (const auto* text : broken)
        EXPECT_THAT(complaint_about(text),
                    AllOf(testing::MatchesRegex("k.toml:[12]: this is no TOML.*"), Not(HasSubstr("secret")),
                          Not(HasSubstr("0123")), Not(HasSubstr("00112"))))
            << text;
}

}  // namespace
}  // namespace nowire
