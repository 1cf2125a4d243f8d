#include <nowire/device/errc.hpp>

#include <string_view>

namespace nowire {

namespace {

class category final : public std::error_category {
  public:
    const char* name() const noexcept override { return "nowire"; }

    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::not_init:
                return "ESP-NOW is not initialised";
            case errc::argument:
                return "a length, address, key or option that can never be right";
            case errc::no_memory:
                return "all transmit buffers are in use: wait for a completion";
            case errc::peer_list_full:
                return "the list holds as many peers, or encrypted peers, as allowed";
            case errc::peer_not_found:
                return "no such peer: add it first";
            case errc::internal:
                return "internal error";
            case errc::peer_exists:
                return "the peer is in the list already";
            case errc::interface_down:
                return "the peer's interface is not up";
            case errc::channel_mismatch:
                return "the peer's channel is not the home channel";
            case errc::timeout:
                return "the time given is over";
            case errc::packet_numbers:
                return "no packet number can be had for this key";
            case errc::radio:
                return "the radio cannot be opened or has gone";
            case errc::bad_url:
                return "a radio URL that cannot be read";
            case errc::bad_file:
                return "a file that cannot be read or says nonsense";
            case errc::refused:
                return "the other side refused";
            case errc::closed:
                return "the object was closed";
        }
        return "nowire error " + std::to_string(value);
    }
};

}  // namespace

const std::error_category& errc_category() noexcept {
    static const category instance;
    return instance;
}

std::error_code make_error_code(errc e) noexcept {
    return {static_cast<int>(e), errc_category()};
}

std::string_view to_string(errc e) {
    switch (e) {
        case errc::not_init:
            return "not_init";
        case errc::argument:
            return "argument";
        case errc::no_memory:
            return "no_memory";
        case errc::peer_list_full:
            return "peer_list_full";
        case errc::peer_not_found:
            return "peer_not_found";
        case errc::internal:
            return "internal";
        case errc::peer_exists:
            return "peer_exists";
        case errc::interface_down:
            return "interface_down";
        case errc::channel_mismatch:
            return "channel_mismatch";
        case errc::timeout:
            return "timeout";
        case errc::packet_numbers:
            return "packet_numbers";
        case errc::radio:
            return "radio";
        case errc::bad_url:
            return "bad_url";
        case errc::bad_file:
            return "bad_file";
        case errc::refused:
            return "refused";
        case errc::closed:
            return "closed";
    }
    return "?";
}

}  // namespace nowire
