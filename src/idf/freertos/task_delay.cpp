#include "freertos/task.h"
#include "idf/freertos/api.hpp"

using namespace nowire::idf::freertos;
using nowire::idf::task;

extern "C" {

void vTaskDelay(TickType_t ticks) {
    api c("vTaskDelay");
    c.refuse_to_wait_while_suspended(1);
    if (ticks == 0)
        c.tasks().yield(c.held());
    else
        c.block(nullptr, time_of_tick(c.chip(), c.tick() + ticks));
}

BaseType_t xTaskDelayUntil(TickType_t* previous, TickType_t increment) {
    api c("xTaskDelayUntil");
    c.refuse_to_wait_while_suspended(1);
    if (previous == nullptr || increment == 0) {
        c.complain("there is no time of the last wake, or the increment is 0");
        return pdFALSE;
    }
    const auto now = c.tick();
    const auto wake = static_cast<TickType_t>(*previous + increment);
    // How long ago the last one was decides, since both numbers may have wrapped.
    const auto since = static_cast<TickType_t>(static_cast<TickType_t>(now) - *previous);
    *previous = wake;
    if (since >= increment) return pdFALSE;
    c.block(nullptr, time_of_tick(c.chip(), now + (increment - since)));
    return pdTRUE;
}

BaseType_t xTaskAbortDelay(TaskHandle_t handle) {
    api c("xTaskAbortDelay");
    if (handle == nullptr) {
        c.complain_of(handle, "task");
        return pdFAIL;
    }
    auto* const t = c.find_task(handle);
    if (t == nullptr || t->now != task::state::blocked) return pdFAIL;
    data(*t).wait_aborted = true;
    c.tasks().wake(*t);
    return pdPASS;
}

TickType_t xTaskGetTickCount(void) {
    return static_cast<TickType_t>(api("xTaskGetTickCount").tick());
}

TickType_t xTaskGetTickCountFromISR(void) {
    return xTaskGetTickCount();
}

std::uint32_t xPortGetTickRateHz(void) {
    return tick_rate();
}

void vTaskSetTimeOutState(TimeOut_t* state) {
    api c("vTaskSetTimeOutState");
    if (state == nullptr) c.give_up("there is no place for the time");
    const auto now = c.tick();
    state->xOverflowCount = static_cast<BaseType_t>(now >> 32U);
    state->xTimeOnEntering = static_cast<TickType_t>(now);
}

BaseType_t xTaskCheckForTimeOut(TimeOut_t* state, TickType_t* ticks) {
    api c("xTaskCheckForTimeOut");
    if (state == nullptr || ticks == nullptr) c.give_up("there is no time to count from, or none to count");
    if (*ticks == portMAX_DELAY) return pdFALSE;
    const auto now = c.tick();
    const auto since = now - (static_cast<std::uint64_t>(state->xOverflowCount) << 32U | state->xTimeOnEntering);
    if (since >= *ticks) {
        *ticks = 0;
        return pdTRUE;
    }
    *ticks -= static_cast<TickType_t>(since);
    state->xOverflowCount = static_cast<BaseType_t>(now >> 32U);
    state->xTimeOnEntering = static_cast<TickType_t>(now);
    return pdFALSE;
}
}
