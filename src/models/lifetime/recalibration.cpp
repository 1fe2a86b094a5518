#include "models/lifetime/recalibration.hpp"

#include <algorithm>
#include <vector>

#include "models/lifetime/holdout.hpp"

namespace clientele::lifetime {

double inner_recalibration(std::span<const Order> orders, Clock clock, Family family, Date first,
                           Date end, int horizon_days, std::size_t threads) {
  const int span = end - first + 1;
  std::vector<double> expected, actual;
  for (const int fitted : {span / 3, span / 2, span * 2 / 3}) {
    const Date fit_end = first + (fitted - 1);
    const Date last = std::min(end, fit_end + horizon_days);
    if (fitted < kLeastSplitDays || last - fit_end < kLeastSplitDays) continue;
    const PurchaseHistory history = reduce(orders, clock, fit_end);
    const auto table = collapse(history.repeats, history.recency, history.age);
    if (!table) continue;
    const PurchaseModel model = fit_purchases(*table, family, threads).model;
    const double time = (last - fit_end) / days_of(clock);
    for (std::size_t i = 0; i < history.size(); ++i) {
      const Past past{history.repeats[i], history.recency[i], history.age[i]};
      expected.push_back(expected_purchases(model, past, time));
    }
    const HoldoutActuals held = holdout_actuals(history, orders, fit_end, last);
    actual.insert(actual.end(), held.purchases.begin(), held.purchases.end());
  }
  return recalibration_factor(expected, actual);
}

}  // namespace clientele::lifetime
