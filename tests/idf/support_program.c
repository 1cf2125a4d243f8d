/* A program for the chip. The variable DO says what it is to do; the tests look at what comes of it. */
#define LOG_LOCAL_LEVEL ESP_LOG_DEBUG
#include <esp_assert.h>
#include <esp_attr.h>
#include <esp_bit_defs.h>
#include <esp_check.h>
#include <esp_chip_info.h>
#include <esp_compiler.h>
#include <esp_crc.h>
#include <esp_err.h>
#include <esp_heap_caps.h>
#include <esp_idf_version.h>
#include <esp_log.h>
#include <esp_mac.h>
#include <esp_random.h>
#include <esp_rom_crc.h>
#include <esp_rom_sys.h>
#include <esp_sleep.h>
#include <esp_system.h>
#include <esp_types.h>
#include <inttypes.h>
#include <nvs.h>
#include <nvs_flash.h>
#include <rom/crc.h>
#include <sdkconfig.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

ESP_STATIC_ASSERT(ESP_IDF_VERSION == ESP_IDF_VERSION_VAL(5, 5, 0), "the default release");

void old_part(void);
void log_colored(void);

static const char* TAG = "support";

static RTC_DATA_ATTR int starts = 100;
static RTC_DATA_ATTR char note[8];
static RTC_NOINIT_ATTR uint32_t rtc_noinit;
static __NOINIT_ATTR uint32_t noinit;

static esp_err_t fail_with(esp_err_t code) {
    return code;
}

static void check(void) {
    printf("before\n");
    ESP_ERROR_CHECK(fail_with(ESP_OK));
    ESP_ERROR_CHECK(fail_with(ESP_ERR_NVS_NOT_FOUND));
    printf("not reached\n");
}

static void check_without_abort(void) {
    const esp_err_t code = ESP_ERROR_CHECK_WITHOUT_ABORT(fail_with(ESP_ERR_TIMEOUT));
    printf("went on with 0x%x\n", (unsigned)code);
}

static esp_err_t return_on_error(esp_err_t code) {
    ESP_RETURN_ON_ERROR(fail_with(code), TAG, "did not work: %d", 7);
    return ESP_OK;
}

static esp_err_t goto_on_false(int condition) {
    esp_err_t ret = ESP_OK;
    ESP_GOTO_ON_FALSE(condition, ESP_ERR_INVALID_SIZE, end, TAG, "no");
    printf("condition holds\n");
end:
    return ret;
}

static void checks(void) {
    printf("0x%x", (unsigned)return_on_error(ESP_OK));
    printf(" 0x%x\n", (unsigned)return_on_error(ESP_ERR_NO_MEM));
    printf("0x%x\n", (unsigned)goto_on_false(1));
    printf("0x%x\n", (unsigned)goto_on_false(0));
}

static int other_writer(const char* format, va_list args) {
    printf("[%c] ", format[0]);
    return vprintf(format, args);
}

static void log_lines(void) {
    ESP_LOGE(TAG, "error %d", 1);
    ESP_LOGW(TAG, "warning %s", "two");
    ESP_LOGI(TAG, "info");
    ESP_LOGD(TAG, "not at this level");
    esp_log_level_set(TAG, ESP_LOG_VERBOSE);
    ESP_LOGD(TAG, "debug");
    ESP_LOGV(TAG, "not compiled");
    ESP_LOGD("other", "not this tag");
    esp_log_level_set("quiet", ESP_LOG_NONE);
    ESP_LOGE("quiet", "nothing of it");
    printf("levels %d %d %d\n", (int)esp_log_level_get(TAG), (int)esp_log_level_get("quiet"),
           (int)esp_log_level_get("other"));
    esp_log_level_set("*", ESP_LOG_WARN);
    ESP_LOGI(TAG, "not any more");
    ESP_LOGW("quiet", "loud again");
    ESP_EARLY_LOGW(TAG, "early %d", 2);
    ESP_EARLY_LOGI(TAG, "not at the default level");
    ESP_DRAM_LOGE(TAG, "dram %d", 3);
    const vprintf_like_t before = esp_log_set_vprintf(other_writer);
    printf("first writer %s\n", before == vprintf ? "vprintf" : "another");
    ESP_LOGE(TAG, "through the writer");
    esp_log_set_vprintf(before);
    esp_log_write(ESP_LOG_ERROR, TAG, "as it is: %s\n", "written");
    for (int level = ESP_LOG_ERROR; level <= ESP_LOG_VERBOSE; ++level)
        ESP_LOG_LEVEL((esp_log_level_t)level, TAG, "level %d", level);
}

