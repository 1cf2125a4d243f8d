/// Clients that say what no client should.

#include "radio/hub_world.hpp"

#include <nowire/air/hub_path.hpp>
#include <nowire/air/protocol.hpp>
#include <nowire/radio/air_control.hpp>
#include <nowire/radio/identity.hpp>

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>

namespace nowire::test {

using std::chrono::milliseconds;
using testing::HasSubstr;

namespace {

namespace protocol = air::protocol;
using bytes = std::vector<std::uint8_t>;

bytes encoded(const protocol::client_message& m) {
    bytes packet;
    protocol::append(packet, m);
    return packet;
}

bytes hello_of(const std::string& name) {
    air::medium_radio radio;
    radio.name = name;
    radio.setup.station = mac_from_name(name);
    return encoded(protocol::hello{protocol::client_kind::radio, radio});
}

/// A socket that says what it is told to.
class raw_client {
  public:
    explicit raw_client(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
        const auto address = air::socket_address(path);
        connected_ = ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0;
    }

    bool is_connected() const { return connected_; }
    int descriptor() const { return socket_.get(); }
    bool say(const bytes& packet, int flags = 0) const {
        return ::send(socket_.get(), packet.data(), packet.size(), MSG_NOSIGNAL | flags) ==
               static_cast<ssize_t>(packet.size());
    }
    void half_close() const { ::shutdown(socket_.get(), SHUT_WR); }

    /// Everything that the hub says until it closes; the text of the last refusal.
    std::string refusal() const {
        std::string text = "nothing was said";
        bytes packet(protocol::packet_limit);
        while (true) {
            pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
            if (::poll(&ready, 1, static_cast<int>(milliseconds(patience).count())) <= 0) return "it was not closed";
            const auto size = ::recv(socket_.get(), packet.data(), packet.size(), 0);
            if (size < 0 && errno == ECONNRESET) continue;
            if (size <= 0) return text;
            std::span<const std::uint8_t> rest(packet.data(), static_cast<std::size_t>(size));
            while (!rest.empty()) {
                const auto m = protocol::take_hub_message(rest);
                if (!m) return "nonsense from the hub: " + to_string(m.error());
                if (const auto* no = std::get_if<protocol::refused>(&*m)) text = no->text;
            }
        }
    }

  private:
    unique_descriptor socket_;
    bool connected_ = false;
};

class HubRubbish : public testing::Test {
  protected:
    std::string socket() const { return folder_ / "air"; }
    std::string refusal_of(const std::vector<bytes>& packets) const {
        const raw_client client(socket());
        for (const auto& packet : packets)
            client.say(packet);
        return client.refusal();
    }

    temporary_folder folder_;
    const hub_process hub_{socket(), {"--no-airtime"}};
    std::unique_ptr<member> a_ = join(socket(), "a");
    std::unique_ptr<member> b_ = join(socket(), "b");

