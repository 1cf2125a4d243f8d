#include "near.h"

#include <stdio.h>

void app_main(void) {
    printf("near %d\n", NEAR);
}
