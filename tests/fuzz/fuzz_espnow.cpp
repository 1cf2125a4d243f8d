// Bytes are read as calls of ESP-NOW, Wi-Fi and FreeRTOS by two tasks of one chip, on an air of its own whose time goes
// by events; what they promise is checked (idf/espnow_exercise.hpp).
#include "idf/espnow_exercise.hpp"
#include "radio/hub_world.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace {

/// Made before this process has threads, and never destroyed: the chip lives as long as the process. Its folder goes
/// with the process.
struct world {
    nowire::test::temporary_folder folder;
    nowire::test::hub_process hub;
    nowire::test::child_process echo;

    world()
        : hub(folder / "air", {"--speed", "max", "--no-airtime"}),
          echo([this](int) { return nowire::test::be_echo("air:" + hub.socket()); }) {}
};

const world* the_world = nullptr;

void prepare() {
    ::setenv("NOWIRE_AIR", NOWIRE_AIR_PROGRAM, 0);
    the_world = new world();
    std::atexit([] {
        std::error_code ignored;
        std::filesystem::remove_all(the_world->folder.path(), ignored);
    });
    ::setenv("NOWIRE_RADIO", ("air:" + the_world->hub.socket() + "?name=chip").c_str(), 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool is_prepared = (prepare(), true);
    (void)is_prepared;
    const auto fault = nowire::test::exercise_espnow({data, size});
    if (!fault.empty()) {
        std::fprintf(stderr, "%s\n", fault.c_str());
        std::abort();
    }
    return 0;
}
