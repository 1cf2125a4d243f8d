int adc1_get_raw(int channel);
int adc1_config_width(int width);

void app_main(void) {
    adc1_config_width(adc1_get_raw(3));
}
