#include "idf/freertos/task_data.hpp"

#include "idf/freertos/timer_service.hpp"

#include <algorithm>
#include <memory>

namespace nowire::idf::freertos {

task_data::task_data()
    : notifications(std::max(nowire_freertos_config.notification_entries, std::uint32_t{1})),
      local_pointers(nowire_freertos_config.local_storage_pointers) {}

task_data::~task_data() {
    int index = 0;
    for (const auto& each : local_pointers) {
        if (each.at_end != nullptr)
            timer_service::get().call_soon([at_end = each.at_end, index, value = each.value] { at_end(index, value); });
        ++index;
    }
}

task_data& data(task& t) {
    if (!t.extra) t.extra = std::make_unique<task_data>();
    return static_cast<task_data&>(*t.extra);
}

}  // namespace nowire::idf::freertos
