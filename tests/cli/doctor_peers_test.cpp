/// That `nowire doctor` shows the peers of devices that are programs of their own.

#include "cli/doctor_verdict.hpp"

#include <nowire/radio/hub_radio.hpp>
#include <nowire/station/station.hpp>

#include <array>
#include <csignal>

namespace nowire::test {
namespace {

constexpr const char* shed = "02:00:00:00:00:30";
constexpr const char* key = "0123456789abcdef";

std::string named(const std::string& name, const std::string& address) {
    return "'" + name + "' (" + address + ")";
}

/// A device that listens, with a key for each of `peers`.
sandbox::running listen_with_keys(const sandbox& box, const std::string& name, const std::string& parameters,
                                  const std::vector<std::string>& peers) {
    std::string file = "[lmk]\n";
    for (const auto& peer : peers)
        file += "\"" + peer + "\" = \"" + key + "\"\n";
    return start_listening(box, "air:?name=" + name + "&" + parameters, {"--keys", box.file(name + ".toml", file)});
}

/// A device of the test itself on the default air of `box`, which must have been started.
std::unique_ptr<station> join(const sandbox& box, const std::string& parameters) {
    const std::array backends = {make_air_backend()};
    auto made = station::open("air:" + (box.folder() / "nowire" / "air").string() + "?" + parameters, backends);
    EXPECT_TRUE(made) << made.error().text;
    return std::move(*made);
}

void add(station& to, const std::string& address, std::optional<int> on = std::nullopt, bool encrypt = false) {
    peer p;
    p.address = mac_address::parse(address).value();
    if (on) p.on = channel::from_number(*on);
    p.encrypt = encrypt;
    if (encrypt) p.lmk = ccmp::lmk::parse(key).value();
    EXPECT_TRUE(to.device().add_peer(p));
    to.flush();
}

/// The device with this name, as the doctor shows it.
nlohmann::json device_in(const verdict& v, const std::string& name) {
    for (const auto& f : v.findings)
        if (f.contains("device") && f["device"]["name"] == name) return f["device"];
    return nullptr;
}

TEST(DoctorPeers, TwoThatHaveEachOtherEncryptedAreShownAndWell) {
    const sandbox box;
    auto first = listen_with_keys(box, "kitchen", std::string("channel=6&mac=") + kitchen, {garden});
    auto second = listen_with_keys(box, "garden", std::string("channel=6&mac=") + garden, {kitchen});
    const auto v = doctor(box);
    EXPECT_EQ(v.status, 0) << v.out;
    EXPECT_EQ(v.count("warning") + v.count("problem"), 0u) << v.out;
    EXPECT_EQ(v.texts("peers", "ok"),
              (std::vector<std::string>{named("kitchen", kitchen) + " has 1 peer(s): " + named("garden", garden) +
                                            " on its own channel encrypted",
                                        named("garden", garden) + " has 1 peer(s): " + named("kitchen", kitchen) +
                                            " on its own channel encrypted"}))
        << v.out;

    const auto shown = device_in(v, "kitchen");
    ASSERT_FALSE(shown.is_null()) << v.out;
    EXPECT_EQ(shown["station"], kitchen);
    EXPECT_EQ(shown["channel"], 6);
    EXPECT_EQ(shown["peer_count"], 1);
    EXPECT_EQ(shown["peers"], nlohmann::json::parse(std::string(R"([{"mac":")") + garden +
                                                    R"(","channel":null,"interface":"station","encrypted":true}])"));
    EXPECT_EQ(v.out.find(key), std::string::npos) << "a key was printed";