static void log_buffers(void) {
    static const char text[] = "ESP32 is great, \x01working";
    ESP_LOG_BUFFER_HEX(TAG, text, sizeof text - 1);
    ESP_LOG_BUFFER_CHAR(TAG, text, 16);
    ESP_LOG_BUFFER_HEXDUMP(TAG, text, sizeof text - 1, ESP_LOG_WARN);
    ESP_LOG_BUFFER_HEX_LEVEL(TAG, text, 3, ESP_LOG_DEBUG);
    ESP_LOG_BUFFER_HEX(TAG, text, 0);
    printf("at %p\n", (const void*)text);
}

/* A line must be out before the program is killed, whatever stdout is. */
static void log_and_die(void) {
    ESP_LOGI(TAG, "last words");
    raise(SIGKILL);
}

static void print_mac(const char* what, esp_mac_type_t type) {
    uint8_t mac[6] = {0};
    const esp_err_t answer = esp_read_mac(mac, type);
    printf("%s " MACSTR " %s\n", what, MAC2STR(mac), esp_err_to_name(answer));
}

static void macs(void) {
    print_mac("sta", ESP_MAC_WIFI_STA);
    print_mac("ap", ESP_MAC_WIFI_SOFTAP);
    print_mac("bt", ESP_MAC_BT);
    print_mac("eth", ESP_MAC_ETH);
    print_mac("154", ESP_MAC_IEEE802154);
    print_mac("base", ESP_MAC_BASE);
    print_mac("factory", ESP_MAC_EFUSE_FACTORY);
    print_mac("custom", ESP_MAC_EFUSE_CUSTOM);
}

static void macs_set(void) {
    uint8_t mac[6] = {0x03, 0, 0, 0, 0, 0x10};
    printf("not set %s\n", esp_err_to_name(esp_base_mac_addr_get(mac)));
    printf("group %s\n", esp_err_to_name(esp_base_mac_addr_set(mac)));
    printf("null %s\n", esp_err_to_name(esp_base_mac_addr_set(NULL)));
    mac[0] = 0x02;
    printf("factory %s\n", esp_err_to_name(esp_iface_mac_addr_set(mac, ESP_MAC_EFUSE_FACTORY)));
    printf("set %s\n", esp_err_to_name(esp_base_mac_addr_set(mac)));
    print_mac("sta", ESP_MAC_WIFI_STA);
    print_mac("ap", ESP_MAC_WIFI_SOFTAP);
    print_mac("factory", ESP_MAC_EFUSE_FACTORY);
    mac[5] = 0x77;
    printf("one %s\n", esp_err_to_name(esp_iface_mac_addr_set(mac, ESP_MAC_WIFI_SOFTAP)));
    print_mac("sta", ESP_MAC_WIFI_STA);
    print_mac("ap", ESP_MAC_WIFI_SOFTAP);
    printf("length %zu %zu\n", esp_mac_addr_len_get(ESP_MAC_BT), esp_mac_addr_len_get(ESP_MAC_EFUSE_CUSTOM));
}

static void randoms(void) {
    uint8_t bytes[7];
    printf("%08" PRIx32, esp_random());
    esp_fill_random(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; ++i)
        printf(" %02x", bytes[i]);
    printf("\n");
}

/* Counts its starts, and writes some values the first time. */
static void nvs_count(void) {
    esp_err_t answer = nvs_flash_init();
    printf("init %s\n", esp_err_to_name(answer));
    if (answer == ESP_ERR_NVS_NO_FREE_PAGES || answer == ESP_ERR_NVS_NEW_VERSION_FOUND) {
        ESP_ERROR_CHECK(nvs_flash_erase());
        answer = nvs_flash_init();
    }
    if (answer != ESP_OK) return;
    nvs_handle_t handle;
    ESP_ERROR_CHECK(nvs_open("storage", NVS_READWRITE, &handle));
    int32_t count = 0;
    answer = nvs_get_i32(handle, "count", &count);
    printf("count %" PRId32 " %s\n", count, esp_err_to_name(answer));
    ESP_ERROR_CHECK(nvs_set_i32(handle, "count", count + 1));
    ESP_ERROR_CHECK(nvs_commit(handle));
    ESP_ERROR_CHECK(nvs_set_i32(handle, "lost", 1));
    nvs_close(handle);
}

static void nvs_hold(void) {
    nvs_count();
    fflush(stdout);
    /* Until the test closes stdin. */
    char c;
    while (read(STDIN_FILENO, &c, 1) > 0) {
    }
}

/* Goes on committing until it is killed. */
static void nvs_commit_on(void) {
    nvs_handle_t handle;
    ESP_ERROR_CHECK(nvs_flash_init());
    ESP_ERROR_CHECK(nvs_open("storage", NVS_READWRITE, &handle));
    for (int32_t count = 1;; ++count) {
        ESP_ERROR_CHECK(nvs_set_i32(handle, "count", count));
        ESP_ERROR_CHECK(nvs_commit(handle));
        ESP_LOGI(TAG, "committed %" PRId32, count);
    }
}

static void nvs_old(void) {
    nvs_count();
    old_part();
}

