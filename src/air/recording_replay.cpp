#include <nowire/air/recording.hpp>

namespace nowire::air::recording {

replay::replay(const setting& how) : medium_(how.medium) {
    for (const auto& l : how.links)
        medium_.set_link(l.from, l.to, l.how);
}

std::expected<void, std::string> replay::apply(const record& r) {
    if (const auto* what = std::get_if<asked>(&r)) return apply(*what);
    medium_.advance_to(std::get<advanced>(r).to);
    return {};
}

std::expected<void, std::string> replay::apply(const asked& r) {
    const auto number = std::to_string(r.radio);
    if (const auto* hello = std::get_if<protocol::hello>(&r.what)) {
        if (hello->kind != protocol::client_kind::radio || radios_.contains(r.radio))
            return std::unexpected("radio " + number + " comes twice, or is none");
        const auto id = medium_.join(hello->radio, nobody_);
        if (!id) return std::unexpected("radio " + number + " comes with an address that another one has");
        radios_.emplace(r.radio, *id);
        return {};
    }
    if (const auto* change = std::get_if<protocol::set_link>(&r.what)) {
        medium_.set_link(change->from, change->to, change->how);
        return {};
    }
    const auto found = radios_.find(r.radio);
    if (found == radios_.end()) return std::unexpected("radio " + number + " asks for something before it comes");
    const auto radio = found->second;
    if (const auto* frame = std::get_if<protocol::transmit_frame>(&r.what)) {
        medium_.transmit(radio, {.token = frame->token,
                                 .mpdu = {frame->mpdu.begin(), frame->mpdu.end()},
                                 .tx_rate = frame->rate,
                                 .retries = frame->retries});
    } else if (const auto* setup = std::get_if<protocol::configure>(&r.what)) {
        if (!medium_.configure(radio, setup->setup))
            return std::unexpected("radio " + number + " takes an address that another one has");
    } else if (const auto* promiscuous = std::get_if<protocol::set_promiscuous>(&r.what)) {
        medium_.set_promiscuous(radio, promiscuous->on);
    } else if (const auto* power = std::get_if<protocol::set_tx_power>(&r.what)) {
        medium_.set_tx_power(radio, power->dbm);
    } else if (const auto* place = std::get_if<protocol::set_position>(&r.what)) {
        medium_.set_position(radio, place->at);
    } else if (std::holds_alternative<protocol::bye>(r.what)) {
        medium_.leave(radio);
        radios_.erase(found);
    } else {
        return std::unexpected("radio " + number + " asks for what no recording has");
    }
    return {};
}

}  // namespace nowire::air::recording
