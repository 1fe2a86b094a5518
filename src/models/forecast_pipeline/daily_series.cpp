#include "models/forecast_pipeline/daily_series.hpp"

#include <algorithm>

#include "numeric/exact_sum.hpp"

namespace clientele::forecast_pipeline {

Assembled assemble(std::span<const Observation> observations) {
  Assembled out;
  if (observations.empty()) return out;
  std::vector<Observation> sorted(observations.begin(), observations.end());
  std::sort(sorted.begin(), sorted.end(), [](const Observation& a, const Observation& b) {
    return a.date != b.date ? a.date < b.date : a.value < b.value;
  });
  out.series.first = sorted.front().date;
  out.series.values.assign(static_cast<std::size_t>(sorted.back().date - sorted.front().date) + 1,
                           0);
  Date last = sorted.front().date;
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    const Date date = sorted[begin].date;
    ExactSum sum;
    for (; end < sorted.size() && sorted[end].date == date; ++end) sum.add(sorted[end].value);
    out.series.values[static_cast<std::size_t>(date - out.series.first)] = sum.value();
    out.repeated_dates += end - begin - 1;
    if (date - last > 1) {
      out.gaps.push_back({last + 1, date + -1});
      out.missing_days += static_cast<std::size_t>(date - last - 1);
    }
    last = date;
  }
  return out;
}

}  // namespace clientele::forecast_pipeline
