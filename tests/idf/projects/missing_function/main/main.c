int read_voltage(void);

void app_main(void) {
    esp_partition_dump(read_voltage());
}
