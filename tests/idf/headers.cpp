// All headers of this area compile as C++20, each by itself first.
#include <esp_assert.h>
#include <esp_attr.h>
#include <esp_bit_defs.h>
#include <esp_check.h>
#include <esp_chip_info.h>
#include <esp_compiler.h>
#include <esp_crc.h>
#include <esp_err.h>
#include <esp_event.h>
#include <esp_event_base.h>
#include <esp_heap_caps.h>
#include <esp_idf_version.h>
#include <esp_log.h>
#include <esp_mac.h>
#include <esp_netif.h>
#include <esp_netif_ip_addr.h>
#include <esp_netif_types.h>
#include <esp_random.h>
#include <esp_rom_crc.h>
#include <esp_rom_sys.h>
#include <esp_sleep.h>
#include <esp_system.h>
#include <esp_task_wdt.h>
#include <esp_timer.h>
#include <esp_types.h>
#include <esp_wifi_default.h>
#include <nvs.h>
#include <nvs_flash.h>
#include <rom/crc.h>
#include <sdkconfig.h>
#include <string.h>

ESP_STATIC_ASSERT(sizeof(esp_err_t) == 4);
ESP_STATIC_ASSERT(BIT5 == 32 && BIT(31) == BIT31 && BIT63 == 1ULL << 63, "bits");

namespace {

RTC_DATA_ATTR int counter;

}  // namespace

esp_err_t use_all_headers(char* out, size_t size);

esp_err_t use_all_headers(char* out, size_t size) {
    const char* tag = "c++";
    esp_err_t ret = ESP_OK;
    ESP_ERROR_CHECK(esp_err_to_name(ESP_OK) != nullptr ? ESP_OK : ESP_FAIL);
    ESP_RETURN_ON_ERROR(ESP_ERROR_CHECK_WITHOUT_ABORT(nvs_flash_init()), tag, "no format");
    ESP_GOTO_ON_FALSE(size > 0, ESP_ERR_INVALID_SIZE, out_of_here, tag, "size %zu", size);
    ESP_LOGI(tag, "%d starts", ++counter);
    ESP_LOGV(tag, "nothing");
    ESP_EARLY_LOGW(tag, "early");
    ESP_DRAM_LOGE(tag, "dram %d", 1);
    ESP_LOG_BUFFER_HEX(tag, out, size);
    TRY_STATIC_ASSERT(sizeof(int) == 4, "four bytes");
    strlcpy(out, esp_get_idf_version(), size);
out_of_here:
    return ret;
}
