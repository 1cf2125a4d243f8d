#include "freertos/task.h"
#include "idf/freertos/api.hpp"
#include "idf/freertos/interrupt.hpp"

#include <utility>

namespace nowire::idf::freertos {

interrupt::interrupt() {
    api c("an interrupt");
    was_in_one_ = std::exchange(c.own().in_interrupt, true);
    c.tasks().hold_core(true);
}

interrupt::~interrupt() {
    api c("an interrupt");
    c.own().in_interrupt = was_in_one_;
    c.tasks().hold_core(false);
}

}  // namespace nowire::idf::freertos

using namespace nowire::idf::freertos;

namespace {

void enter(api& c) {
    ++c.own().critical;
    c.tasks().hold_core(true);
}

void leave(api& c) {
    if (c.own().critical == 0) c.give_up("the task is in no critical section");
    --c.own().critical;
    c.tasks().hold_core(false);
}

}  // namespace

extern "C" {

void vPortEnterCritical(portMUX_TYPE* mux) {
    api c("portENTER_CRITICAL");
    if (mux == nullptr) c.give_up("there is no lock");
    enter(c);
    if (mux->count++ == 0) mux->owner = c.task().number;
}

BaseType_t xPortEnterCriticalTimeout(portMUX_TYPE* mux, BaseType_t /*timeout*/) {
    vPortEnterCritical(mux);
    return pdPASS;
}

void vPortExitCritical(portMUX_TYPE* mux) {
    api c("portEXIT_CRITICAL");
    if (mux == nullptr || mux->count == 0 || mux->owner != c.task().number) c.give_up("this task has not entered it");
    if (--mux->count == 0) mux->owner = portMUX_FREE_VAL;
    leave(c);
}

UBaseType_t uxPortSetInterruptMask(void) {
    api c("portSET_INTERRUPT_MASK_FROM_ISR");
    enter(c);
    return c.own().critical - 1;
}

void vPortClearInterruptMask(UBaseType_t before) {
    api c("portCLEAR_INTERRUPT_MASK_FROM_ISR");
    if (c.own().critical <= before) c.give_up("the task is in no critical section");
    while (c.own().critical > before)
        leave(c);
}

BaseType_t xPortInIsrContext(void) {
    return truth(api("xPortInIsrContext").own().in_interrupt);
}

bool xPortCanYield(void) {
    api c("xPortCanYield");
    return !c.own().in_interrupt && c.own().critical == 0;
}

void vTaskSuspendAll(void) {
    api c("vTaskSuspendAll");
    ++c.own().scheduler_suspended;
    c.tasks().hold_core(true);
}

BaseType_t xTaskResumeAll(void) {
    api c("xTaskResumeAll");
    if (c.own().scheduler_suspended == 0) c.give_up("the scheduler is not suspended");
    --c.own().scheduler_suspended;
    c.tasks().hold_core(false);
    return truth(c.tasks().would_switch());
}

BaseType_t xTaskGetSchedulerState(void) {
    return api("xTaskGetSchedulerState").own().scheduler_suspended > 0 ? taskSCHEDULER_SUSPENDED
                                                                       : taskSCHEDULER_RUNNING;
}
}
