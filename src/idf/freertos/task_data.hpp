#pragma once

#include "freertos/task.h"
#include "idf/task.hpp"

#include <cstdint>
#include <vector>

namespace nowire::idf::freertos {

/// What FreeRTOS keeps for each task.
struct task_data final : task_extra {
    task_data();
    ~task_data() override;
    task_data(const task_data&) = delete;
    task_data& operator=(const task_data&) = delete;

    struct notification {
        enum class state : std::uint8_t { none, awaited, pending };
        std::uint32_t value = 0;
        state now = state::none;
    };
    struct local_pointer {
        void* value = nullptr;
        TlsDeleteCallbackFunction_t at_end = nullptr;
    };

    std::uint32_t stack_size = 0;  ///< in bytes, as it was asked for
    BaseType_t core = tskNO_AFFINITY;
    unsigned scheduler_suspended = 0;
    unsigned critical = 0;  ///< sections that it is in
    bool in_interrupt = false;
    bool wait_aborted = false;
    unsigned mutexes_held = 0;
    std::vector<notification> notifications;
    std::vector<local_pointer> local_pointers;
};

/// Under the driver's lock.
task_data& data(task& t);

}  // namespace nowire::idf::freertos
