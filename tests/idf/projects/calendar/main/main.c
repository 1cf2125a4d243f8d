/* Is told the time of day once, and has it after a deep sleep and after a restart. */

#include "esp_sleep.h"
#include "esp_system.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/time.h>

static void say(const char* what) {
    struct timeval now;
    gettimeofday(&now, NULL);
    printf("%s %" PRId64 ".%06" PRId64 "\n", what, (int64_t)now.tv_sec, (int64_t)now.tv_usec);
}

void app_main(void) {
    switch (esp_reset_reason()) {
        case ESP_RST_POWERON:
            say("switched on");
            settimeofday(&(struct timeval){.tv_sec = 1700000000, .tv_usec = 250000}, NULL);
            vTaskDelay(pdMS_TO_TICKS(1500));
            say("before");
            esp_deep_sleep(60000000);
        case ESP_RST_DEEPSLEEP:
            say("woken");
            vTaskDelay(pdMS_TO_TICKS(1000));
            esp_restart();
        default:
            say("restarted");
    }
}
