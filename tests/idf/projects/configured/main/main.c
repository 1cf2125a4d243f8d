#include "greeting.h"
#include "sdkconfig.h"
#include "shared.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

extern const char page_start[] asm("_binary_page_html_start");
extern const char page_end[] asm("_binary_page_html_end");
extern const unsigned char raw_start[] asm("_binary_raw_bin_start");
extern const size_t raw_bin_length;

#if CONFIG_MAIN_WITH_PLUS
int plus(int a, int b);
#else
static int plus(int a, int b) {
    return a + b;
}
#endif

const char* __real_greeting(void);

// Linked in the place of greeting()
const char* __wrap_greeting(void) {
    return __real_greeting();
}

void app_main(void) {
    printf("%s, %s\n", greeting(), CONFIG_MAIN_NAME);
    printf("rounds %d, mask %d, pin %d, tick %d ms, hz %d\n", CONFIG_MAIN_ROUNDS, CONFIG_MAIN_MASK, CONFIG_MAIN_GPIO,
           CONFIG_MAIN_TICK_MS, CONFIG_FREERTOS_HZ);
#ifdef CONFIG_MAIN_IS_LOUD
    printf("loud at %d\n", CONFIG_MAIN_VOLUME);
#else
    printf("quiet\n");
#endif
    printf("page of %d with %d, raw of %d from %d\n", (int)(page_end - page_start), (int)strlen(page_start),
           (int)raw_bin_length, raw_start[0]);
    printf("%s, %d, %d, %s\n", FROM_TOP, EVERYWHERE, FROM_COMPONENT, CONFIG_IDF_TARGET);
    printf("2 and 3 make %d; shared %d\n", plus(2, 3), SHARED);
#ifdef CONFIG_ESPTOOLPY_FLASHSIZE_4MB
    printf("4 MB\n");
#endif
}
