/* A part of the program with another configuration. */
#define CONFIG_LOG_COLORS 1
#define CONFIG_LOG_TIMESTAMP_SOURCE_SYSTEM 1
#define CONFIG_LOG_MAXIMUM_LEVEL 4
#include <esp_log.h>

void log_colored(void);

void log_colored(void) {
    static const char* tag = "tag";
    static const unsigned char bytes[] = {1, 2};
    esp_log_level_set(tag, ESP_LOG_DEBUG);
    ESP_LOGE(tag, "red");
    ESP_LOGW(tag, "brown");
    ESP_LOGI(tag, "green");
    ESP_LOGD(tag, "plain");
    ESP_LOG_BUFFER_HEX_LEVEL(tag, bytes, sizeof bytes, ESP_LOG_ERROR);
}
