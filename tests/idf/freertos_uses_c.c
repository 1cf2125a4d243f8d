#include "idf/freertos_uses.h"

int use_freertos_in_c(void) {
    return use_everything();
}
