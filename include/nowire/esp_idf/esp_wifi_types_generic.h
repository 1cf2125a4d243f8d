#pragma once

#include "esp_wifi_types.h"
