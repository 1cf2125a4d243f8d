#pragma once

#include <sdkconfig.h>

/* On the chip these put code and data into one of its memories. A computer has one kind of memory, so most of them say
 * nothing here. What keeps a variable's value keeps it:
 *
 *                        after esp_restart()    after deep sleep (esp_sleep.h)
 *     RTC_DATA_ATTR      its first value        kept
 *     RTC_NOINIT_ATTR    kept                   kept
 *     __NOINIT_ATTR      kept                   its first value
 *
 * RTC_FAST_ATTR and RTC_SLOW_ATTR are as RTC_DATA_ATTR. On the chip a variable without initialisation has any value
 * when the power comes; here it is 0. Constants need no keeping, so RTC_RODATA_ATTR says nothing. */
#define RTC_DATA_ATTR __attribute__((section("nowire_rtc_data")))
#define RTC_FAST_ATTR RTC_DATA_ATTR
#define RTC_SLOW_ATTR RTC_DATA_ATTR
#define RTC_NOINIT_ATTR __attribute__((section("nowire_rtc_noinit")))
#define __NOINIT_ATTR __attribute__((section("nowire_noinit")))
#define EXT_RAM_NOINIT_ATTR __NOINIT_ATTR

#define ROMFN_ATTR
#define IRAM_ATTR
#define IRAM_DATA_ATTR
#define IRAM_BSS_ATTR
#define DRAM_ATTR
#define EXT_RAM_ATTR
#define EXT_RAM_BSS_ATTR
#define RTC_IRAM_ATTR
#define RTC_RODATA_ATTR
#define COREDUMP_IRAM_DATA_ATTR
#define COREDUMP_DRAM_ATTR
#define COREDUMP_RTC_DATA_ATTR RTC_DATA_ATTR
#define COREDUMP_RTC_FAST_ATTR RTC_DATA_ATTR
#define DRAM_STR(str) (str)

#define WORD_ALIGNED_ATTR __attribute__((aligned(4)))
#define DMA_ATTR WORD_ALIGNED_ATTR
#define FORCE_INLINE_ATTR static inline __attribute__((always_inline))
#define NOINLINE_ATTR __attribute__((noinline))
#define IDF_DEPRECATED(reason)
