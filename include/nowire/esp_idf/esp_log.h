#pragma once

#include "esp_rom_sys.h"

#include <inttypes.h>
#include <sdkconfig.h>
#include <stdarg.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    ESP_LOG_NONE = 0,    /* nothing */
    ESP_LOG_ERROR = 1,   /* what a part of the program cannot recover from by itself */
    ESP_LOG_WARN = 2,    /* what it recovered from */
    ESP_LOG_INFO = 3,    /* how things go */
    ESP_LOG_DEBUG = 4,   /* values and sizes, for who looks for a fault */
    ESP_LOG_VERBOSE = 5, /* more of that */
    ESP_LOG_MAX = 6
} esp_log_level_t;

typedef int (*vprintf_like_t)(const char* format, va_list args);

/* The level of tags that have none of their own. A program whose CONFIG_LOG_DEFAULT_LEVEL is not 3 defines it itself;
 * the library's own definition gives way. At run time esp_log_level_set("*", ...) sets it. */
extern esp_log_level_t esp_log_default_level;

/* Messages of `tag` above `level` are dropped from now on; "*" is every tag, those with a level of their own too. What
 * is above LOG_LOCAL_LEVEL was not compiled and cannot be switched on. Thread-safe, like all functions here. */
void esp_log_level_set(const char* tag, esp_log_level_t level);
esp_log_level_t esp_log_level_get(const char* tag);

/* Who writes messages from now on; vprintf at first. It is called by the task that logs. Answers who did it before. */
vprintf_like_t esp_log_set_vprintf(vprintf_like_t func);

/* Milliseconds since the program's start, on the air's clock. */
uint32_t esp_log_timestamp(void);
uint32_t esp_log_early_timestamp(void);
/* The time of day, "13:59:07.123". Valid until the same task's next call. */
char* esp_log_system_timestamp(void);

/* Writes `format`, which is a whole line, prefix included, where the level of `tag` allows it. */
void esp_log_write(esp_log_level_t level, const char* tag, const char* format, ...)
    __attribute__((format(printf, 3, 4)));
void esp_log_writev(esp_log_level_t level, const char* tag, const char* format, va_list args);

/* How the lines of a buffer look; bits of `style` below. */
#define NOWIRE_IDF_LOG_COLORED 1
#define NOWIRE_IDF_LOG_SYSTEM_TIME 2
/* What the functions below call. At most 65535 bytes of a buffer are written, as on the chip, 16 a line. */
void nowire_idf_log_buffer_hex(const char* tag, const void* buffer, uint16_t size, esp_log_level_t level, int style);
void nowire_idf_log_buffer_char(const char* tag, const void* buffer, uint16_t size, esp_log_level_t level, int style);
void nowire_idf_log_buffer_hexdump(const char* tag, const void* buffer, uint16_t size, esp_log_level_t level,
                                   int style);

#ifdef __cplusplus
}
#endif

/* The highest level that this translation unit compiles; define it before this header is included. */
#ifndef LOG_LOCAL_LEVEL
#define LOG_LOCAL_LEVEL CONFIG_LOG_MAXIMUM_LEVEL
#endif

#if defined(CONFIG_LOG_COLORS) && CONFIG_LOG_COLORS
#define LOG_COLOR_BLACK "30"
#define LOG_COLOR_RED "31"
#define LOG_COLOR_GREEN "32"
#define LOG_COLOR_BROWN "33"
#define LOG_COLOR_BLUE "34"
#define LOG_COLOR_PURPLE "35"
#define LOG_COLOR_CYAN "36"
#define LOG_COLOR(color) "\033[0;" color "m"
#define LOG_BOLD(color) "\033[1;" color "m"
#define LOG_RESET_COLOR "\033[0m"
#define LOG_COLOR_E LOG_COLOR(LOG_COLOR_RED)
#define LOG_COLOR_W LOG_COLOR(LOG_COLOR_BROWN)
#define LOG_COLOR_I LOG_COLOR(LOG_COLOR_GREEN)
#define NOWIRE_IDF_LOG_COLOR_STYLE NOWIRE_IDF_LOG_COLORED
#else
#define LOG_RESET_COLOR
#define LOG_COLOR_E
#define LOG_COLOR_W
#define LOG_COLOR_I
#define NOWIRE_IDF_LOG_COLOR_STYLE 0
#endif
#define LOG_COLOR_D
#define LOG_COLOR_V

