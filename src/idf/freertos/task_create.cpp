#include "freertos/task.h"
#include "idf/freertos/api.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

namespace nowire::idf::freertos {

namespace {

/// The end of a task whose function has returned, which the chip does not allow.
[[noreturn]] void abort_after_return() {
    std::string name;
    {
        call c;
        name = c.task().name;
    }
    give_up("vPortTaskWrapper", "FreeRTOS Task \"" + name + "\" should not return, Aborting now!");
}

TaskHandle_t create(api& c, TaskFunction_t code, const char* name, std::uint32_t stack_size, void* parameters,
                    UBaseType_t priority, BaseType_t core) {
    if (code == nullptr) {
        c.complain("there is no function");
        return nullptr;
    }
    if (core != tskNO_AFFINITY && (core < 0 || core > 1)) {
        c.complain("there is no core " + std::to_string(core));
        return nullptr;
    }
    if (priority >= configMAX_PRIORITIES)
        c.complain("a priority is at most " + std::to_string(configMAX_PRIORITIES - 1));
    std::string own_name = name != nullptr ? name : "";
    own_name.resize(std::min<std::size_t>(own_name.size(), nowire_freertos_config.max_task_name_len - 1));
    try {
        auto& made = c.tasks().start(std::move(own_name), std::min<unsigned>(priority, configMAX_PRIORITIES - 1),
                                     [code, parameters] {
                                         code(parameters);
                                         abort_after_return();
                                     });
        data(made).stack_size = stack_size;
        data(made).core = core;
        return to_handle<TaskHandle_t>(handle_value(kind::task, made.number));
    } catch (const std::system_error& e) {
        c.complain(e.what());
        return nullptr;
    }
}

}  // namespace

}  // namespace nowire::idf::freertos

using namespace nowire::idf::freertos;

extern "C" {

BaseType_t xTaskCreatePinnedToCore(TaskFunction_t code, const char* name, std::uint32_t stack_size, void* parameters,
                                   UBaseType_t priority, TaskHandle_t* created, BaseType_t core) {
    api c("xTaskCreate");
    const auto made = create(c, code, name, stack_size, parameters, priority, core);
    if (created != nullptr) *created = made;
    return made != nullptr ? pdPASS : errCOULD_NOT_ALLOCATE_REQUIRED_MEMORY;
}

TaskHandle_t xTaskCreateStaticPinnedToCore(TaskFunction_t code, const char* name, std::uint32_t stack_size,
                                           void* parameters, UBaseType_t priority, StackType_t* stack,
                                           StaticTask_t* memory, BaseType_t core) {
    api c("xTaskCreateStatic");
    if (!is_given(stack) || memory == nullptr) {
        c.complain("there is no memory for the stack or the task");
        return nullptr;
    }
    return create(c, code, name, stack_size, parameters, priority, core);
}
}
