#include "freertos/task.h"
#include "idf/freertos/api.hpp"
#include "idf/freertos/timer_service.hpp"

using namespace nowire::idf::freertos;

namespace {

task_data::local_pointer* find(api& c, TaskHandle_t handle, BaseType_t index) {
    auto* const t = c.find_task(handle);
    if (t == nullptr) return nullptr;
    auto& all = data(*t).local_pointers;
    const auto at = static_cast<std::size_t>(index);
    if (at < all.size()) return &all[at];
    c.complain("a task has " + std::to_string(all.size()) +
               " thread local storage pointers (CONFIG_FREERTOS_THREAD_LOCAL_STORAGE_POINTERS); there is no number " +
               std::to_string(index));
    return nullptr;
}

}  // namespace

extern "C" {

void vTaskSetThreadLocalStoragePointer(TaskHandle_t handle, BaseType_t index, void* value) {
    api c("vTaskSetThreadLocalStoragePointer");
    if (auto* const pointer = find(c, handle, index); pointer != nullptr) *pointer = {.value = value};
}

void vTaskSetThreadLocalStoragePointerAndDelCallback(TaskHandle_t handle, BaseType_t index, void* value,
                                                     TlsDeleteCallbackFunction_t at_end) {
    api c("vTaskSetThreadLocalStoragePointerAndDelCallback");
    auto* const pointer = find(c, handle, index);
    if (pointer == nullptr || !timer_service::get().start(c)) return;
    *pointer = {.value = value, .at_end = at_end};
}

void* pvTaskGetThreadLocalStoragePointer(TaskHandle_t handle, BaseType_t index) {
    api c("pvTaskGetThreadLocalStoragePointer");
    const auto* const pointer = find(c, handle, index);
    return pointer != nullptr ? pointer->value : nullptr;
}
}
