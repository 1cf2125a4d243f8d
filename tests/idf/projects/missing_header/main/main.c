void led_on(void);

void app_main(void) {
    led_on();
}
