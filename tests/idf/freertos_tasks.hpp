#pragma once

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#include <functional>
#include <string>

namespace nowire::test {

/// A FreeRTOS task that runs `body` and deletes itself. @returns its handle.
TaskHandle_t spawn(const char* name, UBaseType_t priority, std::function<void()> body);

/// Notes `what` and the tick at which it happened: "sent@12".
void mark(const std::string& what);

}  // namespace nowire::test
