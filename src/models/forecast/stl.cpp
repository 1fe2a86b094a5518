#include "models/forecast/stl.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::forecast {
namespace {

struct LoessOptions {
  std::size_t window;
  int degree;
  std::size_t jump;  // fitted at every jump-th point, straight lines between
};

std::size_t next_odd(double x) {
  const auto rounded = static_cast<std::size_t>(std::llround(x));
  return rounded % 2 == 0 ? rounded + 1 : rounded;
}

// Smooth of y at position x (0-based, may lie one step outside), from y[first..last].
// Returns false where all weights vanish.
bool loess_at(std::span<const double> y, const LoessOptions& options, double x, std::size_t first,
              std::size_t last, std::span<const double> robustness, std::vector<double>& weights,
              double& value) {
  double h = std::max(x - static_cast<double>(first), static_cast<double>(last) - x);
  if (options.window > y.size()) h += static_cast<double>((options.window - y.size()) / 2);
  weights.assign(last - first + 1, 0);
  double total = 0;
  for (std::size_t j = first; j <= last; ++j) {
    const double distance = std::abs(static_cast<double>(j) - x);
    if (distance > 0.999 * h) continue;
    double weight = 1;
    if (distance > 0.001 * h) {
      const double ratio = distance / h;
      const double cube = 1 - ratio * ratio * ratio;
      weight = cube * cube * cube;
    }
    if (!robustness.empty()) weight *= robustness[j];
    weights[j - first] = weight;
    total += weight;
  }
  if (!(total > 0)) return false;
  double centre = 0, spread = 0;
  for (std::size_t j = first; j <= last; ++j) {
    weights[j - first] /= total;
    centre += weights[j - first] * static_cast<double>(j);
  }
  if (h > 0 && options.degree > 0) {
    for (std::size_t j = first; j <= last; ++j) {
      const double gap = static_cast<double>(j) - centre;
      spread += weights[j - first] * gap * gap;
    }
  }
  const bool tilted = std::sqrt(spread) > 0.001 * static_cast<double>(y.size() - 1);
  const double tilt = tilted ? (x - centre) / spread : 0;
  value = 0;
  for (std::size_t j = first; j <= last; ++j) {
    value += weights[j - first] * (1 + tilt * (static_cast<double>(j) - centre)) * y[j];
  }
  return true;
}

// Smooth at every point, into out (y.size()).
void loess_all(std::span<const double> y, const LoessOptions& options,
               std::span<const double> robustness, std::vector<double>& weights,
               std::span<double> out) {
  const std::size_t n = y.size();
  if (n < 2) {
    out[0] = y[0];
    return;
  }
  const std::size_t jump = std::min(options.jump, n - 1);
  const std::size_t window = std::min(options.window, n);
  const std::size_t half = (options.window + 1) / 2 - 1;
  const auto smooth = [&](std::size_t i) {
    const std::size_t first = i < half ? 0 : std::min(i - half, n - window);
    if (!loess_at(y, options, static_cast<double>(i), first, first + window - 1, robustness,
                  weights, out[i])) {
      out[i] = y[i];
    }
  };
  std::size_t done = 0;
  smooth(0);
  while (done + 1 < n) {
    const std::size_t next = std::min(done + jump, n - 1);
    smooth(next);
    const double slope = (out[next] - out[done]) / static_cast<double>(next - done);
    for (std::size_t i = done + 1; i < next; ++i) {
      out[i] = out[done] + slope * static_cast<double>(i - done);
    }
    done = next;
  }
}

// Moving averages of length k; out gets y.size() - k + 1 values.
std::vector<double> moving_average(std::span<const double> y, std::size_t k) {
  std::vector<double> out(y.size() - k + 1);
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    sum += y[i];
    if (i + 1 < k) continue;
    out[i + 1 - k] = sum / static_cast<double>(k);
    sum -= y[i + 1 - k];
  }
  return out;
}

// Smoothed subseries of each phase, prolonged by one period at both ends: n + 2 period values.
std::vector<double> smooth_phases(std::span<const double> y, std::size_t period,
                                  const LoessOptions& options, std::span<const double> robustness) {
  const std::size_t n = y.size();
  std::vector<double> out(n + 2 * period), values, smoothed, weights, trust;
  for (std::size_t phase = 0; phase < period; ++phase) {
    const std::size_t k = (n - phase - 1) / period + 1;
    values.resize(k);
    smoothed.resize(k + 2);
    trust.resize(robustness.empty() ? 0 : k);
    for (std::size_t i = 0; i < k; ++i) values[i] = y[i * period + phase];
    for (std::size_t i = 0; i < trust.size(); ++i) trust[i] = robustness[i * period + phase];
    loess_all(values, options, trust, weights, std::span(smoothed).subspan(1, k));
    const std::size_t window = std::min(options.window, k);
    if (!loess_at(values, options, -1, 0, window - 1, trust, weights, smoothed[0])) {
      smoothed[0] = smoothed[1];
    }
    if (!loess_at(values, options, static_cast<double>(k), k - window, k - 1, trust, weights,
                  smoothed[k + 1])) {
      smoothed[k + 1] = smoothed[k];
    }
    for (std::size_t i = 0; i < k + 2; ++i) out[i * period + phase] = smoothed[i];
  }
  return out;
}

