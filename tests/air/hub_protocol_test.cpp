/// The bytes between a hub and its clients.

#include "air/hub_protocol_samples.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <random>

namespace nowire::air::protocol {

using testing::ElementsAre;

namespace {

using bytes = std::vector<std::uint8_t>;

template <class Message>
bytes encoded(const Message& m) {
    bytes packet;
    append(packet, m);
    return packet;
}

auto take(std::span<const std::uint8_t>& packet, const client_message&) {
    return take_client_message(packet);
}
auto take(std::span<const std::uint8_t>& packet, const hub_message&) {
    return take_hub_message(packet);
}

/// Reading gives what was written, no shorter or longer body is accepted, and no byte can be read outside.
template <class Message>
void check_layout(const Message& m) {
    const auto packet = encoded(m);
    ASSERT_EQ(packet.size(), message_header_size + static_cast<std::size_t>(packet[2] | packet[3] << 8));
    std::span<const std::uint8_t> rest(packet);
    const auto again = take(rest, m);
    ASSERT_TRUE(again) << to_string(again.error());
    EXPECT_TRUE(rest.empty());
    EXPECT_EQ(again->index(), m.index());
    EXPECT_EQ(encoded(*again), packet);

    for (std::size_t size = 1; size < packet.size(); ++size) {
        const bytes cut(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size));
        rest = cut;
        const auto failed = take(rest, m);
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().what, problem::truncated);
    }
}

template <class Message>
std::optional<problem> problem_of(const bytes& packet, const Message& kind) {
    std::span<const std::uint8_t> rest(packet);
    const auto taken = take(rest, kind);
    return taken ? std::nullopt : std::optional(taken.error().what);
}
std::optional<problem> client_problem(const bytes& packet) {
    return problem_of(packet, client_message());
}
std::optional<problem> hub_problem(const bytes& packet) {
    return problem_of(packet, hub_message());
}

/// A message whose body has `by` bytes more or less.
bytes resized(bytes packet, std::ptrdiff_t by) {
    packet.resize(static_cast<std::size_t>(std::ssize(packet) + by), 0);
    const auto size = packet.size() - message_header_size;
    packet[2] = static_cast<std::uint8_t>(size);
    packet[3] = static_cast<std::uint8_t>(size >> 8);
    return packet;
}

}  // namespace

TEST(HubProtocol, EveryMessageOfAClientIsReadAsItWasWritten) {
    for (const auto& m : client_samples())
        check_layout(m);
}

TEST(HubProtocol, EveryMessageOfAHubIsReadAsItWasWritten) {
    for (const auto& m : hub_samples())
        check_layout(m);
}

TEST(HubProtocol, TheBytesOfATransmitAreThese) {
    const std::uint8_t mpdu[] = {0xd0, 0x00};
    EXPECT_THAT(encoded<client_message>(transmit_frame{0x1122, rate::ofdm_6m, 31, mpdu}),
                ElementsAre(2, 0, 12, 0, 0x22, 0x11, 0, 0, 0, 0, 0, 0, 0x0b, 31, 0xd0, 0x00));
}

TEST(HubProtocol, TheBytesOfAReportOfPeersAreThese) {
    const peer_report peers{.count = 7,
                            .listed = {{.address = mac_address({2, 0, 0, 0, 0, 9}),
                                        .on = channel::from_number(11),
                                        .via = interface::soft_ap,
                                        .encrypt = true},
                                       {.address = mac_address::broadcast()}}};
    EXPECT_THAT(encoded<client_message>(report_peers{peers}),
                ElementsAre(12, 0, 22, 0,                          // type, body
                            7, 0, 0, 0, 2, 0,                      // peers, of these here
                            2, 0, 0, 0, 0, 9, 11, 3,               // channel, encrypted and by the SoftAP
                            255, 255, 255, 255, 255, 255, 0, 0));  // its own channel, plain
    auto packet = encoded<hub_message>(radio_status{});
    const auto before = packet.size();
    radio_status with_peers;
    with_peers.peers = peers;
    packet = encoded<hub_message>(with_peers);
    ASSERT_EQ(packet.size(), before + 16);
    const auto report = encoded<client_message>(report_peers{peers});
    EXPECT_TRUE(std::ranges::equal(std::span(packet).last(22), std::span(report).last(22)));
}

