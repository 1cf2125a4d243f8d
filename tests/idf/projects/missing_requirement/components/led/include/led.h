void led_on(void);
