#include "driver/gpio.h"

void led_on(void) {
    gpio_set_level(2, 1);
}
