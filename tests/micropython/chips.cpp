#include "micropython/chips.hpp"

#include <nowire/frame/action.hpp>
#include <nowire/frame/mpdu.hpp>

#include <array>
#include <future>
#include <memory>
#include <stdexcept>

namespace nowire::test {

std::vector<std::uint8_t> mpdu_of(const mac_address& source, const mac_address& destination, std::string_view text) {
    static std::uint8_t count = 0;
    const auto payload = bytes_of(text);
    const auto version = text.size() > 250 ? frame::version::v2 : frame::version::v1;
    std::vector<std::uint8_t> mpdu(frame::header_size + frame::action_size(payload.size(), version).value());
    frame::management_header header;
    header.a1 = destination;
    header.a2 = source;
    frame::write_header(std::span(mpdu).first<frame::header_size>(), header);
    frame::action_options options;
    options.version = version;
    options.random = {++count, 1, 2, 3};
    frame::write_action(std::span(mpdu).subspan(frame::header_size), payload, options);
    return mpdu;
}

fake_chip::~fake_chip() {
    with_radio([](fake_radio& r) { r.lose("the test is over"); });
}

void fake_chip::hear_only(std::string_view text, const mac_address& from) {
    with_radio([&](fake_radio& r) { r.hear(mpdu_of(from, own_mac, text)); });
}

void fake_chip::hear(std::string_view text, const mac_address& from) {
    const auto before = it.mailbox().counters();
    hear_only(text, from);
    if (!has_heard(before.rx_packets + before.rx_dropped + 1)) throw std::runtime_error("the chip did not hear it");
    finish_handlers();
}

void fake_chip::finish_handlers() {
    // What is due now is processed after those were called.
    const auto later = std::make_shared<std::promise<void>>();
    it.mailbox().with([&](station& s) { s.clock().call_at(s.clock().now(), [later] { later->set_value(); }); });
    if (later->get_future().wait_for(patience) != std::future_status::ready)
        throw std::runtime_error("a handler does not end");
}

bool fake_chip::has_heard(std::uint64_t count) {
    return becomes_true([&] {
        const auto now = it.mailbox().counters();
        return now.rx_packets + now.rx_dropped >= count;
    });
}

mac_address fake_chip::sent_to() {
    return with_radio([](fake_radio& r) {
        const auto& mpdu = r.sent.back().mpdu;
        return mac_address(std::span<const std::uint8_t, mac_address::size>(mpdu.data() + 4, mac_address::size));
    });
}

void fake_chip::answer(std::optional<tx_status> how) {
    with_radio([&](fake_radio& r) {
        r.answers = how.has_value();
        r.answer_with = how;
    });
}

passing_time::passing_time(fake_chip& c, duration step)
    : thread_([this, &c, step] {
          while (!over_) {
              c.advance(step);
              std::this_thread::sleep_for(std::chrono::microseconds(200));
          }
      }) {}

passing_time::~passing_time() {
    over_ = true;
    thread_.join();
}

std::unique_ptr<chip> hub_of_chips::join(const std::string& name) const {
    auto made = std::make_unique<chip>(url(name));
    micropython::WLAN(*made).active(true);
    return made;
}

}  // namespace nowire::test
