#include "freertos/timers.h"
#include "idf/freertos/timer_service.hpp"

#include <utility>

using namespace nowire::idf::freertos;
using action = timer_service::command::action;

namespace {

TimerHandle_t create(api& c, const char* name, TickType_t period, BaseType_t reload, void* id,
                     TimerCallbackFunction_t callback) {
    if (period == 0 || callback == nullptr) {
        c.complain("a timer has a period of one tick at least, and a callback");
        return nullptr;
    }
    if (!timer_service::get().start(c)) return nullptr;
    auto made = std::make_shared<timer>();
    made->label = name != nullptr ? name : "";
    made->period = period;
    made->reloads = reload != pdFALSE;
    made->id = id;
    made->callback = callback;
    return to_handle<TimerHandle_t>(registry<timer>::all().add(std::move(made))->handle);
}

BaseType_t send(api& c, TimerHandle_t handle, action what, TickType_t period, TickType_t ticks,
                BaseType_t* more_urgent) {
    c.refuse_to_wait_while_suspended(ticks);
    auto which = c.find<timer>(handle);
    if (!which) return pdFAIL;
    if (what == action::change_period && period == 0) {
        c.complain("a period is one tick at least");
        return pdFAIL;
    }
    return truth(
        timer_service::get().send(c, {.what = what, .which = std::move(which), .period = period}, ticks, more_urgent));
}

BaseType_t pend(api& c, PendedFunction_t function, void* first, std::uint32_t second, TickType_t ticks,
                BaseType_t* more_urgent) {
    c.refuse_to_wait_while_suspended(ticks);
    if (function == nullptr) {
        c.complain("there is no function");
        return pdFAIL;
    }
    return truth(timer_service::get().send(c, {.function = [=] { function(first, second); }}, ticks, more_urgent));
}

}  // namespace

extern "C" {

TimerHandle_t xTimerCreate(const char* name, TickType_t period, BaseType_t reload, void* id,
                           TimerCallbackFunction_t callback) {
    api c("xTimerCreate");
    return create(c, name, period, reload, id, callback);
}

TimerHandle_t xTimerCreateStatic(const char* name, TickType_t period, BaseType_t reload, void* id,
                                 TimerCallbackFunction_t callback, StaticTimer_t* memory) {
    api c("xTimerCreateStatic");
    if (memory != nullptr) return create(c, name, period, reload, id, callback);
    c.complain("there is no memory for the timer");
    return nullptr;
}

BaseType_t xTimerStart(TimerHandle_t handle, TickType_t ticks) {
    api c("xTimerStart");
    return send(c, handle, action::start, 0, ticks, nullptr);
}

BaseType_t xTimerStop(TimerHandle_t handle, TickType_t ticks) {
    api c("xTimerStop");
    return send(c, handle, action::stop, 0, ticks, nullptr);
}

BaseType_t xTimerReset(TimerHandle_t handle, TickType_t ticks) {
    api c("xTimerReset");
    return send(c, handle, action::start, 0, ticks, nullptr);
}

BaseType_t xTimerChangePeriod(TimerHandle_t handle, TickType_t period, TickType_t ticks) {
    api c("xTimerChangePeriod");
    return send(c, handle, action::change_period, period, ticks, nullptr);
}

BaseType_t xTimerDelete(TimerHandle_t handle, TickType_t ticks) {
    api c("xTimerDelete");
    return send(c, handle, action::remove, 0, ticks, nullptr);
}

BaseType_t xTimerStartFromISR(TimerHandle_t handle, BaseType_t* more_urgent) {
    api c("xTimerStartFromISR");
    return send(c, handle, action::start, 0, 0, more_urgent);
}

BaseType_t xTimerStopFromISR(TimerHandle_t handle, BaseType_t* more_urgent) {
    api c("xTimerStopFromISR");
    return send(c, handle, action::stop, 0, 0, more_urgent);
}

BaseType_t xTimerResetFromISR(TimerHandle_t handle, BaseType_t* more_urgent) {
    api c("xTimerResetFromISR");
    return send(c, handle, action::start, 0, 0, more_urgent);
}

BaseType_t xTimerChangePeriodFromISR(TimerHandle_t handle, TickType_t period, BaseType_t* more_urgent) {
    api c("xTimerChangePeriodFromISR");
    return send(c, handle, action::change_period, period, 0, more_urgent);
}

BaseType_t xTimerIsTimerActive(TimerHandle_t handle) {
    api c("xTimerIsTimerActive");
    const auto t = c.find<timer>(handle);
    return truth(t && t->is_active);
}

void* pvTimerGetTimerID(TimerHandle_t handle) {
    api c("pvTimerGetTimerID");
    const auto t = c.find<timer>(handle);
    return t ? t->id : nullptr;
}

void vTimerSetTimerID(TimerHandle_t handle, void* id) {
    api c("vTimerSetTimerID");
    if (const auto t = c.find<timer>(handle)) t->id = id;
}

const char* pcTimerGetName(TimerHandle_t handle) {
    api c("pcTimerGetName");
    const auto t = c.find<timer>(handle);
    return t ? t->label.c_str() : nullptr;
}

TickType_t xTimerGetPeriod(TimerHandle_t handle) {
    api c("xTimerGetPeriod");
    const auto t = c.find<timer>(handle);
    return t ? t->period : 0;
}

TickType_t xTimerGetExpiryTime(TimerHandle_t handle) {
    api c("xTimerGetExpiryTime");
    const auto t = c.find<timer>(handle);
    return t ? static_cast<TickType_t>(t->expiry) : 0;
}

void vTimerSetReloadMode(TimerHandle_t handle, BaseType_t reload) {
    api c("vTimerSetReloadMode");
    if (const auto t = c.find<timer>(handle)) t->reloads = reload != pdFALSE;
}

UBaseType_t uxTimerGetReloadMode(TimerHandle_t handle) {
    return static_cast<UBaseType_t>(xTimerGetReloadMode(handle));
}

BaseType_t xTimerGetReloadMode(TimerHandle_t handle) {
    api c("xTimerGetReloadMode");
    const auto t = c.find<timer>(handle);
    return truth(t && t->reloads);
}

TaskHandle_t xTimerGetTimerDaemonTaskHandle(void) {
    api c("xTimerGetTimerDaemonTaskHandle");
    if (!timer_service::get().start(c)) return nullptr;
    return to_handle<TaskHandle_t>(handle_value(kind::task, timer_service::get().task()->number));
}

BaseType_t xTimerPendFunctionCall(PendedFunction_t function, void* first, std::uint32_t second, TickType_t ticks) {
    api c("xTimerPendFunctionCall");
    return pend(c, function, first, second, ticks, nullptr);
}

BaseType_t xTimerPendFunctionCallFromISR(PendedFunction_t function, void* first, std::uint32_t second,
                                         BaseType_t* more_urgent) {
    api c("xTimerPendFunctionCallFromISR");
    return pend(c, function, first, second, 0, more_urgent);
}
}
