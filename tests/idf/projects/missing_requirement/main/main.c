#include "led.h"

void app_main(void) {
    led_on();
}
