#include <nowire/device/transmission.hpp>

namespace nowire {

std::string_view to_string(tx_status status) {
    switch (status) {
        case tx_status::acked:
            return "acked";
        case tx_status::not_acked:
            return "not_acked";
        case tx_status::sent:
            return "sent";
        case tx_status::unconfirmed:
            return "unconfirmed";
        case tx_status::not_sent:
            return "not_sent";
    }
    return "?";
}

}  // namespace nowire