TEST(HubProtocol, ReportsOfPeersThatCannotBeRightAreRefused) {
    const auto one = encoded<client_message>(report_peers{{1, {{.address = mac_address({2, 0, 0, 0, 0, 9})}}}});
    const auto changed = [&](std::size_t at, std::uint8_t value) {
        auto packet = one;
        packet[message_header_size + at] = value;
        return client_problem(packet);
    };
    EXPECT_EQ(changed(0, 200), std::nullopt) << "more than are listed";
    EXPECT_EQ(changed(0, 0), problem::wrong_value) << "less than are listed";
    EXPECT_EQ(changed(4, 0), problem::wrong_length);
    EXPECT_EQ(changed(12, 15), problem::wrong_value) << "channel";
    EXPECT_EQ(changed(13, 4), problem::wrong_value) << "an unknown flag";
    EXPECT_EQ(changed(13, 3), std::nullopt);
    auto group = one;
    group[message_header_size + 6] |= 1;
    EXPECT_EQ(client_problem(group), std::nullopt);
    group[message_header_size + 13] = 1;
    EXPECT_EQ(client_problem(group), problem::wrong_value) << "a group has no key";
    EXPECT_EQ(client_problem(resized(one, 8)), problem::wrong_length);
    EXPECT_EQ(client_problem(resized(one, -1)), problem::wrong_length);
    EXPECT_EQ(client_problem(resized(one, -10)), problem::wrong_length);
}

TEST(HubProtocol, MorePeersThanAReportMayListAreCutByTheWriterAndRefusedByTheReader) {
    peer_report many{.count = 1000, .listed = {}};
    for (int i = 0; i < 300; ++i)
        many.listed.push_back(
            {.address = mac_address({2, 0, 0, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)})});
    auto packet = encoded<client_message>(report_peers{many});
    std::span<const std::uint8_t> rest(packet);
    const auto read = take_client_message(rest);
    ASSERT_TRUE(read);
    const auto& kept = std::get<report_peers>(*read).peers;
    EXPECT_EQ(kept.count, 1000u);
    ASSERT_EQ(kept.listed.size(), 256u);
    EXPECT_TRUE(std::ranges::equal(kept.listed, std::span(many.listed).first(256)));

    packet = resized(packet, 8);
    packet[message_header_size + 4] = 1;  // 257
    rest = packet;
    const auto refused = take_client_message(rest);
    ASSERT_FALSE(refused);
    EXPECT_EQ(to_string(refused.error()), "a message of type 12 with more than 256 peers");
}

TEST(HubProtocol, ABodyOfTheWrongLengthIsRefused) {
    for (const auto& m : client_samples()) {
        // These end in what may have any length.
        if (std::holds_alternative<transmit_frame>(m)) continue;
        const auto packet = encoded(m);
        EXPECT_EQ(client_problem(resized(packet, 1)), problem::wrong_length) << int(packet[0]);
        if (packet.size() > message_header_size) {
            EXPECT_NE(client_problem(resized(packet, -1)), std::nullopt) << int(packet[0]);
        }
    }
    for (const auto& m : hub_samples()) {
        if (std::holds_alternative<received>(m)) continue;
        const auto packet = encoded(m);
        EXPECT_EQ(hub_problem(resized(packet, 1)), problem::wrong_length) << int(packet[0]);
        EXPECT_NE(hub_problem(resized(packet, -1)), std::nullopt) << int(packet[0]);
    }
}

TEST(HubProtocol, AnUnknownTypeIsNamed) {
    std::span<const std::uint8_t> packet;
    const bytes unknown = {0x33, 0, 0, 0};
    packet = unknown;
    EXPECT_EQ(to_string(take_client_message(packet).error()), "a message of unknown type 51");
    // What one side says the other does not.
    EXPECT_EQ(hub_problem(encoded<client_message>(bye())), problem::unknown_type);
    EXPECT_EQ(client_problem(encoded<hub_message>(time_is())), problem::unknown_type);
    EXPECT_EQ(client_problem({0, 0, 0, 0}), problem::unknown_type);
    EXPECT_EQ(client_problem({10, 1, 0, 0}), problem::wrong_value) << "the second byte is 0";
}

TEST(HubProtocol, AHelloOfAnotherVersionIsToldApartFromRubbish) {
    auto hello = encoded(client_samples()[0]);
    hello[4] ^= 1;
    EXPECT_EQ(client_problem(hello), problem::wrong_magic);
    hello[4] ^= 1;
    hello[8] = 9;
    EXPECT_EQ(client_problem(hello), problem::wrong_version);
    EXPECT_EQ(client_problem(resized(hello, 100)), problem::wrong_version) << "whatever else it has";
    std::span<const std::uint8_t> packet(hello);
    EXPECT_EQ(take_client_message(packet).error().version, 9);
    EXPECT_EQ(client_problem({1, 0, 0, 0}), problem::wrong_magic);
}

