#include "led.h"

void led_on(void) {}
