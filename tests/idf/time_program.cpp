#include "time_program.h"

#include "idf/chip.hpp"

#include <cinttypes>
#include <cstdio>
#include <thread>

int64_t air_time() {
    return nowire::idf::since_boot().count();
}

void say_took(const char* what, int64_t began) {
    std::printf("%s: %" PRId64 "\n", what, air_time() - began);
}

void start_task(void (*body)()) {
    nowire::idf::call c;
    c.tasks().start("task", 2, body);
}

void sleep_in_cxx() {
    const auto began = air_time();
    std::this_thread::sleep_for(std::chrono::hours(1));
    say_took("sleep_for", began);
}
