/* Does not compile: the test wants to see why. */
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

void say_run_times(char* text);

void say_run_times(char* text) {
    vTaskGetRunTimeStats(text);
}
