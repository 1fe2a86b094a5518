#include "models/lifetime/holdout.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/lifetime/rank_correlation.hpp"

namespace clientele::lifetime {
namespace {

double total(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

std::vector<Decile> decile_table(std::span<const double> predicted,
                                 std::span<const double> actual) {
  const std::size_t n = predicted.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
    return predicted[i] != predicted[j] ? predicted[i] < predicted[j] : actual[i] < actual[j];
  });
  std::vector<double> shared(n);  // actuals in the order of forecasts, averaged over equal ones
  for (std::size_t from = 0, to = 0; from < n; from = to) {
    double sum = 0;
    for (; to < n && predicted[order[to]] == predicted[order[from]]; ++to) sum += actual[order[to]];
    const double mean = sum / static_cast<double>(to - from);
    std::fill(shared.begin() + static_cast<std::ptrdiff_t>(from),
              shared.begin() + static_cast<std::ptrdiff_t>(to), mean);
  }
  const std::size_t parts = std::min<std::size_t>(10, n);
  std::vector<Decile> deciles(parts);
  for (std::size_t part = 0; part < parts; ++part) {
    const std::size_t begin = n * part / parts;
    const std::size_t end = n * (part + 1) / parts;
    Decile& decile = deciles[part];
    decile.customers = end - begin;
    for (std::size_t i = begin; i < end; ++i) {
      decile.mean_predicted += predicted[order[i]] / static_cast<double>(decile.customers);
      decile.mean_actual += shared[i] / static_cast<double>(decile.customers);
    }
  }
  return deciles;
}

}  // namespace

std::optional<HoldoutSplit> holdout_split(Date first, Date last, int horizon_days) {
  const int span = last - first + 1;
  const int held = std::min(horizon_days, span / 3);
  if (held < kLeastSplitDays || span - held < kLeastSplitDays) return std::nullopt;
  return HoldoutSplit{last + -held, last};
}

ForecastAccuracy accuracy(std::span<const double> predicted, std::span<const double> actual) {
  const double n = static_cast<double>(predicted.size());
  ForecastAccuracy result;
  double squares = 0;
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    const double error = predicted[i] - actual[i];
    result.mae += std::abs(error) / n;
    squares += error * error / n;
  }
  result.rmse = std::sqrt(squares);
  const double happened = total(actual);
  if (happened > 0) result.bias = total(predicted) / happened - 1.0;
  result.spearman = spearman(predicted, actual);
  result.deciles = decile_table(predicted, actual);
  return result;
}

Choice choose(std::span<const ForecastAccuracy> candidates) {
  std::optional<Choice> best;
  for (const bool unbiased : {true, false}) {
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const std::optional<double>& bias = candidates[i].bias;
      if (unbiased && !(bias && std::abs(*bias) <= kLargestBias)) continue;
      if (!best || candidates[i].mae < candidates[best->index].mae) best = Choice{i, unbiased};
    }
    if (best) break;
  }
  return best.value_or(Choice{});
}

}  // namespace clientele::lifetime
