#include "station/station_state.hpp"

#include <nowire/station/station.hpp>

#include <string>
#include <system_error>
#include <utility>

namespace nowire {

namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

std::string milliseconds(duration d) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(d).count()) + " ms";
}

}  // namespace

station::station(std::unique_ptr<nowire::radio> r, const station_options& options)
    : state_(std::make_unique<state>(std::move(r), options)) {
    if (const auto& against = state_->refusal) throw std::system_error(make_error_code(against->code), against->text);
}

station::station(std::unique_ptr<state> made) : state_(std::move(made)) {}

station::~station() = default;

std::expected<std::unique_ptr<station>, error> station::open(std::string_view url,
                                                             std::span<const radio_backend> backends,
                                                             const station_options& options) {
    auto opened = open_radio(url, backends);
    if (!opened) return std::unexpected(std::move(opened.error()));
    std::unique_ptr<state> made;
    try {
        made = std::make_unique<state>(std::move(*opened), options);
    } catch (const std::system_error& e) {
        const bool own = e.code().category() == errc_category();
        return std::unexpected(
            error{.code = own ? static_cast<errc>(e.code().value()) : errc::internal, .text = e.what()});
    }
    if (made->refusal) return std::unexpected(*made->refusal);
    return std::unique_ptr<station>(new station(std::move(made)));
}

std::expected<send_token, error> station::send_then(const mac_address& destination,
                                                    std::span<const std::uint8_t> payload, completion_handler done) {
    return state_->send(destination, payload, std::move(done), false);
}

std::expected<std::vector<send_token>, error> station::send_to_all_then(std::span<const std::uint8_t> payload,
                                                                        const completion_handler& done) {
    return state_->send_to_all(payload, done, false);
}

std::expected<completion, error> station::send(const mac_address& destination, std::span<const std::uint8_t> payload,
                                               std::optional<duration> timeout) {
    const auto deadline = deadline_after(state_->now(), timeout);
    const auto is_over = [&] { return deadline && state_->now() >= *deadline; };
    const auto too_late = [&](const char* what) {
        return std::unexpected(
            error{.code = errc::timeout,
                  .text = std::string(what) + " to " + destination.to_string() + " within " + milliseconds(*timeout)});
    };
    std::optional<completion> end;
    auto sent = state_->send(
        destination, payload, [&end](const completion& done) { end = done; }, true);
    while (!sent && sent.error().code == errc::no_memory) {
        do {
            if (is_over()) return too_late("no free buffer for a message");
            state_->run_until(deadline);
        } while (!state_->has_room());
        sent = state_->send(
            destination, payload, [&end](const completion& done) { end = done; }, true);
    }
    if (!sent) return std::unexpected(std::move(sent.error()));

    // Whatever ends the wait, a handler's exception included: nobody may write to `end` afterwards.
    struct forgetter {
        state& owner;
        send_token token;
        ~forgetter() { owner.forget(token); }
    };
    const forgetter at_end{*state_, *sent};
    while (!end) {
        if (is_over()) return too_late("no end of the message");
        state_->run_until(deadline);
    }
    return *end;
}

std::expected<completion, error> station::send(const mac_address& destination, std::string_view text,
                                               std::optional<duration> timeout) {
    return send(destination, bytes_of(text), timeout);
}

std::expected<message, error> station::receive(std::optional<duration> timeout) {
    auto& inbox = state_->inbox;
    if (inbox.empty()) run_ready();
    const auto deadline = deadline_after(state_->now(), timeout);
    while (inbox.empty()) {
        if (deadline && state_->now() >= *deadline)
            return std::unexpected(
                error{.code = errc::timeout, .text = "no message came within " + milliseconds(*timeout)});
        state_->run_until(deadline);
    }
    return *inbox.pop();
}

void station::on_message(std::function<void()> handler) {
    if (handler)
        state_->message_handler->set([handler = std::move(handler)](const std::optional<error>&) { handler(); });
    else
        state_->message_handler->set(nullptr);
}

void station::on_radio(std::function<void(const std::optional<error>&)> handler) {
    state_->radio_handler_slot->set(std::move(handler));
}

int station::work_descriptor() const {
    return state_->work_descriptor();
}

int station::message_descriptor() const {
    return state_->message_waits.get();
}

void station::run_ready() {
    state_->process();
    state_->run_calls();
}

void station::run_until(std::optional<time_point> deadline) {
    state_->run_until(deadline);
}

void station::set_idle_reports(bool on) {
    state_->radio->set_idle_reports(on);
}

void station::report_idle() {
    state_->flush();
    if (state_->calls.empty()) state_->radio->report_idle();
}

void station::process() {
    state_->process();
}

std::vector<std::function<void()>> station::take_calls() {
    return state_->take_calls();
}

nowire::inbox& station::inbox() {
    return state_->inbox;
}

device& station::device() {
    return state_->device;
}

const device& station::device() const {
    return state_->device;
}

void station::flush() {
    state_->flush();
}

const std::optional<error>& station::refusal() const {
    return state_->refusal;
}

radio& station::radio() {
    return *state_->radio;
}

clock& station::clock() {
    return state_->radio->clock();
}

mac_address station::address() const {
    return state_->device.address(state_->device.is_up(interface::station) ? interface::station : interface::soft_ap);
}

}  // namespace nowire
