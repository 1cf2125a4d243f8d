#pragma once

#include <nowire/air/medium.hpp>
#include <nowire/frame/mac_address.hpp>

#include <cstdint>

namespace nowire::air {

/// The loss between two places `metres` apart, in dB, without shadowing. Nothing is nearer than 10 cm.
double loss_over(double metres, const path_loss& model);

/// How much more than its distance a path loses, in dB: drawn once for each pair of radios, the same both ways,
/// normally distributed around 0 with the model's deviation.
double shadowing_between(const mac_address& a, const mac_address& b, const path_loss& model, std::uint64_t seed);

}  // namespace nowire::air