    /// a and b exchange frames as if nobody else were there.
    void expect_all_is_well() {
        const auto there = a_->send(b_->mac(), "there");
        const auto back = b_->send(a_->mac(), "back");
        EXPECT_TRUE(run_until({a_.get(), b_.get()}, [&] { return a_->answer_to(there) && b_->answer_to(back); }));
        EXPECT_EQ(a_->answer_to(there)->status, tx_status::acked);
        EXPECT_EQ(b_->answer_to(back)->status, tx_status::acked);
        EXPECT_TRUE(a_->events.empty() || a_->events.front() == "done");
        const auto status = air_control::status(socket());
        ASSERT_TRUE(status);
        EXPECT_EQ(status->radios.size(), 2);
    }
};

}  // namespace

TEST_F(HubRubbish, IsRefusedWithAReasonAndHarmsNobody) {
    const auto hello = hello_of("rubbish");
    EXPECT_THAT(refusal_of({{1, 2, 3}}), HasSubstr("ends within a message"));
    EXPECT_THAT(refusal_of({{77, 0, 0, 0}}), HasSubstr("unknown type 77"));
    EXPECT_THAT(refusal_of({{1, 0, 2, 0, 9, 9}}), HasSubstr("not one of nowire's"));
    EXPECT_THAT(refusal_of({encoded(protocol::bye())}), HasSubstr("before its hello"));
    EXPECT_THAT(refusal_of({hello, hello}), HasSubstr("second hello"));
    EXPECT_THAT(refusal_of({hello, {2, 0, 1, 0, 5}}), HasSubstr("wrong length"));
    EXPECT_THAT(refusal_of({hello, {77, 0, 0, 0}}), HasSubstr("unknown type 77"));
    EXPECT_THAT(refusal_of({hello, bytes(protocol::packet_limit + 1, 10)}), HasSubstr("more than 32768 bytes"));
    EXPECT_THAT(refusal_of({encoded(protocol::hello{protocol::client_kind::control, {}}),
                            encoded(protocol::idle_until{0, std::nullopt})}),
                HasSubstr("has none"));
    auto group = hello;
    const auto mac = mac_from_name("rubbish");
    *std::ranges::search(group, mac.octets()).begin() |= 1;
    EXPECT_THAT(refusal_of({group}), HasSubstr("cannot be right"));

    const auto status = air_control::status(socket());
    EXPECT_EQ(status->hub.clients_refused, 5) << "before or with the hello";
    EXPECT_EQ(status->hub.clients_dropped, 5) << "after it";
    expect_all_is_well();
}

TEST_F(HubRubbish, AnotherVersionIsToldWhichOneThisIs) {
    auto hello = hello_of("future");
    ASSERT_EQ(hello[8], protocol::version);
    ++hello[8];
    hello.push_back(0);  // whatever the next version may have there
    ++hello[2];
    EXPECT_THAT(refusal_of({hello}), HasSubstr("version 4; this air speaks version 3"));
    expect_all_is_well();
}

TEST_F(HubRubbish, ReportsOfTooManyPeersOrOfNoneThatIsOneEndTheConnection) {
    const auto hello = hello_of("rubbish");
    auto report = encoded(protocol::report_peers{{1, {{.address = mac_from_name("x")}}}});
    auto too_short = report;
    too_short[8] = 2;
    EXPECT_THAT(refusal_of({hello, too_short}), HasSubstr("type 12 with a wrong length"));
    auto on_channel_15 = report;
    on_channel_15[16] = 15;
    EXPECT_THAT(refusal_of({hello, on_channel_15}), HasSubstr("type 12 with a value that cannot be right"));
    // 0x0101 peers, as many as the packet says.
    bytes too_many = {12, 0, 0x0e, 0x08, 1, 1, 0, 0, 1, 1};
    too_many.resize(4 + 6 + 257 * 8);
    EXPECT_THAT(refusal_of({hello, too_many}), HasSubstr("more than 256 peers"));
    EXPECT_THAT(refusal_of({encoded(protocol::hello{protocol::client_kind::control, {}}), report}),
                HasSubstr("has none"));
    expect_all_is_well();
}

TEST_F(HubRubbish, AFloodOfReportsOfPeersIsReadAndTheLastOneCounts) {
    const raw_client client(socket());
    client.say(hello_of("fickle"));
    const auto numbered = [](int n) {
        return mac_address({2, 0, 0, 0, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)});
    };
    for (int i = 1; i <= 5000; ++i) {
        protocol::report_peers report{{256, {}}};
        for (int n = 0; n < 256; ++n)
            report.peers.listed.push_back({.address = numbered(i + n)});
        ASSERT_TRUE(client.say(encoded(report)));
    }
    const auto first_peer = [&] {
        const auto status = air_control::status(socket());
        const auto found = std::ranges::find(status->radios, "fickle", [](const auto& r) { return r.radio.name; });
        return found == status->radios.end() || found->peers.listed.empty() ? mac_address()
                                                                            : found->peers.listed.front().address;
    };
    EXPECT_TRUE(becomes_true([&] { return first_peer() == numbered(5000); }));
    const auto there = a_->send(b_->mac(), "there");
    EXPECT_TRUE(run_until({a_.get(), b_.get()}, [&] { return a_->answer_to(there) != nullptr; }));
    EXPECT_EQ(a_->answer_to(there)->status, tx_status::acked);
}

TEST_F(HubRubbish, AnEmptyPacketOrHalfAConnectionIsAnEnd) {
    const raw_client empty(socket());
    empty.say(hello_of("empty"));
    empty.say({});
    EXPECT_EQ(empty.refusal(), "nothing was said");
    const raw_client half(socket());
    half.say(hello_of("half"));
    half.half_close();
    EXPECT_EQ(half.refusal(), "nothing was said");
    expect_all_is_well();
}

TEST_F(HubRubbish, AGoodByeIsTheEndOfTheConnection) {
    const raw_client polite(socket());
    polite.say(hello_of("polite"));
    polite.say(encoded(protocol::bye()));
    EXPECT_EQ(polite.refusal(), "nothing was said");
    expect_all_is_well();
    EXPECT_EQ(air_control::status(socket())->hub.clients_dropped, 0);
}

