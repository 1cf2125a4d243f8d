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
        case rate::ht_mcs0_lgi:
            return "MCS0";
        case rate::ht_mcs1_lgi:
            return "MCS1";
        case rate::ht_mcs2_lgi:
            return "MCS2";
        case rate::ht_mcs3_lgi:
            return "MCS3";
        case rate::ht_mcs4_lgi:
            return "MCS4";
        case rate::ht_mcs5_lgi:
            return "MCS5";
        case rate::ht_mcs6_lgi:
            return "MCS6";
        case rate::ht_mcs7_lgi:
            return "MCS7";
        case rate::ht_mcs0_sgi:
            return "MCS0S";
        case rate::ht_mcs1_sgi:
            return "MCS1S";
        case rate::ht_mcs2_sgi:
            return "MCS2S";
        case rate::ht_mcs3_sgi:
            return "MCS3S";
        case rate::ht_mcs4_sgi:
            return "MCS4S";
        case rate::ht_mcs5_sgi:
            return "MCS5S";
        case rate::ht_mcs6_sgi:
            return "MCS6S";
        case rate::ht_mcs7_sgi:
            return "MCS7S";
        case rate::lr_250k:
            return "LR250K";
        case rate::lr_500k:
            return "LR500K";
    }
    return "?";
}

}  // namespace nowire
