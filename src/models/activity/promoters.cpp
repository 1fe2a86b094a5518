#include "models/activity/promoters.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::activity {

void PromoterCount::add(std::int32_t answer) {
  ++(answer >= 9 ? promoters_ : answer >= 7 ? passives_ : detractors_);
}

void PromoterCount::merge(const PromoterCount& other) {
  promoters_ += other.promoters_;
  passives_ += other.passives_;
  detractors_ += other.detractors_;
}

PromoterCount::Interval PromoterCount::interval95() const {
  constexpr double kNormal95 = 1.959963984540054;
  const double n = static_cast<double>(responses()) + 3.0;
  const double p = (static_cast<double>(promoters_) + 0.75) / n;
  const double d = (static_cast<double>(detractors_) + 0.75) / n;
  const double half = kNormal95 * std::sqrt((p + d - (p - d) * (p - d)) / n);
  const double low = 100.0 * std::max(p - d - half, -1.0);
  const double high = 100.0 * std::min(p - d + half, 1.0);
  return {std::min(low, score()), std::max(high, score())};
}

}  // namespace clientele::activity
