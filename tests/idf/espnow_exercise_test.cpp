/// Calls of two tasks at random, the same each time; the fuzz target draws others (fuzz/fuzz_espnow.cpp).

#include "idf/espnow_exercise.hpp"

#include "idf/chip_process.hpp"

#include <algorithm>
#include <random>
#include <vector>

namespace nowire::test {

TEST(EspNowExercise, TwoTasksThatCallAtRandomDoNoHarm) {
    const temporary_folder folder;
    const hub_process hub(folder / "air", {"--speed", "max"});
    const auto url = "air:" + hub.socket();
    const child_process echo([&](int) { return be_echo(url); });
    child_process chip([&](int to) {
        if (std::freopen("/dev/null", "w", stdout) == nullptr) return 1;
        std::string fault;
        be_chip(url + "?name=chip", [&] {
            std::mt19937 random(1);
            for (int i = 0; i < 100 && fault.empty(); ++i) {
                std::vector<std::uint8_t> script(random() % 800);
                std::ranges::generate(script, random);
                fault = exercise_espnow(script);
                if (!fault.empty()) fault = "script " + std::to_string(i) + ": " + fault;
            }
        });
        report(to, fault.empty() ? "fine" : fault);
        return 0;
    });
    EXPECT_EQ(chip.line(), "fine");
    EXPECT_EQ(chip.wait(), 0);
}

}  // namespace nowire::test
