#pragma once

#include "esp_err.h"
#include "esp_idf_version.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    ESP_SLEEP_WAKEUP_UNDEFINED = 0, /* the program did not begin with a waking */
    ESP_SLEEP_WAKEUP_ALL = 1,       /* no cause: all sources, for esp_sleep_disable_wakeup_source() */
    ESP_SLEEP_WAKEUP_EXT0 = 2,
    ESP_SLEEP_WAKEUP_EXT1 = 3,
    ESP_SLEEP_WAKEUP_TIMER = 4,
    ESP_SLEEP_WAKEUP_TOUCHPAD = 5,
    ESP_SLEEP_WAKEUP_ULP = 6,
    ESP_SLEEP_WAKEUP_GPIO = 7,
    ESP_SLEEP_WAKEUP_UART = 8,
    ESP_SLEEP_WAKEUP_WIFI = 9,
    ESP_SLEEP_WAKEUP_COCPU = 10,
    ESP_SLEEP_WAKEUP_COCPU_TRAP_TRIG = 11,
    ESP_SLEEP_WAKEUP_BT = 12
} esp_sleep_source_t;
typedef esp_sleep_source_t esp_sleep_wakeup_cause_t;

typedef enum { ESP_SLEEP_MODE_LIGHT_SLEEP, ESP_SLEEP_MODE_DEEP_SLEEP } esp_sleep_mode_t;

/* The status with which a process ends that goes to deep sleep. */
#define NOWIRE_IDF_DEEP_SLEEP_STATUS 86

/* Deep sleep is the end of the process, with status 86. Before that, variables of RTC_DATA_ATTR and RTC_NOINIT_ATTR
 * (esp_attr.h) and the time to sleep are written to the file that NOWIRE_IDF_RTC names (0600, replaced as a whole). A
 * process of the same program that starts while that file is there has these variables again, begins with the reset
 * reason ESP_RST_DEEPSLEEP and removes the file; the file of another program, or a damaged one, is told of on stderr
 * and removed. Waking in time is the business of who runs the programs. Without NOWIRE_IDF_RTC nothing is kept, which
 * stderr says.
 *
 * All functions are thread-safe. */

/* The next sleep ends after this time, in microseconds. ESP_ERR_INVALID_ARG: more than the chip's timer counts, 2^48
 * ticks of 150 kHz. */
esp_err_t esp_sleep_enable_timer_wakeup(uint64_t time_in_us);
/* ESP_ERR_INVALID_STATE: it is not enabled; only the timer can be. */
esp_err_t esp_sleep_disable_wakeup_source(esp_sleep_source_t source);

/* What ended the last sleep, light or deep: ESP_SLEEP_WAKEUP_TIMER, or ESP_SLEEP_WAKEUP_UNDEFINED where there was none.
 */
esp_sleep_wakeup_cause_t esp_sleep_get_wakeup_cause(void);
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(6, 0, 0)
/* The same as a bit, 1 << cause. */
static inline uint32_t esp_sleep_get_wakeup_causes(void) {
    return UINT32_C(1) << (unsigned)esp_sleep_get_wakeup_cause();
}
#endif

enum {
    ESP_ERR_SLEEP_REJECT = ESP_ERR_INVALID_STATE, /* a pin would wake it at once: never here, where there are none */
    ESP_ERR_SLEEP_TOO_SHORT_SLEEP_DURATION = ESP_ERR_INVALID_ARG
};

/* Light sleep: until the timer wakes it (for ever where it is not enabled, which stderr says) no task runs and nothing
 * is received or acknowledged, though Wi-Fi stays as it is; then this function returns. Clocks, ticks and timers count
 * on, and what was due meanwhile is done afterwards; the watchdog of tasks does not. What was handed to the radio
 * before is still sent. On the chip Wi-Fi has to be stopped before. ESP_ERR_SLEEP_TOO_SHORT_SLEEP_DURATION: a
 * millisecond or less. */
esp_err_t esp_light_sleep_start(void);

/* Sleeps until the enabled source wakes; forever where none is. Output goes out first; shutdown handlers are not
 * called. */
void esp_deep_sleep_start(void) __attribute__((noreturn));
/* The same, waked by the timer after this many microseconds. */
void esp_deep_sleep(uint64_t time_in_us) __attribute__((noreturn));
/* The same as functions that may return: here the chip never refuses to sleep, so only esp_deep_sleep_try() does, with
 * ESP_ERR_INVALID_ARG as above. */
esp_err_t esp_deep_sleep_try_to_start(void);
esp_err_t esp_deep_sleep_try(uint64_t time_in_us);

/* Parts of the chip that a sleep may switch off. */
typedef enum {
    ESP_PD_DOMAIN_RTC_PERIPH = 0,
    ESP_PD_DOMAIN_RTC_SLOW_MEM = 1,
    ESP_PD_DOMAIN_RTC_FAST_MEM = 2,
    ESP_PD_DOMAIN_XTAL = 3,
    ESP_PD_DOMAIN_RC_FAST = 4,
    ESP_PD_DOMAIN_CPU = 5,
    ESP_PD_DOMAIN_VDDSDIO = 6,
    ESP_PD_DOMAIN_MODEM = 7,
    ESP_PD_DOMAIN_MAX = 8
} esp_sleep_pd_domain_t;
typedef enum { ESP_PD_OPTION_OFF = 0, ESP_PD_OPTION_ON = 1, ESP_PD_OPTION_AUTO = 2 } esp_sleep_pd_option_t;

/* What becomes of a part in the next deep sleep. Without power in ESP_PD_DOMAIN_RTC_SLOW_MEM no variable is kept; the
 * other parts draw no power here and keep nothing, so it is all the same for them. ESP_ERR_INVALID_ARG: no such part or
 * option. */
esp_err_t esp_sleep_pd_config(esp_sleep_pd_domain_t domain, esp_sleep_pd_option_t option);

/* Called by the functions above before the sleep, in the order of their registration. ESP_ERR_NO_MEM: three are
 * registered; ESP_ERR_INVALID_ARG: NULL. A second time is no error. */
typedef void (*esp_deep_sleep_cb_t)(void);
esp_err_t esp_deep_sleep_register_hook(esp_deep_sleep_cb_t new_dslp_cb);
void esp_deep_sleep_deregister_hook(esp_deep_sleep_cb_t old_dslp_cb);

/* There are no pins, touch pads and coprocessors to wake up from. */
esp_err_t esp_sleep_enable_ext0_wakeup(int gpio_num, int level)
    __attribute__((error("nowire has no pins: only the timer ends a sleep")));
esp_err_t esp_sleep_enable_ext1_wakeup(uint64_t io_mask, int level_mode)
    __attribute__((error("nowire has no pins: only the timer ends a sleep")));
esp_err_t esp_sleep_enable_gpio_wakeup(void) __attribute__((error("nowire has no pins: only the timer ends a sleep")));
esp_err_t esp_deep_sleep_enable_gpio_wakeup(uint64_t gpio_pin_mask, int mode)
    __attribute__((error("nowire has no pins: only the timer ends a sleep")));
esp_err_t esp_sleep_enable_touchpad_wakeup(void)
    __attribute__((error("nowire has no touch pads: only the timer ends a sleep")));
esp_err_t esp_sleep_enable_ulp_wakeup(void)
    __attribute__((error("nowire has no coprocessor: only the timer ends a sleep")));

#ifdef __cplusplus
}
#endif
