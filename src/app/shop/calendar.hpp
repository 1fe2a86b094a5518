// The days of the shop: how busy each one is.
#pragma once

#include <cstdint>
#include <vector>

#include "base/date.hpp"
#include "base/rng.hpp"

namespace clientele::shop {

class Calendar {
 public:
  // The `months` up to `last_date`; promotions of 3 to 5 days every 35 to 55 days, by the seed.
  Calendar(Date last_date, int months, std::uint64_t seed);

  Date first() const { return first_; }
  Date last() const { return first_ + (days() - 1); }
  std::int32_t days() const { return static_cast<std::int32_t>(activity_.size()); }
  bool promotion(std::int32_t day) const { return promotion_[day]; }
  // Weekday x season x promotion of a day, mean 1 over all days.
  double activity(std::int32_t day) const { return activity_[day]; }
  // Sum of activity over [from, to): the time by which customers order.
  double elapsed(std::int32_t from, std::int32_t to) const { return passed_[to] - passed_[from]; }
  // A day of [from, to), busy ones more often. Requires: from < to.
  std::int32_t draw(Rng& rng, std::int32_t from, std::int32_t to) const;

 private:
  Date first_;
  std::vector<char> promotion_;
  std::vector<double> activity_;
  std::vector<double> passed_;  // activity before each day, and in all
};

// Season of a date: exp(amplitude x cos(2 pi (day of year - peak) / 365.25)).
double yearly_factor(Date date);

}  // namespace clientele::shop
