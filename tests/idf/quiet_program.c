/* A program whose configuration has another default level. */
#include <esp_log.h>

esp_log_level_t esp_log_default_level = ESP_LOG_ERROR;

/* Before the library's own constructors, which are linked behind it. */
__attribute__((constructor)) static void before_main(void) {
    esp_log_level_set("early", ESP_LOG_INFO);
    ESP_LOGI("early", "before main");
}

void app_main(void);

void app_main(void) {
    ESP_LOGE("quiet", "an error");
    ESP_LOGI("quiet", "nothing");
    ESP_EARLY_LOGW("quiet", "nothing");
}
