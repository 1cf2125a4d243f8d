// nvs_handle.hpp as C++17 compiles it, with a program's own handle, as its tests have one.
#include <nvs_handle.hpp>

namespace {

enum class mode : short { off, on };

class last_item : public nvs::NVSHandle {
  public:
    nvs::ItemType type = nvs::ItemType::ANY;
    size_t size = 0;

    esp_err_t set_string(const char*, const char*) override { return ESP_FAIL; }
    esp_err_t set_blob(const char*, const void*, size_t) override { return ESP_FAIL; }
    esp_err_t get_string(const char*, char*, size_t) override { return ESP_FAIL; }
    esp_err_t get_blob(const char*, void*, size_t) override { return ESP_FAIL; }
    esp_err_t get_item_size(nvs::ItemType, const char*, size_t&) override { return ESP_FAIL; }
    esp_err_t find_key(const char*, nvs_type_t&) override { return ESP_FAIL; }
    esp_err_t erase_item(const char*) override { return ESP_FAIL; }
    esp_err_t erase_all() override { return ESP_FAIL; }
    esp_err_t commit() override { return ESP_FAIL; }
    esp_err_t get_used_entry_count(size_t&) override { return ESP_FAIL; }

  protected:
    esp_err_t set_typed_item(nvs::ItemType datatype, const char*, const void*, size_t data_size) override {
        type = datatype;
        size = data_size;
        return ESP_OK;
    }
    esp_err_t get_typed_item(nvs::ItemType, const char*, void*, size_t) override { return ESP_FAIL; }
};

static_assert(nvs::itemTypeOf<uint8_t>() == nvs::ItemType::U8, "");
static_assert(nvs::itemTypeOf<int64_t>() == nvs::ItemType::I64, "");
static_assert(nvs::itemTypeOf<bool>() == nvs::ItemType::U8, "");
static_assert(nvs::itemTypeOf<mode>() == nvs::ItemType::U16, "enumerations are unsigned");

}  // namespace

bool nvs_handle_in_cxx17(nvs::NVSHandle& store);

bool nvs_handle_in_cxx17(nvs::NVSHandle& store) {
    auto read = mode::off;
    last_item own;
    return store.set_item("mode", mode::on) == ESP_OK && store.get_item("mode", read) == ESP_OK && read == mode::on &&
           own.set_item("x", -1) == ESP_OK && own.type == nvs::ItemType::I32 && own.size == sizeof(int);
}
