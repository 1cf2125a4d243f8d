#include <nowire/device/errc.hpp>
#include <nowire/device/transmission.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace nowire {
namespace {

constexpr errc all[] = {errc::not_init,         errc::argument,    errc::no_memory,      errc::peer_list_full,
                        errc::peer_not_found,   errc::internal,    errc::peer_exists,    errc::interface_down,
                        errc::channel_mismatch, errc::timeout,     errc::packet_numbers, errc::radio,
                        errc::bad_url,          errc::bad_file,    errc::refused,        errc::closed,
                        errc::buffer_too_small, errc::interrupted, errc::forked};

TEST(Errc, EspNowCodesHaveEspIdfsNumbers) {
    constexpr int base = 0x3000 + 100;  // ESP_ERR_ESPNOW_BASE
    for (int i = 0; i < 9; ++i)
        EXPECT_EQ(static_cast<int>(all[i]), base + 1 + i);
    EXPECT_EQ(static_cast<int>(errc::channel_mismatch), 12397);
}

TEST(Errc, EspNowCodesHaveEspIdfsNames) {
    EXPECT_EQ(esp_idf_name(errc::not_init), "ESP_ERR_ESPNOW_NOT_INIT");
    EXPECT_EQ(esp_idf_name(errc::channel_mismatch), "ESP_ERR_ESPNOW_CHAN");
    EXPECT_EQ(esp_idf_name(errc::timeout), "");
    EXPECT_EQ(esp_idf_name(static_cast<errc>(1)), "");
}

TEST(Errc, EachHasANameAndASentenceOfItsOwn) {
    std::set<std::string> names, sentences;
    for (auto e : all) {
        names.emplace(to_string(e));
        sentences.insert(make_error_code(e).message());
    }
    EXPECT_EQ(names.size(), std::size(all));
    EXPECT_EQ(sentences.size(), std::size(all));
    EXPECT_EQ(to_string(errc::peer_not_found), "peer_not_found");
    EXPECT_EQ(to_string(static_cast<errc>(1)), "?");
}

TEST(Errc, IsAnErrorCodeOfItsCategory) {
    const std::error_code code = errc::timeout;
    EXPECT_EQ(code.category(), errc_category());
    EXPECT_STREQ(code.category().name(), "nowire");
    EXPECT_EQ(code.value(), 0x4e01);
    EXPECT_EQ(std::error_code(77, errc_category()).message(), "nowire error 77");
}

TEST(TxStatus, HasNames) {
    EXPECT_EQ(to_string(tx_status::acked), "acked");
    EXPECT_EQ(to_string(tx_status::not_acked), "not_acked");
    EXPECT_EQ(to_string(tx_status::sent), "sent");
    EXPECT_EQ(to_string(tx_status::unconfirmed), "unconfirmed");
    EXPECT_EQ(to_string(tx_status::not_sent), "not_sent");
    EXPECT_EQ(to_string(static_cast<tx_status>(99)), "?");
}

}  // namespace
}  // namespace nowire
