/// The configuration of programs that include no header of FreeRTOS, or leave it as it is by default.

#undef NOWIRE_IDF_LIBRARY
#include "freertos/FreeRTOSConfig.h"
