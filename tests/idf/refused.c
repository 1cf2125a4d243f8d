/* Does not compile: the test wants to see why. */
#include <esp_sleep.h>

void wake_up_by_pin(void);

void wake_up_by_pin(void) {
    esp_sleep_enable_ext0_wakeup(4, 1);
}
