#include "greeting.h"

#include "sdkconfig.h"
#include "shared.h"
#include "words.h"

const char* greeting(void) {
#if CONFIG_GREETING_FORMAL
    return FORMAL " from an " CHIP;
#else
    return "Hi from an " CHIP;
#endif
}
