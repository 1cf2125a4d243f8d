/// The program's main(): the chip begins, and app_main() runs in a task, as on the chip.

#include "idf/chip.hpp"

#include <cstdlib>

extern "C" void app_main(void);

int main() {
    auto& chip = nowire::idf::chip::get();
    {
        nowire::driver::lock held(chip.driver());
        chip.tasks().see_ends();
        chip.tasks().start("main", 1, [] { app_main(); });
    }
    chip.wait_for_end();
    std::exit(EXIT_SUCCESS);
}
