#include "idf/freertos_tasks.hpp"

#include "idf/chip_process.hpp"

#include <memory>

namespace nowire::test {

TaskHandle_t spawn(const char* name, UBaseType_t priority, std::function<void()> body) {
    const auto run = [](void* given) {
        // Owned by the thread, which may end in the middle of it.
        const std::unique_ptr<std::function<void()>> own(static_cast<std::function<void()>*>(given));
        (*own)();
        vTaskDelete(nullptr);
    };
    TaskHandle_t made = nullptr;
    xTaskCreate(run, name, 4096, new std::function<void()>(std::move(body)), priority, &made);
    return made;
}

void mark(const std::string& what) {
    note(what + '@' + std::to_string(xTaskGetTickCount()));
}

}  // namespace nowire::test