/* A line's format: `I (1234) tag: text`. It wants the time and the tag before the text's own arguments. */
#define LOG_FORMAT(letter, format) LOG_COLOR_##letter #letter " (%" PRIu32 ") %s: " format LOG_RESET_COLOR "\n"
#define LOG_SYSTEM_TIME_FORMAT(letter, format) LOG_COLOR_##letter #letter " (%s) %s: " format LOG_RESET_COLOR "\n"

#if defined(CONFIG_LOG_TIMESTAMP_SOURCE_SYSTEM) && CONFIG_LOG_TIMESTAMP_SOURCE_SYSTEM
#define NOWIRE_IDF_LOG_FORMAT LOG_SYSTEM_TIME_FORMAT
#define NOWIRE_IDF_LOG_TIME esp_log_system_timestamp()
#define NOWIRE_IDF_LOG_STYLE (NOWIRE_IDF_LOG_COLOR_STYLE | NOWIRE_IDF_LOG_SYSTEM_TIME)
#else
#define NOWIRE_IDF_LOG_FORMAT LOG_FORMAT
#define NOWIRE_IDF_LOG_TIME esp_log_timestamp()
#define NOWIRE_IDF_LOG_STYLE NOWIRE_IDF_LOG_COLOR_STYLE
#endif

#define NOWIRE_IDF_LOG(level, letter, tag, format, ...)                                   \
    esp_log_write(level, tag, NOWIRE_IDF_LOG_FORMAT(letter, format), NOWIRE_IDF_LOG_TIME, \
                  tag __VA_OPT__(, ) __VA_ARGS__)

/* Logs at a level that need not be a constant. */
#define ESP_LOG_LEVEL(level, tag, format, ...)                                              \
    do {                                                                                    \
        switch (level) {                                                                    \
            case ESP_LOG_ERROR:                                                             \
                NOWIRE_IDF_LOG(ESP_LOG_ERROR, E, tag, format __VA_OPT__(, ) __VA_ARGS__);   \
                break;                                                                      \
            case ESP_LOG_WARN:                                                              \
                NOWIRE_IDF_LOG(ESP_LOG_WARN, W, tag, format __VA_OPT__(, ) __VA_ARGS__);    \
                break;                                                                      \
            case ESP_LOG_DEBUG:                                                             \
                NOWIRE_IDF_LOG(ESP_LOG_DEBUG, D, tag, format __VA_OPT__(, ) __VA_ARGS__);   \
                break;                                                                      \
            case ESP_LOG_VERBOSE:                                                           \
                NOWIRE_IDF_LOG(ESP_LOG_VERBOSE, V, tag, format __VA_OPT__(, ) __VA_ARGS__); \
                break;                                                                      \
            default:                                                                        \
                NOWIRE_IDF_LOG(ESP_LOG_INFO, I, tag, format __VA_OPT__(, ) __VA_ARGS__);    \
                break;                                                                      \
        }                                                                                   \
    } while (0)
/* The same where this translation unit compiles that level. */
#define ESP_LOG_LEVEL_LOCAL(level, tag, format, ...)                                                  \
    do {                                                                                              \
        if (LOG_LOCAL_LEVEL >= (level)) ESP_LOG_LEVEL(level, tag, format __VA_OPT__(, ) __VA_ARGS__); \
    } while (0)

#define ESP_LOGE(tag, format, ...) ESP_LOG_LEVEL_LOCAL(ESP_LOG_ERROR, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_LOGW(tag, format, ...) ESP_LOG_LEVEL_LOCAL(ESP_LOG_WARN, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_LOGI(tag, format, ...) ESP_LOG_LEVEL_LOCAL(ESP_LOG_INFO, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_LOGD(tag, format, ...) ESP_LOG_LEVEL_LOCAL(ESP_LOG_DEBUG, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_LOGV(tag, format, ...) ESP_LOG_LEVEL_LOCAL(ESP_LOG_VERBOSE, tag, format __VA_OPT__(, ) __VA_ARGS__)

/* For the start of the program: they look at the default level alone and pass by esp_log_set_vprintf(). */
#define NOWIRE_IDF_LOG_EARLY(level, letter, tag, format, ...)                                                \
    do {                                                                                                     \
        if (LOG_LOCAL_LEVEL >= (level) && esp_log_default_level >= (level))                                  \
            esp_rom_printf(LOG_FORMAT(letter, format), esp_log_timestamp(), tag __VA_OPT__(, ) __VA_ARGS__); \
    } while (0)
