#include "conformance/radio_contract.hpp"

#include <nowire/frame/action.hpp>
#include <nowire/frame/mpdu.hpp>

#include <algorithm>
#include <array>
#include <ostream>

namespace nowire::conformance {

void PrintTo(const subject_kind& kind, std::ostream* out) {
    *out << kind.name;
}

std::vector<std::uint8_t> espnow_frame(const mac_address& from, const mac_address& to, const std::string& text,
                                       std::uint16_t sequence_number) {
    const std::vector<std::uint8_t> payload(text.begin(), text.end());
    std::vector<std::uint8_t> mpdu(frame::header_size + *frame::action_size(payload.size(), frame::version::v2));
    const std::span bytes(mpdu);
    frame::write_header(bytes.first<frame::header_size>(),
                        {.a1 = to, .a2 = from, .sequence_control = static_cast<std::uint16_t>(sequence_number << 4)});
    EXPECT_TRUE(frame::write_action(bytes.subspan(frame::header_size), payload, {.random = {1, 2, 3, 4}}));
    return mpdu;
}

std::optional<std::string> text_of(std::span<const std::uint8_t> mpdu) {
    const auto header = frame::read_header(mpdu);
    if (!header || !header->control.is_action()) return std::nullopt;
    const auto action = frame::parse_action(mpdu.subspan(frame::header_size));
    if (!action) return std::nullopt;
    std::vector<std::uint8_t> payload(action->payload_size());
    if (!action->gather(payload)) return std::nullopt;
    return std::string(payload.begin(), payload.end());
}

party::party(std::unique_ptr<radio> r) : radio_(std::move(r)) {
    radio_->set_handler(this);
}

radio_setup party::setup() const {
    const auto who = radio_->identity();
    return {.on = who.on, .station = who.station, .soft_ap = std::nullopt, .receiving = true};
}

std::uint64_t party::send(const mac_address& to, const std::string& text, std::uint8_t retries, rate r) {
    radio_->transmit({.token = ++last_token_,
                      .mpdu = espnow_frame(mac(), to, text, ++sequence_number_),
                      .tx_rate = r,
                      .retries = retries});
    return last_token_;
}

const tx_done* party::answer_to(std::uint64_t token) const {
    const auto found = std::ranges::find(done, token, &tx_done::token);
    return found == done.end() ? nullptr : &*found;
}

std::vector<std::string> party::texts() const {
    std::vector<std::string> texts;
    for (const auto& one : heard)
        if (auto text = text_of(one.mpdu)) texts.push_back(std::move(*text));
    return texts;
}

std::size_t party::count(const std::string& text) const {
    return static_cast<std::size_t>(std::ranges::count(texts(), text));
}

void party::on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) {
    heard.push_back({{mpdu.begin(), mpdu.end()}, info});
    if (when_heard) when_heard(reception(heard.back()));
}

void party::on_transmit_done(const tx_done& d) {
    done.push_back(d);
    if (when_done) when_done(d);
}

void party::on_lost(const error& why) {
    ADD_FAILURE() << "lost: " << why.text;
}

party& RadioContract::join(const seat& at) {
    auto made = subject_->make_radio(at);
    if (!made) throw std::runtime_error("cannot join: " + made.error().text);
    return *parties_.emplace_back(std::make_unique<party>(std::move(*made)));
}

void RadioContract::leave(party& p) {
    std::erase_if(parties_, [&](const auto& one) { return one.get() == &p; });
}

testing::AssertionResult RadioContract::run_until_answered(party& p, std::uint64_t token) {
    if (run_until([&] { return p.answer_to(token) != nullptr; })) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "no answer to transmit " << token;
}

testing::AssertionResult RadioContract::run_until_quiet(party& speaker, party& listener) {
    const auto text = "quiet " + std::to_string(++quiet_);
    speaker.send(mac_address::broadcast(), text);
    if (run_until([&] { return listener.count(text) == 1; })) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "\"" << text << "\" was not heard";
}

tx_status RadioContract::expected_status(const party& sender, bool somebody_is_there) {
    if (!sender.can().reports_ack) return tx_status::unconfirmed;
    return somebody_is_there && sender.can().acks_for_us ? tx_status::acked : tx_status::not_acked;
}

std::uint16_t RadioContract::expected_attempts(const party& sender, bool somebody_is_there, int retries) {
    if (!sender.can().reports_ack) return 0;
    const bool first_is_acked = somebody_is_there && sender.can().acks_for_us;
    return static_cast<std::uint16_t>(first_is_acked || !sender.can().retries ? 1 : 1 + retries);
}

std::size_t RadioContract::expected_copies(const party& sender, int retries) {
    const auto can = sender.can();
    return can.acks_for_us || !can.retries ? 1 : static_cast<std::size_t>(1 + retries);
}

}  // namespace nowire::conformance
