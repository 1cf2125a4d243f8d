#include <nowire/frame/rate.hpp>

namespace nowire {

std::string_view to_string(rate r) {
    switch (r) {
        case rate::dsss_1m_long:
            return "1M";
        case rate::dsss_2m_long:
            return "2M";
        case rate::cck_5m5_long:
            return "5.5M";
        case rate::cck_11m_long:
            return "11M";
        case rate::dsss_2m_short:
            return "2MS";
        case rate::cck_5m5_short:
            return "5.5MS";
        case rate::cck_11m_short:
            return "11MS";
        case rate::ofdm_6m:
            return "6M";
        case rate::ofdm_9m:
            return "9M";
        case rate::ofdm_12m:
            return "12M";
        case rate::ofdm_18m:
            return "18M";
        case rate::ofdm_24m:
            return "24M";
        case rate::ofdm_36m:
            return "36M";
        case rate::ofdm_48m:
            return "48M";
        case rate::ofdm_54m:
            return "54M";
    }
    return "?";
}

}  // namespace nowire