static void about_start(void) {
    printf("reset %d wake %d starts %d note %s rtc_noinit %" PRIu32 " noinit %" PRIu32 "\n", (int)esp_reset_reason(),
           (int)esp_sleep_get_wakeup_cause(), starts, note, rtc_noinit, noinit);
    ++starts;
    strlcpy(note, "kept", sizeof note);
    rtc_noinit += 1;
    noinit += 1;
}

static void hook(void) {
    printf("hook\n");
}

static void sleep_deeply(const char* how) {
    about_start();
    ESP_ERROR_CHECK(esp_deep_sleep_register_hook(hook));
    ESP_ERROR_CHECK(esp_deep_sleep_register_hook(hook));
    if (strcmp(how, "forever") != 0) ESP_ERROR_CHECK(esp_sleep_enable_timer_wakeup(2500000));
    printf("disabled %s\n", esp_err_to_name(esp_sleep_disable_wakeup_source(ESP_SLEEP_WAKEUP_EXT0)));
    printf("too long %s\n", esp_err_to_name(esp_sleep_enable_timer_wakeup(UINT64_MAX)));
    esp_deep_sleep_start();
}

static void sleep_without_power(void) {
    about_start();
    printf("bad %s\n", esp_err_to_name(esp_sleep_pd_config(ESP_PD_DOMAIN_MAX, ESP_PD_OPTION_ON)));
    ESP_ERROR_CHECK(esp_sleep_pd_config(ESP_PD_DOMAIN_RTC_PERIPH, ESP_PD_OPTION_OFF));
    ESP_ERROR_CHECK(esp_sleep_pd_config(ESP_PD_DOMAIN_RTC_SLOW_MEM, ESP_PD_OPTION_OFF));
    esp_deep_sleep(1000);
}

/* Says the time of day in seconds, having set it an hour after the power came. */
static void sleep_a_day(void) {
    if (esp_reset_reason() == ESP_RST_POWERON) {
        sleep(3600);
        settimeofday(&(struct timeval){.tv_sec = 1700000000}, NULL);
    }
    printf("day %" PRId64 "\n", (int64_t)time(NULL));
    esp_deep_sleep(UINT64_C(86400000000));
}

static void first_handler(void) {
    printf("first handler\n");
}

static void second_handler(void) {
    printf("second handler\n");
}

static void print_command_line(void) {
    char words[4096];
    FILE* file = fopen("/proc/self/cmdline", "r");
    const size_t size = fread(words, 1, sizeof words, file);
    fclose(file);
    printf("arguments");
    for (size_t at = strlen(words) + 1; at < size; at += strlen(words + at) + 1)
        printf(" <%s>", words + at);
    printf("\n");
}

static void restart(void) {
    about_start();
    print_command_line();
    if (noinit == 3) return;
    ESP_ERROR_CHECK(esp_register_shutdown_handler(first_handler));
    ESP_ERROR_CHECK(esp_register_shutdown_handler(second_handler));
    printf("again %s\n", esp_err_to_name(esp_register_shutdown_handler(first_handler)));
    printf("unknown %s\n", esp_err_to_name(esp_unregister_shutdown_handler(hook)));
    esp_restart();
}

/* Tasks take no signals, so the thread that restarts the program does not either. */
static void restart_and_signals(void) {
    char line[128];
    FILE* file = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "SigBlk:", 7) == 0) printf("%s", line);
    fclose(file);
    if (esp_reset_reason() != ESP_RST_SW) esp_restart();
}

void app_main(void);

void app_main(void) {
    const char* what = getenv("DO");
    if (strcmp(what, "check") == 0) check();
    if (strcmp(what, "check_without_abort") == 0) check_without_abort();
    if (strcmp(what, "checks") == 0) checks();
    if (strcmp(what, "log") == 0) log_lines();
    if (strcmp(what, "log_colored") == 0) log_colored();
    if (strcmp(what, "log_buffers") == 0) log_buffers();
    if (strcmp(what, "log_and_die") == 0) log_and_die();
    if (strcmp(what, "macs") == 0) macs();
    if (strcmp(what, "macs_set") == 0) macs_set();
    if (strcmp(what, "random") == 0) randoms();
    if (strcmp(what, "nvs") == 0) nvs_count();
    if (strcmp(what, "nvs_hold") == 0) nvs_hold();
    if (strcmp(what, "nvs_commit_on") == 0) nvs_commit_on();
    if (strcmp(what, "nvs_old") == 0) nvs_old();
    if (strcmp(what, "start") == 0) about_start();
    if (strcmp(what, "sleep") == 0) sleep_deeply("timer");
    if (strcmp(what, "sleep_without_power") == 0) sleep_without_power();
    if (strcmp(what, "sleep_forever") == 0) sleep_deeply("forever");
    if (strcmp(what, "sleep_a_day") == 0) sleep_a_day();
    if (strcmp(what, "restart") == 0) restart();
    if (strcmp(what, "restart_and_signals") == 0) restart_and_signals();
}
