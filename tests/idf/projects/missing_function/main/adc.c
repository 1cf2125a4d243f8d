int adc1_get_raw(int channel);

int read_voltage(void) {
    return adc1_get_raw(3);
}
