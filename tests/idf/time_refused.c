/* A program that would set the machine's clock: it must not link. */
#include <stddef.h>
#include <sys/time.h>

void app_main(void) {
    adjtime(NULL, NULL);
}
