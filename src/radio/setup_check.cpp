#include "radio/setup_check.hpp"

namespace nowire {

std::string objection_to(const radio_setup& setup) {
    for (const auto& address : {setup.station, setup.soft_ap}) {
        if (!address) continue;
        if (address->is_group()) return address->to_string() + " is a group address; a radio's own must be unicast";
        if (address->is_zero()) return "a radio's own address must not be zero";
    }
    if (setup.station && setup.station == setup.soft_ap)
        return "both interfaces have " + setup.station->to_string() + "; the SoftAP's is usually the station's plus 1";
    return {};
}

}  // namespace nowire
