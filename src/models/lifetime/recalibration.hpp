// Learns from earlier stretches of the same history by how much a purchase model's total forecast
// is off (season, growth), so that later forecasts can be corrected.
#pragma once

#include <cstddef>
#include <span>

#include "models/lifetime/fit.hpp"
#include "models/lifetime/purchase_history.hpp"

namespace clientele::lifetime {

// Fits `family` on the orders up to one third, one half and two thirds of [first, end], forecasts
// each rest (`horizon_days` of it at most) and returns the recalibration_factor of the three
// forecasts together: one origin alone would mistake a season for a flaw. Origins that leave fewer
// than kLeastSplitDays on either side are left out; 1 without any. Nothing after `end` is looked
// at.
double inner_recalibration(std::span<const Order> orders, Clock clock, Family family, Date first,
                           Date end, int horizon_days, std::size_t threads = 1);

}  // namespace clientele::lifetime