std::vector<double> bisquare_weights(std::span<const double> remainder) {
  std::vector<double> sizes(remainder.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] = std::abs(remainder[i]);
  std::vector<double> sorted = sizes;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t n = sorted.size();
  const double bound = 3 * (sorted[n / 2] + sorted[n - n / 2 - 1]);
  for (double& size : sizes) {
    const double ratio = bound > 0 ? size / bound : 0;
    size = ratio <= 0.001 ? 1 : ratio > 0.999 ? 0 : (1 - ratio * ratio) * (1 - ratio * ratio);
  }
  return sizes;
}

double variance(std::span<const double> values) {
  const double n = static_cast<double>(values.size());
  double mean = 0, sum = 0;
  for (const double value : values) mean += value / n;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / std::max(1.0, n - 1);
}

std::size_t jump_of(std::size_t window) { return (window + 9) / 10; }

}  // namespace

StlDecomposition stl(std::span<const double> y, std::size_t period, const StlOptions& options) {
  const std::size_t n = y.size();
  const double m = static_cast<double>(period);
  const double trend_span = 1.5 * m / (1 - 1.5 / static_cast<double>(options.season_window));
  const std::size_t trend_window = next_odd(std::ceil(trend_span));
  const std::size_t low_window = next_odd(m);
  const LoessOptions season_loess{options.season_window, options.season_degree,
                                  jump_of(options.season_window)};
  const LoessOptions trend_loess{trend_window, 1, jump_of(trend_window)};
  const LoessOptions low_loess{low_window, 1, jump_of(low_window)};
  StlDecomposition out;
  out.season.assign(n, 0);
  out.trend.assign(n, 0);
  out.remainder.assign(n, 0);
  out.weights.assign(n, 1);
  std::vector<double> work(n), low(n), weights;
  for (int outer = 0; outer <= options.robust_iterations; ++outer) {
    const std::span<const double> trust = outer == 0 ? std::span<const double>() : out.weights;
    for (int inner = 0; inner < options.inner_iterations; ++inner) {
      for (std::size_t t = 0; t < n; ++t) work[t] = y[t] - out.trend[t];
      const std::vector<double> phases = smooth_phases(work, period, season_loess, trust);
      const std::vector<double> filtered =
          moving_average(moving_average(moving_average(phases, period), period), 3);
      loess_all(filtered, low_loess, {}, weights, low);
      for (std::size_t t = 0; t < n; ++t) {
        out.season[t] = phases[period + t] - low[t];
        work[t] = y[t] - out.season[t];
      }
      loess_all(work, trend_loess, trust, weights, out.trend);
    }
    for (std::size_t t = 0; t < n; ++t) out.remainder[t] = y[t] - out.trend[t] - out.season[t];
    if (outer < options.robust_iterations) out.weights = bisquare_weights(out.remainder);
  }
  return out;
}

MstlDecomposition mstl(std::span<const double> y, std::span<const std::size_t> periods,
                       int robust_iterations) {
  const std::size_t n = y.size();
  MstlDecomposition out;
  for (const std::size_t period : periods) {
    if (period >= 2 && n > 2 * period) out.periods.push_back(period);
  }
  std::sort(out.periods.begin(), out.periods.end());
  out.periods.erase(std::unique(out.periods.begin(), out.periods.end()), out.periods.end());
  const std::size_t count = out.periods.size();
  out.seasons.assign(count, std::vector<double>(n, 0));
  std::vector<double> rest(y.begin(), y.end());
  if (count == 0) out.trend = loess(y, next_odd(std::max(5.0, static_cast<double>(n) / 3)));
  for (int round = 0; round < (count > 1 ? 2 : 1); ++round) {
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t t = 0; t < n; ++t) rest[t] += out.seasons[i][t];
      StlOptions options;
      options.season_window = 11 + 4 * i;
      options.robust_iterations = robust_iterations;
      StlDecomposition part = stl(rest, out.periods[i], options);
      for (std::size_t t = 0; t < n; ++t) rest[t] -= part.season[t];
      out.seasons[i] = std::move(part.season);
      out.trend = std::move(part.trend);
    }
  }
  out.remainder.resize(n);
  for (std::size_t t = 0; t < n; ++t) out.remainder[t] = rest[t] - out.trend[t];
  return out;
}

std::vector<double> loess(std::span<const double> y, std::size_t window) {
  std::vector<double> out(y.size()), weights;
  if (!y.empty()) loess_all(y, {window, 1, jump_of(window)}, {}, weights, out);
  return out;
}

double seasonal_strength(std::span<const double> season, std::span<const double> remainder) {
  std::vector<double> sum(season.size());
  for (std::size_t t = 0; t < sum.size(); ++t) sum[t] = season[t] + remainder[t];
  const double total = variance(sum);
  return total > 0 ? std::clamp(1 - variance(remainder) / total, 0.0, 1.0) : 0;
}

}  // namespace clientele::forecast
