#include "esp_attr.h"
#include "esp_sleep.h"

#include <stdio.h>

static RTC_DATA_ATTR int boots = 0;

void app_main(void) {
    printf("boot %d of cause %d\n", ++boots, (int)esp_sleep_get_wakeup_cause());
    esp_deep_sleep(1000000);
}
