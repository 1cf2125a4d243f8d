#include "cli/doctor_verdict.hpp"

#include <nowire/air/hub_path.hpp>
#include <nowire/air/protocol.hpp>
#include <nowire/air/unique_descriptor.hpp>
#include <nowire/radio/hub_radio.hpp>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <csignal>
#include <thread>

namespace nowire::test {
namespace {

/// As doctor(), with an environment variable.
verdict doctor_with(const sandbox& box, const std::string& variable) {
    return read(box.run({"/usr/bin/env", variable, NOWIRE_PROGRAM, "doctor", "--json"}));
}

TEST(Doctor, AHealthyMachineHasNoProblemsAndNoAirIsStarted) {
    const sandbox box;
    const auto v = doctor(box);
    EXPECT_EQ(v.status, 0) << v.out;
    EXPECT_EQ(v.count("problem") + v.count("warning"), 0U) << v.out;
    for (const auto* check : {"version", "radio", "nowire-air", "socket", "air", "keys", "state"})
        EXPECT_EQ(v.texts(check, "ok").size(), 1U) << check << v.out;
    EXPECT_EQ(box.nowire({"air", "status"}).status, 5) << "an air was started";
    EXPECT_FALSE(std::filesystem::exists(box.folder() / "state")) << "a folder was made";
}

TEST(Doctor, PeopleReadALineForEachCheck) {
    const sandbox box;
    const auto result = box.nowire({"doctor", "--radio", "carrier-pigeon:"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out.rfind("ok       version: nowire ", 0), 0U) << result.out;
    EXPECT_NE(result.out.find("\nproblem  radio: "), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("; correct --radio"), std::string::npos) << result.out;
}

TEST(Doctor, DevicesAreNamedAndThoseOnAnotherChannelToo) {
    const sandbox box;
    auto first = start_listening(box, std::string("air:?name=kitchen&channel=6&mac=") + kitchen);
    auto second = start_listening(box, std::string("air:?name=garden&channel=11&mac=") + garden);
    auto third = start_listening(box, "air:?name=shed&channel=6");
    const auto most = doctor(box);
    EXPECT_EQ(most.status, 0) << "warnings are no problems: " << most.out;
    EXPECT_EQ(most.texts("device", "ok").size(), 2U) << most.out;
    EXPECT_EQ(most.texts("device", "ok").at(0),
              std::string("'kitchen' (") + kitchen + ") is on channel 6 and receives");
    EXPECT_EQ(most.texts("device", "warning"),
              (std::vector<std::string>{std::string("'garden' (") + garden +
                                        ") is on channel 11, most are on channel 6: they do not hear each other"}));

    const auto own = doctor(box, {"--radio", "air:?channel=11"});
    EXPECT_EQ(own.texts("device", "ok").size(), 1U) << own.out;
    ASSERT_EQ(own.texts("device", "warning").size(), 2U) << own.out;
    EXPECT_EQ(own.texts("device", "warning").at(0),
              std::string("'kitchen' (") + kitchen +
                  ") is on channel 6, --radio is on channel 11: they do not hear each other");
    EXPECT_EQ(doctor_with(box, "NOWIRE_RADIO=air:?channel=11").texts("device", "warning").size(), 2U);
}

TEST(Doctor, ReceiversThatAreOffAndNamesThatComeTwiceAreNamed) {
    const sandbox box;
    auto first = start_listening(box, std::string("air:?name=kitchen&mac=") + kitchen);
    auto second = start_listening(box, std::string("air:?name=kitchen&mac=") + garden);
    const auto socket = (box.folder() / "nowire" / "air").string();
    const std::array backends = {make_air_backend()};
    auto sleeper = open_radio("air:" + socket + "?name=sleeper", backends);
    ASSERT_TRUE(sleeper) << sleeper.error().text;
    radio_setup asleep;
    asleep.station = mac_address::parse("02:00:00:00:00:30");
    asleep.receiving = false;
    ASSERT_TRUE((*sleeper)->configure(asleep));
    const auto v = doctor(box);
    EXPECT_EQ(v.texts("device", "warning"),
              (std::vector<std::string>{"'sleeper' (02:00:00:00:00:30) is on channel 1 with its receiver off",
                                        "2 devices have the name 'kitchen'"}))
        << v.out;
}

TEST(Doctor, WrongRadiosAreProblemsThatSayWhatIsRight) {
    const sandbox box;
    EXPECT_NE(
        doctor(box, {"--radio", "air:?chanel=3"}).texts("radio", "problem").at(0).find("did you mean \"channel\""),
        std::string::npos);
    EXPECT_EQ(doctor_with(box, "NOWIRE_RADIO=air:?channel=99").texts("radio", "problem").size(), 1U);
    const auto nobody = doctor(box, {"--radio", "air:" + (box.folder() / "own").string()});
    EXPECT_EQ(nobody.status, 1);
    EXPECT_NE(nobody.texts("air", "problem").at(0).find("start one with: nowire air --socket"), std::string::npos);
    const auto file = doctor(box, {"--radio", "air:" + box.file("notes", "no socket")});
    EXPECT_EQ(file.texts("socket", "problem").size(), 1U) << file.out;
    EXPECT_EQ(box.nowire({"air", "status"}).status, 5) << "an air was started";
}

TEST(Doctor, FoldersThatOthersMayEnterAreProblems) {
    const sandbox box;
    const auto folder = box.folder() / "nowire";
    ASSERT_EQ(mkdir(folder.c_str(), 0755), 0);
    const auto v = doctor(box);
    EXPECT_EQ(v.status, 1);
    EXPECT_NE(v.texts("socket", "problem").at(0).find("chmod 700"), std::string::npos) << v.out;
}

TEST(Doctor, AnAirWhoseSocketIsOpenToOthersIsAProblem) {
    const sandbox box;
    const auto socket = (box.folder() / "own").string();
    auto air = box.start_nowire({"air", "--socket", socket});
    ASSERT_TRUE(air.says("listening at")) << air.err();
    EXPECT_EQ(doctor(box, {"--radio", "air:" + socket}).status, 0);
    ASSERT_EQ(chmod(socket.c_str(), 0666), 0);
    const auto v = doctor(box, {"--radio", "air:" + socket});
    EXPECT_EQ(v.status, 1);
    EXPECT_NE(v.texts("socket", "problem").at(0).find("0666"), std::string::npos) << v.out;
}

TEST(Doctor, AnAirThatDoesNotAnswerIsAProblem) {
    const sandbox box;
    const auto socket = (box.folder() / "own").string();
    auto air = box.start_nowire({"air", "--socket", socket});
    ASSERT_TRUE(air.says("listening at")) << air.err();
    air.process.signal(SIGSTOP);
    const auto v = doctor(box, {"--radio", "air:" + socket});
    air.process.signal(SIGCONT);
    EXPECT_EQ(v.status, 1);
    EXPECT_NE(v.texts("air", "problem").at(0).find("does not answer"), std::string::npos) << v.out;
}

TEST(Doctor, AnAirOfAnotherProgramIsNamed) {
    const sandbox box;
    const auto copy = (box.folder() / "nowire-air").string();
    std::filesystem::copy_file(NOWIRE_AIR_PROGRAM, copy);
    auto listener =
        box.start({"/usr/bin/env", "NOWIRE_AIR=" + copy, NOWIRE_PROGRAM, "listen", "--radio", "air:?name=kitchen"});
    ASSERT_TRUE(listener.says("listening as")) << listener.err();
    const auto v = doctor(box);
    ASSERT_EQ(v.texts("air", "warning").size(), 1U) << v.out;
    EXPECT_NE(v.texts("air", "warning").at(0).find(copy), std::string::npos) << v.out;
}

TEST(Doctor, AProgramOfAnotherVersionOrThatDoesNotSayItsVersionIsNamed) {
    const sandbox box;
    const auto program = [&](const std::string& script) {
        const auto path = box.file("other-air", "#!/bin/sh\n" + script + "\n");
        EXPECT_EQ(chmod(path.c_str(), 0700), 0);
        const auto v = doctor_with(box, "NOWIRE_AIR=" + path);
        EXPECT_EQ(v.status, 0) << v.out;
        EXPECT_EQ(v.texts("nowire-air", "ok").size(), 0u) << v.out;
        const auto said = v.texts("nowire-air", "warning");
        return said.size() == 1 ? said.front().substr(path.size()) : v.out;
    };
    const auto own = box.nowire({"--version"}).out;
    EXPECT_EQ(program("echo nowire-air 9.9.9"), " is nowire-air 9.9.9, this is " + own.substr(0, own.find('\n')));
    EXPECT_EQ(program("echo unrecognized option; exit 2"), " does not say its version");
    EXPECT_EQ(program("echo nowire-air 9.9.9 >&2"), " does not say its version");
    EXPECT_EQ(program("yes"), " does not say its version") << "it must not be waited for";
}

/// An air of another version, as far as a status goes.
class other_air {
  public:
    explicit other_air(const std::string& path, std::string version) : version_(std::move(version)) {
        const auto address = air::socket_address(path);
        EXPECT_EQ(bind(socket_.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address), 0);
        EXPECT_EQ(chmod(path.c_str(), 0600), 0);
        EXPECT_EQ(::listen(socket_.get(), 1), 0);
        server_ = std::thread([this] { serve(); });
    }
    ~other_air() {
        shutdown(socket_.get(), SHUT_RDWR);
        server_.join();
    }
    other_air(const other_air&) = delete;
    other_air& operator=(const other_air&) = delete;

  private:
    void serve() const {
        while (true) {
            const unique_descriptor client(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!client) return;
            std::vector<std::uint8_t> answer;
            append(answer, air::protocol::hub_message(air::protocol::welcome()));
            air::protocol::hub_status status;
            status.version = version_;
            append(answer, air::protocol::hub_message(status));
            send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
            // Until the other side has gone.
            while (recv(client.get(), answer.data(), answer.size(), 0) > 0) {
            }
        }
    }

    std::string version_;
    unique_descriptor socket_{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
    std::thread server_;
};

TEST(Doctor, AnAirOfAnotherVersionIsNamed) {
    const sandbox box;
    const auto own = box.nowire({"--version"}).out;
    const auto socket = (box.folder() / "own").string();
    const other_air other(socket, "9.9.9");
    const auto v = doctor(box, {"--radio", "air:" + socket});
    EXPECT_EQ(v.status, 0) << v.out;
    EXPECT_EQ(v.texts("air", "warning").at(0),
              "the air is that of version 9.9.9, this is " + own.substr(0, own.find('\n')));
}

TEST(Doctor, AMissingNowireAirIsAProblem) {
    const sandbox box;
    const auto v = doctor_with(box, "NOWIRE_AIR=" + (box.folder() / "none").string());
    EXPECT_EQ(v.status, 1);
    EXPECT_EQ(v.texts("nowire-air", "problem").size(), 1U) << v.out;
}

TEST(Doctor, KeyFilesAreReadAndNoKeyIsPrinted) {
    const sandbox box;
    const std::string key = "0123456789abcdef";
    const auto good = box.file("keys.toml", std::string("[lmk]\n\"") + kitchen + "\" = \"" + key + "\"\n");
    const auto fine = doctor(box, {"--keys", good});
    EXPECT_EQ(fine.status, 0) << fine.out;
    EXPECT_NE(fine.texts("keys", "ok").at(0).find(kitchen), std::string::npos) << fine.out;
    EXPECT_EQ(fine.out.find(key), std::string::npos) << "a key was printed";

    ASSERT_EQ(chmod(good.c_str(), 0640), 0);
    const auto open = doctor(box, {"--keys", good});
    EXPECT_EQ(open.status, 1);
    EXPECT_NE(open.texts("keys", "problem").at(0).find("chmod"), std::string::npos) << open.out;
    EXPECT_EQ(doctor(box, {"--keys", box.file("bad.toml", "[lmk]\nx")}).texts("keys", "problem").size(), 1U);
    EXPECT_EQ(doctor(box, {"--keys", box.file("empty.toml", "")}).texts("keys", "warning").size(), 1U);
}

TEST(Doctor, AStateFolderThatCannotBeUsedIsAProblemOnceThereAreKeys) {
    const sandbox box;
    // A file is in the way: that stops root as well.
    box.file("state", "not a folder");
    const auto keys = box.file("keys.toml", std::string("[lmk]\n\"") + kitchen + "\" = \"0123456789abcdef\"\n");
    const auto without = doctor(box);
    EXPECT_EQ(without.status, 0) << without.out;
    EXPECT_EQ(without.texts("state", "warning").size(), 1U) << without.out;
    const auto with = doctor(box, {"--keys", keys});
    EXPECT_EQ(with.status, 1);
    EXPECT_EQ(with.texts("state", "problem").size(), 1U) << with.out;
}

TEST(Doctor, AStateFolderThatOthersMayEnterIsAProblem) {
    const sandbox box;
    std::filesystem::create_directories(box.folder() / "state" / "packet-numbers");
    const auto folder = box.folder() / "state" / "packet-numbers";
    const auto keys = box.file("keys.toml", std::string("[lmk]\n\"") + kitchen + "\" = \"0123456789abcdef\"\n");
    ASSERT_EQ(chmod(folder.c_str(), 0755), 0);
    EXPECT_EQ(doctor(box, {"--keys", keys}).status, 1);
    ASSERT_EQ(chmod(folder.c_str(), 0700), 0);
    const auto well = doctor(box, {"--keys", keys});
    EXPECT_EQ(well.status, 0) << well.out;
}

}  // namespace
}  // namespace nowire::test
