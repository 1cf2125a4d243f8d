#include "air/propagation.hpp"

#include "air/random.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nowire::air {

namespace {

constexpr double least_distance = 0.1;

}  // namespace

double loss_over(double metres, const path_loss& model) {
    return model.at_1m + 10 * model.exponent * std::log10(std::max(least_distance, metres));
}

/// Box and Muller's transform of two even numbers.
double shadowing_between(const mac_address& a, const mac_address& b, const path_loss& model, std::uint64_t seed) {
    if (model.shadowing <= 0) return 0;
    random_sequence random(seed_of(~seed, std::min(a, b), std::max(a, b)));
    const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
    return model.shadowing * radius * std::cos(2 * std::numbers::pi * random.uniform());
}

}  // namespace nowire::air
