#include "freertos/event_groups.h"
#include "freertos/timers.h"
#include "idf/freertos/api.hpp"

#include <list>
#include <memory>

namespace nowire::idf::freertos {

namespace {

constexpr EventBits_t usable_bits = 0x00ffffff;

struct event_group final : object {
    static constexpr kind is = kind::event_group;
    static constexpr const char* name = "event group";

    /// A task that waits for bits, on whose stack this lies.
    struct waiter {
        idf::task& who;
        EventBits_t wanted;
        bool all;
        bool clear;
        bool satisfied = false;
        EventBits_t bits = 0;  ///< when they were as it wanted
    };

    static bool match(EventBits_t bits, EventBits_t wanted, bool all) {
        return all ? (bits & wanted) == wanted : (bits & wanted) != 0;
    }

    EventBits_t bits = 0;
    std::list<waiter*> waiting;
};

/// A waiter is in the list for as long as this lives, which ends too when its task is deleted.
class place_in_list {
  public:
    place_in_list(std::shared_ptr<event_group> group, event_group::waiter& w) : group_(std::move(group)), waiter_(w) {
        group_->waiting.push_back(&waiter_);
    }
    ~place_in_list() { group_->waiting.remove(&waiter_); }
    place_in_list(const place_in_list&) = delete;
    place_in_list& operator=(const place_in_list&) = delete;

  private:
    std::shared_ptr<event_group> group_;
    event_group::waiter& waiter_;
};

void check_bits(api& c, EventBits_t bits, bool must_be_some) {
    if ((bits & ~usable_bits) != 0) c.give_up("the upper eight bits are the kernel's");
    if (must_be_some && bits == 0) c.give_up("there is no bit to wait for");
}

/// All that wait see the same bits; what they clear is cleared afterwards.
void set_bits(api& c, event_group& g, EventBits_t bits) {
    g.bits |= bits;
    EventBits_t cleared = 0;
    for (auto* each : g.waiting) {
        if (each->satisfied || !event_group::match(g.bits, each->wanted, each->all)) continue;
        each->satisfied = true;
        each->bits = g.bits;
        if (each->clear) cleared |= each->wanted;
        c.tasks().wake(each->who);
    }
    g.bits &= ~cleared;
}

/// Waits once: a task that was suspended meanwhile goes on as after its time, as on the chip.
EventBits_t wait(api& c, const std::shared_ptr<event_group>& g, EventBits_t wanted, bool all, bool clear,
                 TickType_t ticks) {
    const auto before = g->bits;
    if (event_group::match(before, wanted, all)) {
        if (clear) g->bits &= ~wanted;
        return before;
    }
    if (ticks == 0) return before;
    event_group::waiter own{.who = c.task(), .wanted = wanted, .all = all, .clear = clear};
    const place_in_list place(g, own);
    c.block(nullptr, c.deadline(ticks));
    if (g->gone) return 0;
    if (own.satisfied) return own.bits;
    const auto at_end = g->bits;
    if (clear && event_group::match(at_end, wanted, all)) g->bits &= ~wanted;
    return at_end;
}

/// What the timer task does for interrupts.
void set_later(void* group, std::uint32_t bits) {
    xEventGroupSetBits(static_cast<EventGroupHandle_t>(group), bits);
}

void clear_later(void* group, std::uint32_t bits) {
    xEventGroupClearBits(static_cast<EventGroupHandle_t>(group), bits);
}

EventGroupHandle_t create() {
    return to_handle<EventGroupHandle_t>(registry<event_group>::all().add(std::make_shared<event_group>())->handle);
}

}  // namespace

}  // namespace nowire::idf::freertos

using namespace nowire::idf::freertos;

extern "C" {

EventGroupHandle_t xEventGroupCreate(void) {
    const api c("xEventGroupCreate");
    return create();
}

EventGroupHandle_t xEventGroupCreateStatic(StaticEventGroup_t* memory) {
    api c("xEventGroupCreateStatic");
    if (memory != nullptr) return create();
    c.complain("there is no memory for the event group");
    return nullptr;
}

void vEventGroupDelete(EventGroupHandle_t handle) {
    api c("vEventGroupDelete");
    const auto g = c.find<event_group>(handle);
    if (!g) return;
    registry<event_group>::all().remove(*g);
    for (auto* each : g->waiting)
        c.tasks().wake(each->who);
}

EventBits_t xEventGroupWaitBits(EventGroupHandle_t handle, EventBits_t wanted, BaseType_t clear, BaseType_t all,
                                TickType_t ticks) {
    api c("xEventGroupWaitBits");
    c.refuse_to_wait_while_suspended(ticks);
    check_bits(c, wanted, true);
    const auto g = c.find<event_group>(handle);
    return g ? wait(c, g, wanted, all != pdFALSE, clear != pdFALSE, ticks) : 0;
}

EventBits_t xEventGroupSetBits(EventGroupHandle_t handle, EventBits_t bits) {
    api c("xEventGroupSetBits");
    check_bits(c, bits, false);
    const auto g = c.find<event_group>(handle);
    if (!g) return 0;
    set_bits(c, *g, bits);
    return g->bits;
}

EventBits_t xEventGroupClearBits(EventGroupHandle_t handle, EventBits_t bits) {
    api c("xEventGroupClearBits");
    check_bits(c, bits, false);
    const auto g = c.find<event_group>(handle);
    if (!g) return 0;
    const auto before = g->bits;
    g->bits &= ~bits;
    return before;
}

EventBits_t xEventGroupSync(EventGroupHandle_t handle, EventBits_t bits, EventBits_t wanted, TickType_t ticks) {
    api c("xEventGroupSync");
    c.refuse_to_wait_while_suspended(ticks);
    check_bits(c, bits, false);
    check_bits(c, wanted, true);
    const auto g = c.find<event_group>(handle);
    if (!g) return 0;
    // Whom the own bits complete is woken first, and what it clears is counted here all the same.
    const auto together = g->bits | bits;
    set_bits(c, *g, bits);
    if (!event_group::match(together, wanted, true)) return wait(c, g, wanted, true, true, ticks);
    g->bits &= ~wanted;
    return together;
}

EventBits_t xEventGroupGetBitsFromISR(EventGroupHandle_t handle) {
    api c("xEventGroupGetBits");
    const auto g = c.find<event_group>(handle);
    return g ? g->bits : 0;
}

BaseType_t xEventGroupSetBitsFromISR(EventGroupHandle_t handle, EventBits_t bits, BaseType_t* more_urgent) {
    return xTimerPendFunctionCallFromISR(set_later, handle, bits, more_urgent);
}

BaseType_t xEventGroupClearBitsFromISR(EventGroupHandle_t handle, EventBits_t bits) {
    return xTimerPendFunctionCallFromISR(clear_later, handle, bits, nullptr);
}
}
