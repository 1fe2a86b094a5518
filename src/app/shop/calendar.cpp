#include "app/shop/calendar.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "app/shop/planted.hpp"
#include "app/shop/stages.hpp"

namespace clientele::shop {
namespace {

std::vector<char> promotion_days(std::int32_t days, Rng rng) {
  std::vector<char> on(static_cast<std::size_t>(days), 0);
  auto day = static_cast<std::int32_t>(10 + rng.below(30));
  while (day < days) {
    const auto end = std::min<std::int32_t>(days, day + 3 + static_cast<int>(rng.below(3)));
    std::fill(on.begin() + day, on.begin() + end, char{1});
    day += 35 + static_cast<std::int32_t>(rng.below(21));
  }
  return on;
}

}  // namespace

double yearly_factor(Date date) {
  const YearMonthDay today = year_month_day(date);
  const int day_of_year = date - date_from({today.year, 1, 1}) + 1;
  const double angle = 2.0 * std::numbers::pi * (day_of_year - kSeason.peak_day) / 365.25;
  return std::exp(kSeason.yearly_amplitude * std::cos(angle));
}

Calendar::Calendar(Date last_date, int months, std::uint64_t seed) {
  const auto days = static_cast<std::int32_t>(std::lround(months * kDaysPerMonth));
  first_ = last_date + (1 - days);
  promotion_ = promotion_days(days, stream_of(seed, Stream::promotions));
  for (std::int32_t day = 0; day < days; ++day) {
    const Date date = first_ + day;
    activity_.push_back(kSeason.weekday[static_cast<std::size_t>(weekday(date))] *
                        yearly_factor(date) * (promotion(day) ? kSeason.promotion_factor : 1.0));
  }
  const double mean = std::accumulate(activity_.begin(), activity_.end(), 0.0) / days;
  passed_.push_back(0);
  for (double& activity : activity_) {
    activity /= mean;
    passed_.push_back(passed_.back() + activity);
  }
}

std::int32_t Calendar::draw(Rng& rng, std::int32_t from, std::int32_t to) const {
  const double moment = passed_[from] + rng.uniform() * elapsed(from, to);
  const auto next = std::upper_bound(passed_.begin() + from, passed_.begin() + to, moment);
  return std::clamp(static_cast<std::int32_t>(next - passed_.begin()) - 1, from, to - 1);
}

}  // namespace clientele::shop
