void app_main(void) {
    int rounds = three;
    (void)rounds;
}
