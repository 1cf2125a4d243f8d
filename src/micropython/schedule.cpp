#include "micropython/receive.hpp"
#include "micropython/scheduler.hpp"

#include <nowire/micropython/schedule.hpp>

#include <utility>

namespace nowire::micropython {

bool schedule(std::function<void()> what, chip& on) {
    return on.part<scheduler>().add(std::move(what), nullptr);
}

bool schedule(std::function<void()> what) {
    return schedule(std::move(what), chip::standard());
}

void run_scheduled(chip& on) {
    on.part<scheduler>().run();
}

void run_scheduled() {
    run_scheduled(chip::standard());
}

std::shared_ptr<void> on_schedule(std::function<void()> wake, chip& on) {
    return on.part<scheduler>().watch(std::move(wake));
}

void sleep_ms(integer ms, chip& on) {
    wait_for(
        on, [] { return mailbox_state(); }, from_ms(ms.value < 0 ? 0 : ms.value));
}

void sleep_ms(integer ms) {
    sleep_ms(ms, chip::standard());
}

std::uint32_t ticks_ms(chip& on) {
    auto& box = on.mailbox();
    return ticks_at(box.began(), box.now());
}

std::uint32_t ticks_ms() {
    return ticks_ms(chip::standard());
}

}  // namespace nowire::micropython
