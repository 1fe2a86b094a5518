#include "models/forecast/intermittent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "models/forecast/golden_section.hpp"

namespace clientele::forecast {
namespace {

double smooth_once(double level, double value, double alpha) {
  return alpha * value + (1 - alpha) * level;
}

// Level after the last value, and the sum of squared one-step errors.
struct Smoothed {
  double level, squares;
};
Smoothed smooth(std::span<const double> x, double alpha) {
  Smoothed out{x[0], 0};
  for (std::size_t t = 1; t < x.size(); ++t) {
    out.squares += (x[t] - out.level) * (x[t] - out.level);
    out.level = smooth_once(out.level, x[t], alpha);
  }
  return out;
}

// Golden section on [.1, .3].
double best_alpha(std::span<const double> x) {
  return golden_section([&](double alpha) { return smooth(x, alpha).squares; }, 0.1, 0.3, 1e-4);
}

struct Sales {
  std::vector<double> sizes, intervals;
};

Sales sales_of(std::span<const double> y) {
  Sales out;
  std::size_t previous = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (y[t] == 0) continue;
    out.sizes.push_back(y[t]);
    out.intervals.push_back(static_cast<double>(t + 1 - previous));
    previous = t + 1;
  }
  return out;
}

void fit_croston(std::span<const double> y, const Sales& sales, const IntermittentOptions& options,
                 IntermittentModel& model) {
  const double size_alpha = options.alpha.value_or(best_alpha(sales.sizes));
  const double interval_alpha = options.alpha.value_or(best_alpha(sales.intervals));
  const double factor = model.kind == IntermittentKind::sba ? 1 - interval_alpha / 2 : 1;
  double size = sales.sizes[0], interval = sales.intervals[0];
  std::size_t seen = 0;
  for (const double value : y) {
    model.fitted.push_back(seen == 0 ? 0 : factor * size / interval);
    if (value == 0) continue;
    if (seen > 0) {
      size = smooth_once(size, value, size_alpha);
      interval = smooth_once(interval, sales.intervals[seen], interval_alpha);
    }
    ++seen;
  }
  model.mean = factor * size / interval;
  model.probability = std::min(1.0, 1 / interval);
  model.alpha = size_alpha / interval;
}

// One TSB pass; fitted may be null.
double run_tsb(std::span<const double> y, double first_size, double alpha, double alpha_probability,
               IntermittentModel& model, std::vector<double>* fitted) {
  double size = first_size, probability = y[0] > 0 ? 1 : 0, squares = 0;
  bool sold = false;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double expected = probability * size;
    if (fitted != nullptr) fitted->push_back(t == 0 ? y[0] : expected);
    if (t > 0) {
      squares += (y[t] - expected) * (y[t] - expected);
      probability = smooth_once(probability, y[t] > 0 ? 1 : 0, alpha_probability);
    }
    if (y[t] > 0) {
      if (sold) size = smooth_once(size, y[t], alpha);
      sold = true;
    }
  }
  model.mean = probability * size;
  model.probability = probability;
  model.alpha = alpha_probability;
  return squares;
}

void fit_tsb(std::span<const double> y, const Sales& sales, const IntermittentOptions& options,
             IntermittentModel& model) {
  constexpr double kGrid[] = {0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4};
  double best = std::numeric_limits<double>::infinity();
  double alpha = 0.1, alpha_probability = 0.1;
  for (const double a : kGrid) {
    for (const double b : kGrid) {
      const double size_alpha = options.alpha.value_or(a);
      const double probability_alpha = options.alpha_probability.value_or(b);
      const double squares =
          run_tsb(y, sales.sizes[0], size_alpha, probability_alpha, model, nullptr);
      if (squares < best) {
        best = squares;
        alpha = size_alpha;
        alpha_probability = probability_alpha;
      }
    }
  }
  run_tsb(y, sales.sizes[0], alpha, alpha_probability, model, &model.fitted);
}

// Mean per step from sums over blocks of `length`, the oldest values that fill no block left out.
double block_mean(std::span<const double> y, std::size_t length, std::optional<double> alpha) {
  const std::size_t blocks = y.size() / length;
  std::vector<double> sums(blocks);
  for (std::size_t b = 0; b < blocks; ++b) {
    const auto first = y.end() - static_cast<std::ptrdiff_t>((blocks - b) * length);
    sums[b] = std::accumulate(first, first + static_cast<std::ptrdiff_t>(length), 0.0);
  }
  return smooth(sums, alpha.value_or(best_alpha(sums))).level / static_cast<double>(length);
}

void fit_blocks(std::span<const double> y, const Sales& sales, const IntermittentOptions& options,
                IntermittentModel& model) {
  const double count = static_cast<double>(sales.intervals.size());
  const double mean = std::accumulate(sales.intervals.begin(), sales.intervals.end(), 0.0) / count;
  const auto longest =
      std::clamp<std::size_t>(static_cast<std::size_t>(std::nearbyint(mean)), 1, y.size());
  if (model.kind == IntermittentKind::adida) {
    model.mean = block_mean(y, longest, options.alpha);
  } else {
    for (std::size_t length = 1; length <= longest; ++length) {
      model.mean += block_mean(y, length, options.alpha) / static_cast<double>(longest);
    }
  }
  model.probability = std::min(1.0, count / static_cast<double>(y.size()));
  model.alpha = 0.2 / static_cast<double>(longest);
  model.fitted.assign(y.size(), model.mean);
}

}  // namespace

IntermittentModel fit_intermittent(std::span<const double> y, IntermittentKind kind,
                                   const IntermittentOptions& options) {
  IntermittentModel model;
  model.kind = kind;
  const Sales sales = sales_of(y);
  model.sizes = sales.sizes;
  if (sales.sizes.empty()) {
    model.fitted.assign(y.size(), 0);
    return model;
  }
  if (kind == IntermittentKind::tsb) {
    fit_tsb(y, sales, options, model);
  } else if (kind == IntermittentKind::croston || kind == IntermittentKind::sba) {
    fit_croston(y, sales, options, model);
  } else {
    fit_blocks(y, sales, options, model);
  }
  double squares = 0;
  for (std::size_t t = 1; t < y.size(); ++t) {
    squares += (y[t] - model.fitted[t]) * (y[t] - model.fitted[t]);
  }
  model.sigma = std::sqrt(squares / std::max(1.0, static_cast<double>(y.size()) - 1));
  return model;
}

Forecast predict(const IntermittentModel& model, std::size_t horizon) {
  Forecast result;
  result.fitted = model.fitted;
  result.mean.assign(horizon, model.mean);
  for (std::size_t h = 0; h < horizon; ++h) {
    result.response.push_back(h == 0 ? 1 : model.alpha);
    result.sigma.push_back(model.sigma *
                           std::sqrt(1 + static_cast<double>(h) * model.alpha * model.alpha));
  }
  return result;
}

std::vector<double> simulate(const IntermittentModel& model, std::size_t horizon, Rng& rng) {
  std::vector<double> path(horizon, 0);
  if (model.sizes.empty() || !(model.probability > 0)) return path;
  const double count = static_cast<double>(model.sizes.size());
  const double mean_size = std::accumulate(model.sizes.begin(), model.sizes.end(), 0.0) / count;
  const double scale = model.mean / (model.probability * mean_size);
  for (double& value : path) {
    if (rng.uniform() < model.probability) {
      value = scale * model.sizes[rng.below(model.sizes.size())];
    }
  }
  return path;
}

}  // namespace clientele::forecast
