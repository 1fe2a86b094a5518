#include "models/forecast/theta.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/forecast/golden_section.hpp"
#include "models/forecast/stationarity.hpp"

namespace clientele::forecast {
namespace {

constexpr double kLowAlpha = 0.1, kHighAlpha = 0.99;
constexpr double kLargestWeight = 1 - 1e-10;
constexpr std::size_t kUnfitted = 3;  // first errors, which the start dominates

// The line of the series so far.
struct Trend {
  double intercept, slope;
};

struct ThetaState : Trend {
  double level, mean;
};

ThetaState start_state(std::span<const double> y, ThetaKind kind, double alpha, double level) {
  ThetaState state{{y[0], 0}, alpha * y[0] + (1 - alpha) * level, y[0]};
  if (kind == ThetaKind::dynamic) return state;
  const double n = static_cast<double>(y.size());
  double sum = 0, weighted = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    sum += y[t];
    weighted += y[t] * static_cast<double>(t + 1);
  }
  state.slope = n > 1 ? 6 * (2 * weighted / n - (n + 1) * sum / n) / (n * n - 1) : 0;
  state.intercept = sum / n - (n + 1) * state.slope / 2;
  return state;
}

// What the trend adds to the level, per unit of weight, t values having been seen.
double trend_part(const Trend& line, double alpha, double decay) {
  return line.intercept * decay + line.slope * (1 - decay * (1 - alpha)) / alpha;
}

void advance(ThetaState& state, ThetaKind kind, double alpha, double y, std::size_t seen) {
  const double t = static_cast<double>(seen);
  state.level = alpha * y + (1 - alpha) * state.level;
  if (kind == ThetaKind::dynamic) {
    state.slope = ((t - 1) * state.slope + 6 * (y - state.mean) / (t + 1)) / (t + 2);
  }
  state.mean = (t * state.mean + y) / (t + 1);
  if (kind == ThetaKind::dynamic) state.intercept = state.mean - state.slope * (t + 2) / 2;
}

struct Solution {
  double sum_of_squares, level, weight;
};

// The line of the series before each value, which no parameter moves.
std::vector<Trend> trends_of(std::span<const double> y, ThetaKind kind) {
  ThetaState state = start_state(y, kind, kLowAlpha, 0);
  std::vector<Trend> trends(y.size());
  for (std::size_t t = 1; t < y.size(); ++t) {
    trends[t] = state;
    advance(state, kind, kLowAlpha, y[t], t);
  }
  return trends;
}

// Best l_0 and w for one alpha; w stays at `fixed_weight` if that is not negative.
Solution solve(std::span<const double> y, std::span<const Trend> trends, double alpha,
               double fixed_weight) {
  double level = alpha * y[0];
  double aa = 0, ab = 0, bb = 0, ay = 0, by = 0, yy = 0, decay = 1;
  for (std::size_t t = 1; t < y.size(); ++t) {
    decay *= 1 - alpha;
    if (t >= kUnfitted) {
      const double b = trend_part(trends[t], alpha, decay), rest = y[t] - level;
      aa += decay * decay;
      ab += decay * b;
      bb += b * b;
      ay += decay * rest;
      by += b * rest;
      yy += rest * rest;
    }
    level = alpha * y[t] + (1 - alpha) * level;
  }
  const double determinant = aa * bb - ab * ab;
  double weight = fixed_weight;
  if (weight < 0) {
    weight = determinant > 1e-12 * aa * bb ? (aa * by - ab * ay) / determinant : 0.5;
    weight = std::clamp(weight, 0.0, kLargestWeight);
  }
  const double first = aa > 0 ? (ay - ab * weight) / aa : y[0];
  const double squares = yy - 2 * first * ay - 2 * weight * by + first * first * aa +
                         2 * first * weight * ab + weight * weight * bb;
  return {std::max(squares, 0.0), first, weight};
}

// Grid, then golden section around its best point.
double best_alpha(std::span<const double> y, std::span<const Trend> trends, double fixed_weight) {
  constexpr int kGrid = 12;
  constexpr double kStep = (kHighAlpha - kLowAlpha) / kGrid;
  const auto cost = [&](double alpha) {
    return solve(y, trends, alpha, fixed_weight).sum_of_squares;
  };
  double best = std::numeric_limits<double>::infinity(), centre = 0.5;
  for (int i = 0; i <= kGrid; ++i) {
    const double alpha = kLowAlpha + i * kStep;
    const double value = cost(alpha);
    if (value < best) {
      best = value;
      centre = alpha;
    }
  }
  const double middle = golden_section(cost, std::max(kLowAlpha, centre - kStep),
                                       std::min(kHighAlpha, centre + kStep), 1e-5);
  return cost(middle) <= best ? middle : centre;
}

double with_season(const ThetaModel& model, double value, std::size_t t) {
  if (model.season == Seasonality::none) return value;
  const double index = model.indices[t % model.period];
  return model.season == Seasonality::additive ? value + index : value * index;
}

std::vector<double> adjust(std::span<const double> y, std::size_t period, ThetaModel& model) {
  std::vector<double> out(y.begin(), y.end());
  if (period < 4 || y.size() < 2 * period || is_constant(y) || !has_season(y, period)) return out;
  model.period = period;
  model.season = Seasonality::multiplicative;
  model.indices = seasonal_indices(y, period, model.season);
  const bool positive = std::all_of(y.begin(), y.end(), [](double value) { return value > 0; });
  const auto usable = [](double index) { return std::isfinite(index) && index >= 0.01; };
  if (!positive || !std::all_of(model.indices.begin(), model.indices.end(), usable)) {
    model.season = Seasonality::additive;
    model.indices = seasonal_indices(y, period, model.season);
  }
  for (std::size_t t = 0; t < out.size(); ++t) {
    const double index = model.indices[t % period];
    out[t] = model.season == Seasonality::additive ? out[t] - index : out[t] / index;
  }
  return out;
}

// Runs the fitted recursion over the adjusted series: fitted values, variance and last state.
void run(std::span<const double> y, ThetaModel& model) {
  ThetaState state = start_state(y, model.kind, model.alpha, model.initial_level);
  model.fitted.push_back(with_season(model, y[0], 0));
  double decay = 1, squares = 0;
  for (std::size_t t = 1; t < y.size(); ++t) {
    decay *= 1 - model.alpha;
    const double mu = state.level + model.weight * trend_part(state, model.alpha, decay);
    if (t >= kUnfitted) squares += (y[t] - mu) * (y[t] - mu);
    model.fitted.push_back(with_season(model, mu, t));
    advance(state, model.kind, model.alpha, y[t], t);
  }
  const double freedom = static_cast<double>(y.size()) - static_cast<double>(kUnfitted) - 3;
  model.sum_of_squares = squares;
  model.sigma2 = squares / std::max(1.0, freedom);
  model.size = y.size();
  model.level = state.level;
  model.mean = state.mean;
  model.intercept = state.intercept;
  model.slope = state.slope;
}

// The next values if each turns out as expected, after a first surprise.
std::vector<double> continue_with(const ThetaModel& model, std::size_t horizon, double surprise) {
  ThetaState state{{model.intercept, model.slope}, model.level, model.mean};
  double decay = std::pow(1 - model.alpha, static_cast<double>(model.size));
  std::vector<double> out(horizon);
  for (std::size_t h = 0; h < horizon; ++h) {
    out[h] = state.level + model.weight * trend_part(state, model.alpha, decay);
    advance(state, model.kind, model.alpha, out[h] + (h == 0 ? surprise : 0), model.size + h);
    decay *= 1 - model.alpha;
  }
  if (horizon > 0) out[0] += surprise;
  return out;
}

}  // namespace

