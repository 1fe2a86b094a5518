#include "models/forecast_pipeline/open_days.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::forecast_pipeline {
namespace {

constexpr std::size_t kFewestWeeks = 4, kMostWeeks = 26;
constexpr double kAccident = 0.001;

}  // namespace

std::size_t OpenWeek::days() const {
  return static_cast<std::size_t>(std::count(open.begin(), open.end(), true));
}

OpenWeek open_week(Date first, std::span<const double> values) {
  OpenWeek week;
  const std::size_t weeks = std::min(values.size() / 7, kMostWeeks);
  if (weeks < kFewestWeeks) return week;
  std::array<std::size_t, 7> sold{};
  std::size_t all_sold = 0;
  for (std::size_t t = values.size() - 7 * weeks; t < values.size(); ++t) {
    if (values[t] == 0) continue;
    ++sold[static_cast<std::size_t>(weekday(first + static_cast<std::int32_t>(t)))];
    ++all_sold;
  }
  const auto idle = std::count(sold.begin(), sold.end(), std::size_t{0});
  if (idle == 7) return week;
  const double busy = static_cast<double>(all_sold) /
                      static_cast<double>((7 - static_cast<std::size_t>(idle)) * weeks);
  const double chance = std::pow(1 - std::min(busy, 0.999), static_cast<double>(weeks));
  for (std::size_t day = 0; day < 7; ++day) {
    if (sold[day] == 0 && chance < kAccident) week.open[day] = false;
  }
  return week;
}

std::vector<std::uint32_t> open_days(const OpenWeek& week, Date first, std::size_t begin,
                                     std::size_t end) {
  std::vector<std::uint32_t> days;
  for (std::size_t t = begin; t < end; ++t) {
    const int day = weekday(first + static_cast<std::int32_t>(t));
    if (week.open[static_cast<std::size_t>(day)]) days.push_back(static_cast<std::uint32_t>(t));
  }
  return days;
}

}  // namespace clientele::forecast_pipeline
