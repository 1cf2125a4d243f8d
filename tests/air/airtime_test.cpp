#include <nowire/air/airtime.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <string>

namespace nowire::air {

namespace {

using std::chrono::microseconds;

const auto at_2ghz = *channel::from_number(6);
const auto at_5ghz = *channel::from_number(36);

/// The bytes of an ESP-NOW frame with FCS that carries `payload` bytes.
constexpr std::size_t espnow(std::size_t payload) {
    return 36 + payload + 7 * ((payload + 249) / 250);
}

struct airtime_row {
    const char* what;
    std::size_t bytes;
    rate at;
    int microseconds_2ghz;
};

class Airtime : public testing::TestWithParam<airtime_row> {};

}  // namespace

TEST_P(Airtime, IsThatOfTheStandard) {
    const auto& row = GetParam();
    EXPECT_EQ(airtime(row.bytes, row.at, at_2ghz), microseconds(row.microseconds_2ghz));
}

INSTANTIATE_TEST_SUITE_P(
    Airtime, Airtime,
    testing::Values(airtime_row{"250 bytes at 1 Mb/s", espnow(250), rate::dsss_1m_long, 2536},
                    airtime_row{"250 bytes, encrypted", espnow(250) + 16, rate::dsss_1m_long, 2664},
                    airtime_row{"1470 bytes", espnow(1470), rate::dsss_1m_long, 12576},
                    airtime_row{"1490 bytes", espnow(1490), rate::dsss_1m_long, 12736},
                    airtime_row{"250 bytes at 2 Mb/s", 293, rate::dsss_2m_long, 192 + 1172},
                    airtime_row{"250 bytes at 2 Mb/s, short", 293, rate::dsss_2m_short, 96 + 1172},
                    airtime_row{"250 bytes at 5.5 Mb/s, rounded up", 293, rate::cck_5m5_long, 192 + 427},
                    airtime_row{"250 bytes at 11 Mb/s, rounded up", 293, rate::cck_11m_long, 192 + 214},
                    airtime_row{"250 bytes at 11 Mb/s, short", 293, rate::cck_11m_short, 96 + 214},
                    airtime_row{"11 bytes at 11 Mb/s, no remainder", 11, rate::cck_11m_long, 192 + 8},
                    airtime_row{"250 bytes at 54 Mb/s", 293, rate::ofdm_54m, 20 + 11 * 4 + 6},
                    airtime_row{"250 bytes at 6 Mb/s", 293, rate::ofdm_6m, 20 + 99 * 4 + 6},
                    airtime_row{"24 Mb/s, the last symbol nearly full", 105, rate::ofdm_24m, 20 + 9 * 4 + 6},
                    airtime_row{"24 Mb/s, no room for the tail bits", 106, rate::ofdm_24m, 20 + 10 * 4 + 6},
                    airtime_row{"250 bytes at MCS 0", 293, rate::ht_mcs0_lgi, 36 + 91 * 4 + 6},
                    airtime_row{"250 bytes at MCS 4", 293, rate::ht_mcs4_lgi, 36 + 16 * 4 + 6},
                    airtime_row{"250 bytes at MCS 7", 293, rate::ht_mcs7_lgi, 36 + 10 * 4 + 6},
                    airtime_row{"MCS 0, short guard interval: 91 times 3.6 us", 293, rate::ht_mcs0_sgi, 36 + 328 + 6},
                    airtime_row{"MCS 7, short guard interval: 10 times 3.6 us", 293, rate::ht_mcs7_sgi, 36 + 36 + 6},
                    airtime_row{"MCS 7, the tail bits in a symbol of their own", 323, rate::ht_mcs7_lgi,
                                36 + 11 * 4 + 6},
                    airtime_row{"an ACK at 1 Mb/s", ack_size, rate::dsss_1m_long, 304},
                    airtime_row{"an ACK at 2 Mb/s", ack_size, rate::dsss_2m_long, 248},
                    airtime_row{"an ACK at 5.5 Mb/s", ack_size, rate::cck_5m5_long, 213},
                    airtime_row{"an ACK at 11 Mb/s", ack_size, rate::cck_11m_long, 203},
                    airtime_row{"an ACK at 6 Mb/s: 44 us and the signal extension", ack_size, rate::ofdm_6m, 44 + 6}),
    [](const auto& info) { return std::to_string(info.index); });

TEST(AirtimeOnOtherBands, HasNoSignalExtensionAt5GHz) {
    EXPECT_EQ(airtime(293, rate::ofdm_54m, at_5ghz), microseconds(64));
    EXPECT_EQ(ack_airtime(rate::ofdm_54m, at_5ghz), microseconds(44));
    EXPECT_EQ(ack_airtime(rate::ofdm_54m, at_2ghz), microseconds(50));
}

TEST(AirtimeOnOtherBands, KnowsNoDsssAt5GHz) {
    EXPECT_EQ(usable_rate(rate::dsss_1m_long, at_5ghz), rate::ofdm_6m);
    EXPECT_EQ(usable_rate(rate::ofdm_24m, at_5ghz), rate::ofdm_24m);
    EXPECT_EQ(usable_rate(rate::ht_mcs3_sgi, at_5ghz), rate::ht_mcs3_sgi);
    EXPECT_EQ(usable_rate(rate::lr_250k, at_5ghz), rate::ofdm_6m);
    EXPECT_EQ(usable_rate(rate::dsss_1m_long, at_2ghz), rate::dsss_1m_long);
}

TEST(Spaces, AreThoseOfTheBand) {
    EXPECT_EQ(sifs(at_2ghz), microseconds(10));
    EXPECT_EQ(slot_time(at_2ghz), microseconds(20));
    EXPECT_EQ(aifs(at_2ghz), microseconds(50));
    EXPECT_EQ(sifs(at_5ghz), microseconds(16));
    EXPECT_EQ(slot_time(at_5ghz), microseconds(9));
    EXPECT_EQ(aifs(at_5ghz), microseconds(34));
    EXPECT_EQ(aifs(at_2ghz, 7), microseconds(150));
    EXPECT_EQ(eifs_extension(at_2ghz), microseconds(10 + 304)) << "EIFS 364 us less DIFS 50";
    EXPECT_EQ(eifs_extension(at_5ghz), microseconds(16 + 44));
}

TEST(Ack, IsSentAtTheRateOfDsssAndAt6ForOfdm) {
    for (const auto r : {rate::dsss_1m_long, rate::dsss_2m_long, rate::cck_5m5_long, rate::cck_11m_long,
                         rate::dsss_2m_short, rate::cck_5m5_short, rate::cck_11m_short})
        EXPECT_EQ(ack_rate(r), r);
    for (const auto r : {rate::ofdm_6m, rate::ofdm_9m, rate::ofdm_12m, rate::ofdm_18m, rate::ofdm_24m, rate::ofdm_36m,
                         rate::ofdm_48m, rate::ofdm_54m, rate::ht_mcs0_lgi, rate::ht_mcs7_sgi})
        EXPECT_EQ(ack_rate(r), rate::ofdm_6m);
}

TEST(Ack, IsWaitedForAsLongAsItTakesToNoticeIt) {
    EXPECT_EQ(ack_timeout(rate::dsss_1m_long, at_2ghz), microseconds(10 + 20 + 192));
    EXPECT_EQ(ack_timeout(rate::cck_11m_short, at_2ghz), microseconds(10 + 20 + 96));
    EXPECT_EQ(ack_timeout(rate::ofdm_54m, at_2ghz), microseconds(10 + 20 + 20));
    EXPECT_EQ(ack_timeout(rate::ofdm_54m, at_5ghz), microseconds(16 + 9 + 20));
}

TEST(DurationField, IsWhatCapturedFramesCarry) {
    EXPECT_EQ(duration_field(rate::dsss_1m_long, at_2ghz), 314);
    EXPECT_EQ(duration_field(rate::dsss_2m_long, at_2ghz), 258);
    EXPECT_EQ(duration_field(rate::cck_5m5_long, at_2ghz), 223);
    EXPECT_EQ(duration_field(rate::cck_11m_long, at_2ghz), 213);
    for (const auto on : {at_2ghz, at_5ghz})
        for (const auto r : {rate::ofdm_6m, rate::ofdm_24m, rate::ofdm_54m, rate::ht_mcs4_lgi, rate::ht_mcs7_sgi})
            EXPECT_EQ(duration_field(r, on), 60);
}

}  // namespace nowire::air