bool has_season(std::span<const double> y, std::size_t m) {
  const std::size_t n = y.size();
  if (n <= m) return false;
  double mean = 0;
  for (const double value : y) mean += value / static_cast<double>(n);
  const auto covariance = [&](std::size_t lag) {
    double sum = 0;
    for (std::size_t t = lag; t < n; ++t) sum += (y[t] - mean) * (y[t - lag] - mean);
    return sum;
  };
  const double variance = covariance(0);
  if (!(variance > 0)) return false;
  double squares = 0;
  for (std::size_t lag = 1; lag < m; ++lag) squares += std::pow(covariance(lag) / variance, 2);
  const double bound = 1.6448536269514722 * std::sqrt((1 + 2 * squares) / static_cast<double>(n));
  return std::abs(covariance(m) / variance) > bound;
}

ThetaModel fit_theta(std::span<const double> y, std::size_t period, ThetaKind kind) {
  ThetaModel model;
  model.kind = kind;
  const std::vector<double> adjusted = adjust(y, period, model);
  model.initial_level = adjusted[0];
  if (is_constant(adjusted)) {
    model.weight = 0;
  } else if (adjusted.size() > kUnfitted) {
    const double fixed = kind == ThetaKind::standard ? 0.5 : -1;
    const std::vector<Trend> trends = trends_of(adjusted, kind);
    model.alpha = best_alpha(adjusted, trends, fixed);
    const Solution solution = solve(adjusted, trends, model.alpha, fixed);
    model.initial_level = solution.level;
    model.weight = solution.weight;
  }
  run(adjusted, model);
  return model;
}

Forecast predict(const ThetaModel& model, std::size_t horizon) {
  Forecast result;
  result.fitted = model.fitted;
  result.mean = continue_with(model, horizon, 0);
  const double unit = std::max(1.0, std::abs(model.level));
  result.response = continue_with(model, horizon, unit);
  double variance = 0;
  for (std::size_t h = 0; h < horizon; ++h) {
    result.response[h] = (result.response[h] - result.mean[h]) / unit;
    variance += model.sigma2 * result.response[h] * result.response[h];
    const std::size_t t = model.size + h;
    const bool scaled = model.season == Seasonality::multiplicative;
    result.sigma.push_back(std::sqrt(variance) * (scaled ? model.indices[t % model.period] : 1));
    result.mean[h] = with_season(model, result.mean[h], t);
  }
  return result;
}

}  // namespace clientele::forecast
