/// The layout for programs that name none: they include no header of Wi-Fi.

#undef NOWIRE_IDF_LIBRARY
#include "esp_wifi_types_native.h"