TEST_F(HubRubbish, AnIdleThatCrossedWithAMessageDoesNotHold) {
    const raw_client client(socket());
    client.say(hello_of("idler"));
    const auto idleness = [&] {
        const auto status = air_control::status(socket());
        const auto found = std::ranges::find(status->radios, "idler", [](const auto& r) { return r.radio.name; });
        return found == status->radios.end() ? std::nullopt : std::optional(found->idle);
    };
    ASSERT_TRUE(becomes_true([&] { return idleness() == protocol::idleness::busy; }));
    // The answer to each of these shows that the hub has read what came before.
    const auto said = [&](std::uint64_t handled) {
        client.say(encoded(protocol::idle_until{handled, std::nullopt}));
        const auto token = b_->send(mac_from_name("a"), "so far");
        run_until({b_.get()}, [&] { return b_->answer_to(token) != nullptr; });
        return idleness();
    };
    EXPECT_EQ(said(0), protocol::idleness::busy) << "it had not handled the welcome when it said so";
    EXPECT_EQ(said(1), protocol::idleness::forever);
    const auto token = a_->send(mac_address::broadcast(), "wake up");
    ASSERT_TRUE(run_until({a_.get()}, [&] { return a_->answer_to(token) != nullptr; }));
    EXPECT_EQ(idleness(), protocol::idleness::busy) << "something came";
    EXPECT_EQ(said(1), protocol::idleness::busy);
    EXPECT_EQ(said(2), protocol::idleness::forever);
    client.say(encoded(protocol::set_promiscuous{1, true}));
    EXPECT_TRUE(becomes_true([&] { return idleness() == protocol::idleness::busy; })) << "it did something";
}

TEST_F(HubRubbish, RandomBytesHarmNobody) {
    std::mt19937 random(1);
    std::vector<bytes> starts = {{}, hello_of("random")};
    for (int i = 0; i < 300; ++i) {
        const raw_client client(socket());
        for (const auto& start : starts)
            if (!start.empty() && i % 2 == 0) client.say(start);
        bytes packet = encoded(protocol::configure{1, {}});
        packet.resize(1 + random() % 200);
        for (auto& b : packet)
            if (random() % 3 == 0) b = static_cast<std::uint8_t>(random());
        client.say(packet);
    }
    ASSERT_TRUE(becomes_true([&] { return air_control::status(socket())->radios.size() == 2; }));
    expect_all_is_well();
}

TEST_F(HubRubbish, AFloodOfRequestsWhoseAnswersNobodyReadsIsHeldBack) {
    const raw_client flood(socket());
    flood.say(hello_of("flood"));
    bytes packet;
    for (int i = 0; i < 1000; ++i) {
        protocol::append(packet, protocol::set_promiscuous{1, true});
        protocol::append(packet, protocol::status_request{});
    }
    // The hub stops to read from it, so that at last the socket takes no more.
    int taken = 0;
    while (taken < 10000 && flood.say(packet, MSG_DONTWAIT))
        ++taken;
    const auto is_held = [&] {
        pollfd ready{.fd = flood.descriptor(), .events = POLLOUT, .revents = 0};
        if (::poll(&ready, 1, 100) == 0) return true;
        flood.say(packet, MSG_DONTWAIT);
        return false;
    };
    EXPECT_TRUE(becomes_true(is_held));
    const auto there = a_->send(b_->mac(), "there");
    ASSERT_TRUE(run_until({a_.get(), b_.get()}, [&] { return a_->answer_to(there) && b_->count("there") == 1; }));
    EXPECT_EQ(a_->answer_to(there)->status, tx_status::acked);
}

TEST_F(HubRubbish, ConnectionsThatNeverSayHelloGiveWay) {
    std::vector<std::unique_ptr<raw_client>> silent;
    for (int i = 0; i < 700; ++i) {
        silent.push_back(std::make_unique<raw_client>(socket()));
        ASSERT_TRUE(silent.back()->is_connected());
    }
    auto late = join(socket(), "late");
    const auto token = late->send(a_->mac(), "hello");
    ASSERT_TRUE(run_until({late.get(), a_.get()}, [&] { return late->answer_to(token) && a_->count("hello") == 1; }));
    EXPECT_THAT(silent.front()->refusal(), HasSubstr("too many connections that have not said hello"));
    EXPECT_THAT(silent.back()->refusal(), HasSubstr("no hello came within"));
}

TEST_F(HubRubbish, DescriptorsThatAreSentAlongAreNotKept) {
    const raw_client client(socket());
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const unique_descriptor reader(ends[0]);
    {
        const unique_descriptor writer(ends[1]);
        auto hello = hello_of("giver");
        iovec data{hello.data(), hello.size()};
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
        msghdr message{};
        message.msg_iov = &data;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        auto* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        const int sent = writer.get();
        std::memcpy(CMSG_DATA(header), &sent, sizeof sent);
        ASSERT_GT(::sendmsg(client.descriptor(), &message, 0), 0);
    }
    // If the hub kept the other end, this would not come.
    pollfd ready{.fd = reader.get(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&ready, 1, static_cast<int>(milliseconds(patience).count())), 1);
    EXPECT_NE(ready.revents & POLLHUP, 0);
}

TEST_F(HubRubbish, AnotherUserIsRefused) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
    ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
    ASSERT_EQ(::chmod(socket().c_str(), 0666), 0);
    child_process foreigner([&](int to) {
        if (::setuid(65534) != 0) return 1;
        const raw_client client(socket());
        report(to, client.refusal());
        return 0;
    });
    EXPECT_THAT(foreigner.line(), HasSubstr("this air belongs to user 0, not to user 65534"));
    expect_all_is_well();
}

}  // namespace nowire::test