TEST(HubProtocol, ValuesThatCannotBeRightAreRefused) {
    const auto setup_with = [](std::size_t at, std::uint8_t value) {
        auto packet = encoded<client_message>(configure{
            1, {.on = {}, .station = mac_address({2, 0, 0, 0, 0, 2}), .soft_ap = mac_address({2, 0, 0, 0, 0, 3})}});
        packet[message_header_size + 4 + at] = value;
        return client_problem(packet);
    };
    EXPECT_EQ(setup_with(0, 6), std::nullopt);
    EXPECT_EQ(setup_with(0, 0), problem::wrong_value) << "channel";
    EXPECT_EQ(setup_with(0, 15), problem::wrong_value) << "channel";
    EXPECT_EQ(setup_with(1, 0x0f), problem::wrong_value) << "an unknown flag";
    EXPECT_EQ(setup_with(1, 0x06), problem::wrong_value) << "an address that is not there is zero";
    EXPECT_EQ(setup_with(2, 3), problem::wrong_value) << "a group";
    EXPECT_EQ(setup_with(13, 2), problem::wrong_value) << "both addresses the same";

    auto transmit = encoded<client_message>(transmit_frame{});
    transmit[message_header_size + 8] = 4;
    EXPECT_EQ(client_problem(transmit), problem::wrong_value) << "rate";
    EXPECT_EQ(client_problem(resized(encoded<client_message>(transmit_frame{}), max_mpdu)), std::nullopt);
    EXPECT_EQ(client_problem(resized(encoded<client_message>(transmit_frame{}), max_mpdu + 1)), problem::wrong_value);

    auto flag = encoded<client_message>(set_promiscuous{1, true});
    flag.back() = 2;
    EXPECT_EQ(client_problem(flag), problem::wrong_value);

    medium_radio nameless;
    EXPECT_EQ(client_problem(encoded<client_message>(hello{client_kind::radio, nameless})), problem::wrong_value);
    nameless.name = "a\nb";
    EXPECT_EQ(client_problem(encoded<client_message>(hello{client_kind::radio, nameless})), problem::wrong_value);

    auto time = encoded<hub_message>(time_is());
    time[message_header_size + 16] = 1;
    time[message_header_size + 17] = 0;
    time[message_header_size + 18] = 0;
    EXPECT_EQ(hub_problem(time), problem::wrong_value) << "a speed of a millionth";
    auto done = encoded<hub_message>(transmit_done());
    done[message_header_size + 8] = 5;
    EXPECT_EQ(hub_problem(done), problem::wrong_value) << "status";
}

TEST(HubProtocol, WhatDoesNotFitIsBroughtIntoItsRange) {
    medium_radio radio;
    radio.name = std::string(100, 'x');
    radio.at = position{1e12, -1e12};
    radio.loss = 7;
    radio.tx_power = 1000;
    const auto packet = encoded<client_message>(hello{client_kind::radio, radio});
    std::span<const std::uint8_t> rest(packet);
    const auto read = std::get<hello>(*take_client_message(rest)).radio;
    EXPECT_EQ(read.name.size(), name_limit);
    EXPECT_EQ(read.at->x, 2147483.647);
    EXPECT_EQ(read.at->y, -2147483.648);
    EXPECT_EQ(read.loss, 1);
    EXPECT_EQ(read.tx_power, 127);

    const auto far = encoded<client_message>(idle_until{0, time_point::max()});
    EXPECT_EQ(client_problem(far), std::nullopt);
}

TEST(HubProtocol, SeveralMessagesInAPacketAreTakenOneByOne) {
    bytes packet;
    const auto samples = client_samples();
    for (const auto& m : samples)
        append(packet, m);
    std::span<const std::uint8_t> rest(packet);
    for (const auto& m : samples) {
        const auto taken = take_client_message(rest);
        ASSERT_TRUE(taken);
        EXPECT_EQ(taken->index(), m.index());
    }
    EXPECT_TRUE(rest.empty());
}

TEST(HubProtocol, ChangedBytesAreReadOrRefused) {
    std::mt19937 random(7);
    const auto client = client_samples();
    const auto hub = hub_samples();
    for (int i = 0; i < 20000; ++i) {
        auto packet = i % 2 == 0 ? encoded(client[random() % client.size()]) : encoded(hub[random() % hub.size()]);
        for (int changes = 1 + static_cast<int>(random() % 3); changes > 0; --changes)
            packet[random() % packet.size()] = static_cast<std::uint8_t>(random());
        // A block of exactly its size, for the sanitizer.
        const bytes exact(packet);
        std::span<const std::uint8_t> rest(exact);
        if (i % 2 == 0) {
            if (const auto m = take_client_message(rest)) encoded(*m);
        } else if (const auto m = take_hub_message(rest)) {
            encoded(*m);
        }
    }
}

}  // namespace nowire::air::protocol
