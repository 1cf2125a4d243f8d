/// nvs_handle.hpp does what nvs.h does.

#include "support/files.hpp"

#include <gmock/gmock.h>
#include <nvs_flash.h>
#include <nvs_handle.hpp>

#include <array>
#include <cstdlib>
#include <limits>
#include <string>

bool nvs_handle_in_cxx17(nvs::NVSHandle& store);

namespace nowire::test {
namespace {

using nvs::ItemType;

class IdfNvsHandle : public testing::Test {
  protected:
    IdfNvsHandle() {
        static const temporary_folder folder;
        ::setenv("NOWIRE_IDF_NVS", (folder / "store").c_str(), 1);
        EXPECT_EQ(nvs_flash_erase(), ESP_OK);
        EXPECT_EQ(nvs_flash_init(), ESP_OK);
    }
    ~IdfNvsHandle() override { nvs_flash_deinit(); }

    static std::unique_ptr<nvs::NVSHandle> open(nvs_open_mode_t mode = NVS_READWRITE) {
        esp_err_t answer = ESP_FAIL;
        auto opened = nvs::open_nvs_handle("space", mode, &answer);
        EXPECT_EQ(answer, ESP_OK);
        EXPECT_NE(opened, nullptr);
        return opened;
    }
};

template <class Number>
void expect_kept(nvs::NVSHandle& store, const char* key, Number value) {
    EXPECT_EQ(store.set_item(key, value), ESP_OK) << key;
    Number read{};
    EXPECT_EQ(store.get_item(key, read), ESP_OK) << key;
    EXPECT_EQ(read, value) << key;
    std::size_t size = 0;
    EXPECT_EQ(store.get_item_size(nvs::itemTypeOf(value), key, size), ESP_OK) << key;
    EXPECT_EQ(size, sizeof value) << key;
}

TEST_F(IdfNvsHandle, KeepsWhatTheFunctionsInCRead) {
    const auto store = open();
    expect_kept<std::uint8_t>(*store, "u8", 255);
    expect_kept<std::int8_t>(*store, "i8", -128);
    expect_kept<std::uint16_t>(*store, "u16", 65535);
    expect_kept<std::int16_t>(*store, "i16", -32768);
    expect_kept<std::uint32_t>(*store, "u32", 0xffffffff);
    expect_kept<std::int32_t>(*store, "i32", -5);
    expect_kept<std::uint64_t>(*store, "u64", std::numeric_limits<std::uint64_t>::max());
    expect_kept<std::int64_t>(*store, "i64", std::numeric_limits<std::int64_t>::min());
    expect_kept(*store, "bool", true);
    EXPECT_TRUE(nvs_handle_in_cxx17(*store));
    EXPECT_EQ(store->set_string("str", "hello"), ESP_OK);
    EXPECT_EQ(store->set_blob("blob", "\0\1\2", 3), ESP_OK);
    EXPECT_EQ(store->commit(), ESP_OK);

    EXPECT_EQ(nvs_flash_deinit(), ESP_OK);
    EXPECT_EQ(nvs_flash_init(), ESP_OK);
    nvs_handle_t handle = 0;
    ASSERT_EQ(nvs_open("space", NVS_READONLY, &handle), ESP_OK);
    std::int16_t i16 = 0;
    std::uint16_t mode = 0;
    std::array<char, 8> text{};
    std::size_t length = text.size();
    EXPECT_EQ(nvs_get_i16(handle, "i16", &i16), ESP_OK);
    EXPECT_EQ(i16, -32768);
    EXPECT_EQ(nvs_get_u16(handle, "mode", &mode), ESP_OK);
    EXPECT_EQ(mode, 1);
    EXPECT_EQ(nvs_get_str(handle, "str", text.data(), &length), ESP_OK);
    EXPECT_STREQ(text.data(), "hello");
    std::size_t expected = 0;
    EXPECT_EQ(nvs_get_used_entry_count(handle, &expected), ESP_OK);
    std::size_t used = 0;
    EXPECT_EQ(open(NVS_READONLY)->get_used_entry_count(used), ESP_OK);
    EXPECT_EQ(used, expected);
    EXPECT_GT(used, 11U);
}

TEST_F(IdfNvsHandle, SizesAndTypesAreToldAndRoomIsLookedAt) {
    const auto store = open();
    ASSERT_EQ(store->set_string("str", "hello"), ESP_OK);
    ASSERT_EQ(store->set_blob("blob", "\0\1\2", 3), ESP_OK);
    ASSERT_EQ(store->set_item("number", 7), ESP_OK);
    const auto size = [&](ItemType type, const char* key) {
        std::size_t told = 99;
        const auto answer = store->get_item_size(type, key, told);
        return answer == ESP_OK ? static_cast<int>(told) : -answer;
    };
    EXPECT_EQ(size(ItemType::SZ, "str"), 6);
    EXPECT_EQ(size(ItemType::ANY, "str"), 6);
    EXPECT_EQ(size(ItemType::BLOB, "blob"), 3);
    EXPECT_EQ(size(ItemType::BLOB_DATA, "blob"), 3);
    EXPECT_EQ(size(ItemType::I32, "number"), 4);
    EXPECT_EQ(size(ItemType::U32, "number"), -ESP_ERR_NVS_NOT_FOUND);
    EXPECT_EQ(size(ItemType::BLOB, "str"), -ESP_ERR_NVS_NOT_FOUND);
    EXPECT_EQ(size(ItemType::ANY, "none"), -ESP_ERR_NVS_NOT_FOUND);

    nvs_type_t type{};
    EXPECT_EQ(store->find_key("blob", type), ESP_OK);
    EXPECT_EQ(type, NVS_TYPE_BLOB);
    EXPECT_EQ(store->find_key("none", type), ESP_ERR_NVS_NOT_FOUND);

    std::array<char, 6> text{};
    EXPECT_EQ(store->get_string("str", text.data(), 5), ESP_ERR_NVS_INVALID_LENGTH);
    EXPECT_STREQ(text.data(), "");
    EXPECT_EQ(store->get_string("str", text.data(), 6), ESP_OK);
    EXPECT_STREQ(text.data(), "hello");
    std::array<char, 3> blob{};
    EXPECT_EQ(store->get_blob("blob", blob.data(), 2), ESP_ERR_NVS_INVALID_LENGTH);
    EXPECT_EQ(store->get_blob("blob", blob.data(), 3), ESP_OK);
    EXPECT_EQ(std::string(blob.data(), 3), std::string("\0\1\2", 3));
    EXPECT_EQ(store->get_blob("blob", nullptr, 3), ESP_ERR_INVALID_ARG);
}

TEST_F(IdfNvsHandle, ErrorsAreThoseOfTheFunctionsInC) {
    esp_err_t answer = ESP_OK;
    EXPECT_EQ(nvs::open_nvs_handle("none", NVS_READONLY, &answer), nullptr);
    EXPECT_EQ(answer, ESP_ERR_NVS_NOT_FOUND);
    EXPECT_EQ(nvs::open_nvs_handle("a name that is too long", NVS_READWRITE), nullptr);
    EXPECT_EQ(nvs::open_nvs_handle_from_partition("other", "space", NVS_READWRITE, &answer), nullptr);
    EXPECT_EQ(answer, ESP_ERR_NVS_PART_NOT_FOUND);

    auto store = open();
    std::uint32_t number = 5;
    EXPECT_EQ(store->get_item("none", number), ESP_ERR_NVS_NOT_FOUND);
    EXPECT_EQ(store->set_item("", number), ESP_ERR_NVS_INVALID_NAME);
    EXPECT_EQ(store->set_item("a key that is too long", number), ESP_ERR_NVS_KEY_TOO_LONG);
    EXPECT_EQ(store->set_item("key", std::int8_t{-1}), ESP_OK);
    EXPECT_EQ(store->get_item("key", number), ESP_ERR_NVS_TYPE_MISMATCH);
    EXPECT_EQ(number, 5U) << "as before";
    EXPECT_EQ(open(NVS_READONLY)->set_item("key", number), ESP_ERR_NVS_READ_ONLY);
    EXPECT_EQ(open(NVS_READONLY)->erase_all(), ESP_ERR_NVS_READ_ONLY);
    EXPECT_EQ(store->erase_item("none"), ESP_ERR_NVS_NOT_FOUND);
    EXPECT_EQ(store->erase_item("key"), ESP_OK);
    EXPECT_EQ(store->set_item("one", 1), ESP_OK);
    EXPECT_EQ(store->set_item("two", 2), ESP_OK);
    EXPECT_EQ(store->erase_all(), ESP_OK);
    std::size_t used = 9;
    EXPECT_EQ(store->get_used_entry_count(used), ESP_OK);
    EXPECT_EQ(used, 0U);
    nvs_flash_deinit();
    EXPECT_EQ(store->commit(), ESP_ERR_NVS_INVALID_HANDLE);
    EXPECT_EQ(nvs::open_nvs_handle("space", NVS_READWRITE, &answer), nullptr);
    EXPECT_EQ(answer, ESP_ERR_NVS_NOT_INITIALIZED);
}

TEST_F(IdfNvsHandle, AnObjectThatGoesClosesItsHandle) {
    nvs_handle_t before = 0;
    nvs_handle_t after = 0;
    ASSERT_EQ(nvs_open("space", NVS_READWRITE, &before), ESP_OK);
    { open()->set_item("key", 1); }
    ASSERT_EQ(nvs_open("space", NVS_READWRITE, &after), ESP_OK);
    std::int32_t number = 0;
    for (auto handle = before + 1; handle < after; ++handle)
        EXPECT_EQ(nvs_get_i32(handle, "key", &number), ESP_ERR_NVS_INVALID_HANDLE);
    EXPECT_EQ(nvs_get_i32(after, "key", &number), ESP_OK);
}

}  // namespace
}  // namespace nowire::test
