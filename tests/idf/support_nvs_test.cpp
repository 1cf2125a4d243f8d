#include "support/files.hpp"

#include <gmock/gmock.h>
#include <nvs_flash.h>

#include <array>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

namespace nowire::test {
namespace {

using testing::ElementsAre;

/// The store of this process. It finds its file once, so all tests have the same.
class IdfNvs : public testing::Test {
  protected:
    IdfNvs() {
        static const temporary_folder folder;
        ::setenv("NOWIRE_IDF_NVS", (folder / "store").c_str(), 1);
        EXPECT_EQ(nvs_flash_erase(), ESP_OK);
        EXPECT_EQ(nvs_flash_init(), ESP_OK);
    }
    ~IdfNvs() override { nvs_flash_deinit(); }

    static nvs_handle_t open(const char* space = "space", nvs_open_mode_t mode = NVS_READWRITE) {
        nvs_handle_t handle = 0;
        EXPECT_EQ(nvs_open(space, mode, &handle), ESP_OK);
        return handle;
    }
    /// As after a restart.
    static void read_again() {
        EXPECT_EQ(nvs_flash_deinit(), ESP_OK);
        EXPECT_EQ(nvs_flash_init(), ESP_OK);
    }
    /// The keys of an iteration, and how it ended.
    static std::vector<std::string> keys(const char* space, nvs_type_t type) {
        std::vector<std::string> found;
        nvs_iterator_t at = nullptr;
        auto answer = nvs_entry_find("nvs", space, type, &at);
        for (; answer == ESP_OK; answer = nvs_entry_next(&at)) {
            nvs_entry_info_t info;
            EXPECT_EQ(nvs_entry_info(at, &info), ESP_OK);
            found.push_back(std::string(info.namespace_name) + "/" + info.key);
        }
        EXPECT_EQ(answer, ESP_ERR_NVS_NOT_FOUND);
        EXPECT_EQ(at, nullptr);
        return found;
    }
    static std::size_t used() {
        nvs_stats_t stats{};
        EXPECT_EQ(nvs_get_stats(nullptr, &stats), ESP_OK);
        return stats.used_entries;
    }
};

template <class Number>
using setter = esp_err_t (*)(nvs_handle_t, const char*, Number);
template <class Number>
using getter = esp_err_t (*)(nvs_handle_t, const char*, Number*);

template <class Number>
void expect_kept(nvs_handle_t handle, setter<Number> set, getter<Number> get, const char* key, Number value) {
    EXPECT_EQ(set(handle, key, value), ESP_OK);
    Number read{};
    EXPECT_EQ(get(handle, key, &read), ESP_OK);
    EXPECT_EQ(read, value);
}

TEST_F(IdfNvs, KeepsEveryTypeAtItsLimits) {
    auto handle = open();
    expect_kept<std::uint8_t>(handle, nvs_set_u8, nvs_get_u8, "u8", 255);
    expect_kept<std::int8_t>(handle, nvs_set_i8, nvs_get_i8, "i8", -128);
    expect_kept<std::uint16_t>(handle, nvs_set_u16, nvs_get_u16, "u16", 65535);
    expect_kept<std::int16_t>(handle, nvs_set_i16, nvs_get_i16, "i16", -32768);
    expect_kept<std::uint32_t>(handle, nvs_set_u32, nvs_get_u32, "u32", 0xffffffff);
    expect_kept<std::int32_t>(handle, nvs_set_i32, nvs_get_i32, "i32", std::numeric_limits<std::int32_t>::min());
    expect_kept<std::uint64_t>(handle, nvs_set_u64, nvs_get_u64, "u64", std::numeric_limits<std::uint64_t>::max());
    expect_kept<std::int64_t>(handle, nvs_set_i64, nvs_get_i64, "i64", std::numeric_limits<std::int64_t>::min());
    const std::array<std::uint8_t, 4> blob{0, 1, 254, 255};
    EXPECT_EQ(nvs_set_blob(handle, "blob", blob.data(), blob.size()), ESP_OK);
    EXPECT_EQ(nvs_set_blob(handle, "empty", nullptr, 0), ESP_OK);
    EXPECT_EQ(nvs_set_str(handle, "str", "50 % of \xc3\xa4, a\nline"), ESP_OK);
    EXPECT_EQ(nvs_set_str(handle, "nothing", ""), ESP_OK);
    EXPECT_EQ(nvs_commit(handle), ESP_OK);
    read_again();

    handle = open("space", NVS_READONLY);
    std::uint8_t u8 = 0;
    std::int8_t i8 = 0;
    std::uint64_t u64 = 0;
    std::int64_t i64 = 0;
    EXPECT_EQ(nvs_get_u8(handle, "u8", &u8), ESP_OK);
    EXPECT_EQ(nvs_get_i8(handle, "i8", &i8), ESP_OK);
    EXPECT_EQ(nvs_get_u64(handle, "u64", &u64), ESP_OK);
    EXPECT_EQ(nvs_get_i64(handle, "i64", &i64), ESP_OK);
    EXPECT_EQ(u8, 255);
    EXPECT_EQ(i8, -128);
    EXPECT_EQ(u64, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(i64, std::numeric_limits<std::int64_t>::min());
    std::array<std::uint8_t, 4> read{};
    std::size_t length = read.size();
    EXPECT_EQ(nvs_get_blob(handle, "blob", read.data(), &length), ESP_OK);
    EXPECT_EQ(read, blob);
    EXPECT_EQ(nvs_get_blob(handle, "empty", nullptr, &length), ESP_OK);
    EXPECT_EQ(length, 0U);
    std::array<char, 64> text{};
    length = text.size();
    EXPECT_EQ(nvs_get_str(handle, "str", text.data(), &length), ESP_OK);
    EXPECT_STREQ(text.data(), "50 % of \xc3\xa4, a\nline");
    EXPECT_EQ(length, std::string(text.data()).size() + 1);
}

TEST_F(IdfNvs, TellsTheLengthAndRefusesTooSmallARoom) {
    const auto handle = open();
    EXPECT_EQ(nvs_set_str(handle, "key", "hello"), ESP_OK);
    std::size_t length = 0;
    EXPECT_EQ(nvs_get_str(handle, "key", nullptr, &length), ESP_OK);
    EXPECT_EQ(length, 6U);
    std::array<char, 6> text{"#####"};
    length = 5;
    EXPECT_EQ(nvs_get_str(handle, "key", text.data(), &length), ESP_ERR_NVS_INVALID_LENGTH);
    EXPECT_EQ(length, 6U);
    EXPECT_STREQ(text.data(), "#####");
    EXPECT_EQ(nvs_get_str(handle, "key", text.data(), nullptr), ESP_ERR_NVS_INVALID_LENGTH);
    EXPECT_EQ(nvs_get_str(handle, "key", text.data(), &length), ESP_OK);
    EXPECT_STREQ(text.data(), "hello");
}

TEST_F(IdfNvs, SaysWhatIsWrong) {
    const auto handle = open();
    std::uint8_t u8 = 3;
    std::uint16_t u16 = 3;
    EXPECT_EQ(nvs_get_u8(handle, "key", &u8), ESP_ERR_NVS_NOT_FOUND);
    EXPECT_EQ(nvs_set_u8(handle, "key", 1), ESP_OK);
    EXPECT_EQ(nvs_get_u16(handle, "key", &u16), ESP_ERR_NVS_TYPE_MISMATCH);
    EXPECT_EQ(u16, 3);
    EXPECT_EQ(nvs_set_u16(handle, "key", 2), ESP_OK) << "a new value may have another type";
    EXPECT_EQ(nvs_get_u8(handle, "key", &u8), ESP_ERR_NVS_TYPE_MISMATCH);
    EXPECT_EQ(u8, 3);
    nvs_type_t type = NVS_TYPE_ANY;
    EXPECT_EQ(nvs_find_key(handle, "key", &type), ESP_OK);
    EXPECT_EQ(type, NVS_TYPE_U16);

    EXPECT_EQ(nvs_set_u8(handle, "sixteen letters!", 1), ESP_ERR_NVS_KEY_TOO_LONG);
    EXPECT_EQ(nvs_set_u8(handle, "fifteen letters", 1), ESP_OK);
    EXPECT_EQ(nvs_get_u8(handle, "sixteen letters!", &u8), ESP_ERR_NVS_KEY_TOO_LONG);
    EXPECT_EQ(nvs_set_u8(handle, "", 1), ESP_ERR_NVS_INVALID_NAME);
    EXPECT_EQ(nvs_set_u8(handle, nullptr, 1), ESP_ERR_INVALID_ARG);
    EXPECT_EQ(nvs_set_str(handle, "key", nullptr), ESP_ERR_INVALID_ARG);
    EXPECT_EQ(nvs_get_u16(handle, "key", nullptr), ESP_ERR_INVALID_ARG);
    EXPECT_EQ(nvs_set_blob(handle, "key", nullptr, 1), ESP_ERR_INVALID_ARG);
    EXPECT_EQ(nvs_erase_key(handle, "other"), ESP_ERR_NVS_NOT_FOUND);

    nvs_handle_t other = 0;
    EXPECT_EQ(nvs_open("", NVS_READWRITE, &other), ESP_ERR_NVS_INVALID_NAME);
    EXPECT_EQ(nvs_open("sixteen letters!", NVS_READWRITE, &other), ESP_ERR_NVS_INVALID_NAME);
    EXPECT_EQ(nvs_open("unknown", NVS_READONLY, &other), ESP_ERR_NVS_NOT_FOUND);
    EXPECT_EQ(nvs_open_from_partition("other", "space", NVS_READWRITE, &other), ESP_ERR_NVS_PART_NOT_FOUND);
    const auto reader = open("space", NVS_READONLY);
    EXPECT_EQ(nvs_set_u8(reader, "key", 1), ESP_ERR_NVS_READ_ONLY);
    EXPECT_EQ(nvs_erase_key(reader, "key"), ESP_ERR_NVS_READ_ONLY);
    EXPECT_EQ(nvs_erase_all(reader), ESP_ERR_NVS_READ_ONLY);
    EXPECT_EQ(nvs_get_u16(reader, "key", &u16), ESP_OK);
    EXPECT_EQ(u16, 2);
}

TEST_F(IdfNvs, HandlesEndWithCloseAndWithTheirPartition) {
    const auto first = open();
    const auto second = open();
    nvs_close(first);
    EXPECT_EQ(nvs_set_u8(first, "key", 1), ESP_ERR_NVS_INVALID_HANDLE);
    EXPECT_EQ(nvs_set_u8(second, "key", 1), ESP_OK);
    EXPECT_EQ(nvs_commit(first), ESP_ERR_NVS_INVALID_HANDLE);
    EXPECT_EQ(nvs_commit(0), ESP_ERR_NVS_INVALID_HANDLE);
    EXPECT_EQ(nvs_flash_deinit(), ESP_OK);
    EXPECT_EQ(nvs_set_u8(second, "key", 1), ESP_ERR_NVS_INVALID_HANDLE);
    nvs_handle_t handle = 0;
    EXPECT_EQ(nvs_open("space", NVS_READWRITE, &handle), ESP_ERR_NVS_NOT_INITIALIZED);
    EXPECT_EQ(nvs_flash_deinit(), ESP_ERR_NVS_NOT_INITIALIZED);
    nvs_stats_t stats{1, 1, 1, 1, 1};
    EXPECT_EQ(nvs_get_stats(nullptr, &stats), ESP_ERR_NVS_NOT_INITIALIZED);
    EXPECT_EQ(stats.total_entries, 0U);
    EXPECT_EQ(nvs_flash_init(), ESP_OK);
    EXPECT_EQ(nvs_flash_init(), ESP_OK);
}

TEST_F(IdfNvs, KeepsNothingThatWasNotCommitted) {
    auto handle = open();
    EXPECT_EQ(nvs_set_u8(handle, "kept", 1), ESP_OK);
    EXPECT_EQ(nvs_commit(handle), ESP_OK);
    EXPECT_EQ(nvs_set_u8(handle, "lost", 1), ESP_OK);
    EXPECT_EQ(nvs_erase_key(handle, "kept"), ESP_OK);
    nvs_close(handle);
    read_again();
    handle = open();
    std::uint8_t value = 0;
    EXPECT_EQ(nvs_get_u8(handle, "kept", &value), ESP_OK);
    EXPECT_EQ(nvs_get_u8(handle, "lost", &value), ESP_ERR_NVS_NOT_FOUND);
}

TEST_F(IdfNvs, ErasesKeysNamespacesAndPartitions) {
    const auto one = open("one");
    const auto two = open("two");
    for (const auto handle : {one, two})
        for (const char* key : {"a", "b"})
            EXPECT_EQ(nvs_set_u8(handle, key, 1), ESP_OK);
    EXPECT_EQ(nvs_erase_key(one, "a"), ESP_OK);
    EXPECT_THAT(keys(nullptr, NVS_TYPE_ANY), ElementsAre("one/b", "two/a", "two/b"));
    EXPECT_EQ(nvs_erase_all(two), ESP_OK);
    EXPECT_THAT(keys(nullptr, NVS_TYPE_ANY), ElementsAre("one/b"));
    EXPECT_EQ(nvs_commit(one), ESP_OK);
    EXPECT_EQ(nvs_flash_erase(), ESP_OK);
    EXPECT_EQ(nvs_flash_init(), ESP_OK);
    EXPECT_EQ(used(), 0U);
}

TEST_F(IdfNvs, IteratesInTheOrderOfWritingAndByType) {
    const auto one = open("one");
    const auto two = open("two");
    EXPECT_EQ(nvs_set_u8(one, "a", 1), ESP_OK);
    EXPECT_EQ(nvs_set_str(two, "b", "text"), ESP_OK);
    EXPECT_EQ(nvs_set_u8(two, "c", 1), ESP_OK);
    EXPECT_EQ(nvs_set_u8(one, "a", 2), ESP_OK);
    EXPECT_THAT(keys(nullptr, NVS_TYPE_ANY), ElementsAre("two/b", "two/c", "one/a"));
    EXPECT_THAT(keys("two", NVS_TYPE_ANY), ElementsAre("two/b", "two/c"));
    EXPECT_THAT(keys(nullptr, NVS_TYPE_U8), ElementsAre("two/c", "one/a"));
    EXPECT_THAT(keys("one", NVS_TYPE_STR), ElementsAre());

    nvs_iterator_t at = nullptr;
    EXPECT_EQ(nvs_entry_find_in_handle(two, NVS_TYPE_ANY, &at), ESP_OK);
    EXPECT_EQ(nvs_erase_key(two, "b"), ESP_OK) << "while an iterator is there";
    EXPECT_EQ(nvs_entry_next(&at), ESP_OK);
    nvs_entry_info_t info{};
    EXPECT_EQ(nvs_entry_info(at, &info), ESP_OK);
    EXPECT_STREQ(info.key, "c");
    EXPECT_EQ(info.type, NVS_TYPE_U8);
    auto released = at;
    nvs_release_iterator(at);
    nvs_release_iterator(at);
    EXPECT_EQ(nvs_entry_info(released, &info), ESP_ERR_INVALID_ARG);
    EXPECT_EQ(nvs_entry_next(&released), ESP_ERR_INVALID_ARG);
    EXPECT_EQ(nvs_entry_next(nullptr), ESP_ERR_INVALID_ARG);
}

TEST_F(IdfNvs, CountsEntriesAsTheChipDoes) {
    nvs_stats_t stats{};
    const auto handle = open();
    EXPECT_EQ(nvs_get_stats("nvs", &stats), ESP_OK);
    // The chip's example nvs_statistics prints these for an empty partition with one namespace.
    EXPECT_EQ(stats.used_entries, 1U);
    EXPECT_EQ(stats.free_entries, 755U);
    EXPECT_EQ(stats.available_entries, 629U);
    EXPECT_EQ(stats.total_entries, 756U);
    EXPECT_EQ(stats.namespace_count, 1U);
    EXPECT_EQ(nvs_set_u64(handle, "number", 1), ESP_OK);
    EXPECT_EQ(used(), 2U);
    EXPECT_EQ(nvs_set_str(handle, "str", std::string(32, 'x').c_str()), ESP_OK);
    EXPECT_EQ(used(), 5U) << "33 bytes with the zero byte";
    const std::vector<char> blob(4001);
    EXPECT_EQ(nvs_set_blob(handle, "blob", blob.data(), blob.size()), ESP_OK);
    EXPECT_EQ(used(), 5U + 1 + 2 + 126);
    std::size_t count = 0;
    EXPECT_EQ(nvs_get_used_entry_count(handle, &count), ESP_OK);
    EXPECT_EQ(count, used() - 1);
    EXPECT_EQ(nvs_get_stats("other", &stats), ESP_ERR_NVS_PART_NOT_FOUND);
    EXPECT_EQ(nvs_get_stats("nvs", nullptr), ESP_ERR_INVALID_ARG);
}

TEST_F(IdfNvs, IsFullAtTheChipsSizeAndKeepsWhatItHad) {
    const auto handle = open();
    const std::string longest(3999, 's');
    EXPECT_EQ(nvs_set_str(handle, "long", longest.c_str()), ESP_OK);
    EXPECT_EQ(nvs_set_str(handle, "long", (longest + "s").c_str()), ESP_ERR_NVS_VALUE_TOO_LONG);
    const std::vector<char> blob(20001);
    EXPECT_EQ(nvs_set_blob(handle, "blob", blob.data(), blob.size()), ESP_ERR_NVS_VALUE_TOO_LONG);
    EXPECT_EQ(nvs_set_blob(handle, "blob", blob.data(), 20000), ESP_ERR_NVS_NOT_ENOUGH_SPACE);
    EXPECT_EQ(nvs_erase_key(handle, "long"), ESP_OK);
    int numbers = 0;
    while (nvs_set_i32(handle, ("n" + std::to_string(numbers)).c_str(), numbers) == ESP_OK)
        ++numbers;
    EXPECT_EQ(numbers, 629);
    EXPECT_EQ(nvs_set_i32(handle, "one more", 1), ESP_ERR_NVS_NOT_ENOUGH_SPACE);
    EXPECT_EQ(nvs_set_i32(handle, "n5", 50), ESP_OK) << "in the place of the old value";
    EXPECT_EQ(nvs_set_str(handle, "n6", "text"), ESP_ERR_NVS_NOT_ENOUGH_SPACE);
    nvs_handle_t other = 0;
    EXPECT_EQ(nvs_open("other", NVS_READWRITE, &other), ESP_ERR_NVS_NOT_ENOUGH_SPACE);
    EXPECT_EQ(nvs_commit(handle), ESP_OK);
    read_again();
    std::int32_t value = 0;
    const auto again = open("space", NVS_READONLY);
    EXPECT_EQ(nvs_get_i32(again, "n6", &value), ESP_OK);
    EXPECT_EQ(value, 6);
    EXPECT_EQ(nvs_get_i32(again, "n628", &value), ESP_OK);
}

TEST_F(IdfNvs, HasPartitionsOfOtherNames) {
    EXPECT_EQ(nvs_flash_init_partition("other"), ESP_OK);
    nvs_handle_t handle = 0;
    EXPECT_EQ(nvs_open_from_partition("other", "space", NVS_READWRITE, &handle), ESP_OK);
    EXPECT_EQ(nvs_set_u8(handle, "key", 1), ESP_OK);
    EXPECT_EQ(nvs_commit(handle), ESP_OK);
    EXPECT_EQ(used(), 0U) << "the default partition has nothing of it";
    EXPECT_EQ(nvs_flash_deinit_partition("other"), ESP_OK);
    EXPECT_EQ(nvs_flash_init_partition("other"), ESP_OK);
    EXPECT_EQ(nvs_open_from_partition("other", "space", NVS_READONLY, &handle), ESP_OK);
    EXPECT_EQ(nvs_flash_erase_partition("other"), ESP_OK);
    EXPECT_EQ(nvs_flash_init_partition("../other"), ESP_ERR_NOT_FOUND);
    EXPECT_EQ(nvs_flash_init_partition("sixteen_letters_"), ESP_ERR_NOT_FOUND);
    EXPECT_EQ(nvs_flash_init_partition(nullptr), ESP_ERR_INVALID_ARG);
}

}  // namespace
}  // namespace nowire::test