    const auto text = box.nowire({"doctor"});
    EXPECT_NE(text.out.find("\nok       peers: " + v.texts("peers", "ok").at(0) + "\n"), std::string::npos) << text.out;
    const auto status = nlohmann::json::parse(box.nowire({"air", "status", "--json"}).out);
    EXPECT_EQ(status["radios"][0]["peers"], shown["peers"]);
}

TEST(DoctorPeers, AKeyThatOneSideDoesNotHaveIsNamed) {
    const sandbox box;
    auto first = listen_with_keys(box, "kitchen", std::string("mac=") + kitchen, {garden});
    auto second = start_listening(box, std::string("air:?name=garden&mac=") + garden);
    const auto none = doctor(box);
    EXPECT_EQ(none.status, 0) << "warnings are no problems: " << none.out;
    EXPECT_EQ(none.texts("peers", "warning"),
              (std::vector<std::string>{named("kitchen", kitchen) + " has its peer " + named("garden", garden) +
                                        " encrypted, but that has no peer " + named("kitchen", kitchen) +
                                        ": neither understands what the other sends to it"}))
        << none.out;
    EXPECT_EQ(none.texts("peers", "ok").at(1), named("garden", garden) + " has no peers");

    auto third = join(box, std::string("name=shed&mac=") + shed);
    auto fourth = listen_with_keys(box, "cellar", "mac=02:00:00:00:00:40", {shed});
    add(*third, "02:00:00:00:00:40");
    const auto plain = doctor(box).texts("peers", "warning");
    ASSERT_EQ(plain.size(), 2u);
    EXPECT_EQ(plain.at(1), named("cellar", "02:00:00:00:00:40") + " has its peer " + named("shed", shed) +
                               " encrypted, but that has a plain peer " + named("cellar", "02:00:00:00:00:40") +
                               ": neither understands what the other sends to it");
}

TEST(DoctorPeers, ThoseOnAnotherChannelThanTheirDeviceAreNamed) {
    const sandbox box;
    auto first = listen_with_keys(box, "kitchen", std::string("channel=6&mac=") + kitchen, {garden});
    auto second = listen_with_keys(box, "garden", std::string("channel=11&mac=") + garden, {kitchen});
    auto third = join(box, std::string("name=shed&channel=6&mac=") + shed);
    add(*third, kitchen, 6);
    add(*third, garden, 6);
    add(*third, "ff:ff:ff:ff:ff:ff", 1);
    const auto v = doctor(box);
    EXPECT_EQ(v.texts("peers", "warning"),
              (std::vector<std::string>{named("kitchen", kitchen) + " has its peer " + named("garden", garden) +
                                            " on its own channel, which is 6, but that is on channel 11",
                                        named("garden", garden) + " has its peer " + named("kitchen", kitchen) +
                                            " on its own channel, which is 11, but that is on channel 6",
                                        named("shed", shed) + " has its peer " + named("garden", garden) +
                                            " on channel 6, but that is on channel 11"}))
        << v.out;
    EXPECT_EQ(
        device_in(v, "shed")["peers"][2],
        nlohmann::json::parse(R"({"mac":"ff:ff:ff:ff:ff:ff","channel":1,"interface":"station","encrypted":false})"));
}

TEST(DoctorPeers, ThoseThatNoDeviceIsAreAHintAndNoFault) {
    const sandbox box;
    auto first = listen_with_keys(box, "kitchen", std::string("mac=") + kitchen, {garden, shed});
    const auto v = doctor(box);
    EXPECT_EQ(v.count("warning") + v.count("problem"), 0u) << v.out;
    ASSERT_EQ(v.texts("peers", "ok").size(), 2u) << v.out;
    EXPECT_EQ(v.texts("peers", "ok").at(1),
              named("kitchen", kitchen) + " has 2 peer(s) that no device on this air is: " + garden + ", " + shed);
    EXPECT_EQ(v.findings.at(v.findings.size() - 3)["advice"], "they may be off; else look at the addresses") << v.out;
}

TEST(DoctorPeers, FollowWhatAProgramAddsChangesAndRemoves) {
    const sandbox box;
    auto listener = start_listening(box, std::string("air:?name=garden&mac=") + garden);
    auto device = join(box, std::string("name=shed&mac=") + shed);
    const auto peers = [&] { return device_in(doctor(box), "shed")["peers"].dump(); };
    const auto shown = [](const char* channel, const char* encrypted) {
        return std::string(R"([{"channel":)") + channel + R"(,"encrypted":)" + encrypted +
               R"(,"interface":"station","mac":")" + garden + R"("}])";
    };
    EXPECT_EQ(peers(), "[]");
    add(*device, garden, 3, true);
    EXPECT_EQ(peers(), shown("3", "true"));
    auto changed = *device->device().find_peer(mac_address::parse(garden).value());
    changed.on.reset();
    changed.encrypt = false;
    ASSERT_TRUE(device->device().modify_peer(changed));
    device->flush();
    EXPECT_EQ(peers(), shown("null", "false"));
    ASSERT_TRUE(device->device().remove_peer(changed.address));
    device->flush();
    EXPECT_EQ(peers(), "[]");
    // Those that a station adds by itself count as well, from the moment of the message.
    ASSERT_TRUE(device->send(changed.address, "hello"));
    EXPECT_EQ(peers(), shown("null", "false"));
}

TEST(DoctorPeers, AreToldAgainToAnAirThatIsStartedAnew) {
    const sandbox box;
    auto kitchen_device = listen_with_keys(box, "kitchen", std::string("mac=") + kitchen, {garden});
    const auto pid = [&] { return nlohmann::json::parse(box.nowire({"air", "status", "--json"}).out)["pid"]; };
    const auto before = pid().get<pid_t>();
    ASSERT_EQ(kill(before, SIGKILL), 0);
    ASSERT_TRUE(kitchen_device.says("back")) << kitchen_device.err();
    EXPECT_NE(pid().get<pid_t>(), before);
    EXPECT_EQ(device_in(doctor(box), "kitchen")["peers"][0]["mac"], garden);
}

}  // namespace
}  // namespace nowire::test