#define ESP_EARLY_LOGE(tag, format, ...) NOWIRE_IDF_LOG_EARLY(ESP_LOG_ERROR, E, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_EARLY_LOGW(tag, format, ...) NOWIRE_IDF_LOG_EARLY(ESP_LOG_WARN, W, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_EARLY_LOGI(tag, format, ...) NOWIRE_IDF_LOG_EARLY(ESP_LOG_INFO, I, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_EARLY_LOGD(tag, format, ...) NOWIRE_IDF_LOG_EARLY(ESP_LOG_DEBUG, D, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_EARLY_LOGV(tag, format, ...) \
    NOWIRE_IDF_LOG_EARLY(ESP_LOG_VERBOSE, V, tag, format __VA_OPT__(, ) __VA_ARGS__)

/* For interrupt handlers: the same without the time, `I tag: text`. */
#define NOWIRE_IDF_LOG_DRAM(level, letter, tag, format, ...)                             \
    do {                                                                                 \
        if (LOG_LOCAL_LEVEL >= (level) && esp_log_default_level >= (level))              \
            esp_rom_printf(#letter " %s: " format "\n", tag __VA_OPT__(, ) __VA_ARGS__); \
    } while (0)
#define ESP_DRAM_LOGE(tag, format, ...) NOWIRE_IDF_LOG_DRAM(ESP_LOG_ERROR, E, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_DRAM_LOGW(tag, format, ...) NOWIRE_IDF_LOG_DRAM(ESP_LOG_WARN, W, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_DRAM_LOGI(tag, format, ...) NOWIRE_IDF_LOG_DRAM(ESP_LOG_INFO, I, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_DRAM_LOGD(tag, format, ...) NOWIRE_IDF_LOG_DRAM(ESP_LOG_DEBUG, D, tag, format __VA_OPT__(, ) __VA_ARGS__)
#define ESP_DRAM_LOGV(tag, format, ...) NOWIRE_IDF_LOG_DRAM(ESP_LOG_VERBOSE, V, tag, format __VA_OPT__(, ) __VA_ARGS__)

static inline void esp_log_buffer_hex_internal(const char* tag, const void* buffer, uint16_t buff_len,
                                               esp_log_level_t level) {
    nowire_idf_log_buffer_hex(tag, buffer, buff_len, level, NOWIRE_IDF_LOG_STYLE);
}
static inline void esp_log_buffer_char_internal(const char* tag, const void* buffer, uint16_t buff_len,
                                                esp_log_level_t level) {
    nowire_idf_log_buffer_char(tag, buffer, buff_len, level, NOWIRE_IDF_LOG_STYLE);
}
static inline void esp_log_buffer_hexdump_internal(const char* tag, const void* buffer, uint16_t buff_len,
                                                   esp_log_level_t level) {
    nowire_idf_log_buffer_hexdump(tag, buffer, buff_len, level, NOWIRE_IDF_LOG_STYLE);
}

/* The bytes in hex, the bytes as characters, and both with the address, 16 bytes a line. */
#define ESP_LOG_BUFFER_HEX_LEVEL(tag, buffer, buff_len, level)                                                 \
    do {                                                                                                       \
        if (LOG_LOCAL_LEVEL >= (level)) esp_log_buffer_hex_internal(tag, buffer, (uint16_t)(buff_len), level); \
    } while (0)
#define ESP_LOG_BUFFER_CHAR_LEVEL(tag, buffer, buff_len, level)                                                 \
    do {                                                                                                        \
        if (LOG_LOCAL_LEVEL >= (level)) esp_log_buffer_char_internal(tag, buffer, (uint16_t)(buff_len), level); \
    } while (0)
#define ESP_LOG_BUFFER_HEXDUMP(tag, buffer, buff_len, level)                                                       \
    do {                                                                                                           \
        if (LOG_LOCAL_LEVEL >= (level)) esp_log_buffer_hexdump_internal(tag, buffer, (uint16_t)(buff_len), level); \
    } while (0)
#define ESP_LOG_BUFFER_HEX(tag, buffer, buff_len) ESP_LOG_BUFFER_HEX_LEVEL(tag, buffer, buff_len, ESP_LOG_INFO)
#define ESP_LOG_BUFFER_CHAR(tag, buffer, buff_len) ESP_LOG_BUFFER_CHAR_LEVEL(tag, buffer, buff_len, ESP_LOG_INFO)
/* Their names before 4.0. */
#define esp_log_buffer_hex ESP_LOG_BUFFER_HEX
#define esp_log_buffer_char ESP_LOG_BUFFER_CHAR
