#include "air/propagation.hpp"

#include <algorithm>
#include <cmath>

namespace nowire::air {

namespace {

constexpr std::int8_t power_without_positions = -40;
constexpr double path_loss_at_1m = 40;
constexpr double path_loss_exponent = 3;
constexpr double least_distance = 0.1;

}  // namespace

std::int8_t received_power(int tx_power, const std::optional<position>& from, const std::optional<position>& to) {
    if (!from || !to) return power_without_positions;
    const auto distance = std::max(least_distance, std::hypot(from->x - to->x, from->y - to->y));
    const auto power = tx_power - path_loss_at_1m - 10 * path_loss_exponent * std::log10(distance);
    return static_cast<std::int8_t>(std::clamp(std::round(power), -128.0, 127.0));
}

}  // namespace nowire::air
