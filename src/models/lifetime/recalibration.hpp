// Learns from an earlier stretch of the same history by how much a purchase model's total forecast
// is off (season, growth), so that later forecasts can be corrected.
#pragma once

#include <cstddef>
#include <span>

#include "models/lifetime/fit.hpp"
#include "models/lifetime/purchase_history.hpp"

namespace clientele::lifetime {

// Fits `family` on the orders before an inner hold-out of [first, end] (holdout_split) and returns
// the recalibration_factor of its expected purchases there; 1 where the history is too short.
// Nothing after `end` is looked at.
double inner_recalibration(std::span<const Order> orders, Clock clock, Family family, Date first,
                           Date end, int horizon_days, std::size_t threads = 1);

}  // namespace clientele::lifetime
