#include "abi/abi_world.hpp"

#include <algorithm>
#include <stdexcept>

namespace nowire::test {

abi_station abi_world::open(const std::string& name) const {
    nowire_station* made = nullptr;
    if (nowire_open(url(name).c_str(), nullptr, &made) < 0) throw std::runtime_error(nowire_error_text());
    abi_station result(made);
    if (nowire_set_interface(made, NOWIRE_STATION, 1) < 0 || nowire_start(made, nullptr) < 0)
        throw std::runtime_error(nowire_error_text());
    return result;
}

octets address_of(const abi_station& s) {
    octets result{};
    nowire_address(s.get(), NOWIRE_STATION, result.data());
    return result;
}

nowire_peer peer_of(const octets& address) {
    nowire_peer result{};
    result.size = sizeof result;
    std::ranges::copy(address, result.address);
    return result;
}

std::string receive_text(const abi_station& s, nowire_message* about, std::int64_t timeout) {
    std::string result(1470, '\0');
    std::int32_t length = NOWIRE_INTERRUPTED;
    while (length == NOWIRE_INTERRUPTED)
        length = nowire_receive(s.get(), result.data(), static_cast<std::uint32_t>(result.size()), about, timeout);
    result.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    return result;
}

std::int32_t send_text(const abi_station& s, const octets& to, const std::string& text, bool wait) {
    return nowire_send(s.get(), to.data(), text.data(), static_cast<std::uint32_t>(text.size()), wait ? 1 : 0);
}

}  // namespace nowire::test
