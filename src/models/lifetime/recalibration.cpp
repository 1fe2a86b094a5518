#include "models/lifetime/recalibration.hpp"

#include <vector>

#include "models/lifetime/holdout.hpp"

namespace clientele::lifetime {

double inner_recalibration(std::span<const Order> orders, Clock clock, Family family, Date first,
                           Date end, int horizon_days, std::size_t threads) {
  const auto split = holdout_split(first, end, horizon_days);
  if (!split) return 1.0;
  const PurchaseHistory history = reduce(orders, clock, split->fit_end);
  const auto table = collapse(history.repeats, history.recency, history.age);
  if (!table) return 1.0;
  const PurchaseModel model = fit_purchases(*table, family, threads).model;
  const double time = (split->last - split->fit_end) / days_of(clock);
  std::vector<double> expected(history.size());
  for (std::size_t i = 0; i < history.size(); ++i) {
    const Past past{history.repeats[i], history.recency[i], history.age[i]};
    expected[i] = expected_purchases(model, past, time);
  }
  const HoldoutActuals actual = holdout_actuals(history, orders, split->fit_end, split->last);
  return recalibration_factor(expected, actual.purchases);
}

}  // namespace clientele::lifetime
