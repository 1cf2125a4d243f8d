#include "idf/freertos_uses.h"

int use_freertos_in_cpp() {
    return use_everything();
}
