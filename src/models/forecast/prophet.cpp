#include "models/forecast/prophet.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/forecast/lasso.hpp"

namespace clientele::forecast {
namespace {

constexpr double kTrendScale = 5, kSmallestSigma = 1e-9;

// Step t of n as a share of the observed time.
double time_of(std::size_t t, std::size_t n) {
  return static_cast<double>(t) / static_cast<double>(std::max<std::size_t>(n, 2) - 1);
}

double hinge(double u, double from) { return std::max(0.0, u - from); }

double dot(std::span<const double> a, std::span<const double> b) {
  double lanes[8] = {};
  const std::size_t whole = a.size() / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) {
    for (std::size_t l = 0; l < 8; ++l) lanes[l] += a[i + l] * b[i + l];
  }
  double sum = 0;
  for (std::size_t i = whole; i < a.size(); ++i) sum += a[i] * b[i];
  for (const double lane : lanes) sum += lane;
  return sum;
}

// Calls use(index, value) for every seasonal column at step t.
template <typename Use>
void season_columns(const std::vector<FourierSeason>& seasons, std::size_t t, Use use) {
  std::size_t index = 0;
  for (const FourierSeason& season : seasons) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(t) / season.period;
    for (std::size_t k = 1; k <= season.harmonics; ++k) {
      use(index++, std::sin(static_cast<double>(k) * angle));
      use(index++, std::cos(static_cast<double>(k) * angle));
    }
  }
}

std::size_t column_count(const std::vector<FourierSeason>& seasons) {
  std::size_t count = 0;
  for (const FourierSeason& season : seasons) count += 2 * season.harmonics;
  return count;
}

std::vector<double> place_changepoints(std::size_t n, const ProphetOptions& options) {
  const auto part = static_cast<std::size_t>(static_cast<double>(n) * options.changepoint_range);
  const std::size_t count = std::min(options.changepoints, part > 1 ? part - 1 : 0);
  std::vector<double> out;
  for (std::size_t j = 1; j <= count; ++j) {
    const double at =
        static_cast<double>(j) * static_cast<double>(part - 1) / static_cast<double>(count);
    out.push_back(time_of(static_cast<std::size_t>(std::nearbyint(at)), n));
  }
  return out;
}

// A regressor as the fit sees it: (x - mean) / scale.
struct Standardised {
  double mean = 0, scale = 1;
};

Standardised standardise(std::span<const double> x) {
  const auto flag = [](double value) { return value == 0 || value == 1; };
  Standardised out;
  if (std::all_of(x.begin(), x.end(), flag) || x.size() < 2) return out;
  const double n = static_cast<double>(x.size());
  double squares = 0;
  for (const double value : x) out.mean += value / n;
  for (const double value : x) squares += (value - out.mean) * (value - out.mean);
  const double deviation = std::sqrt(squares / (n - 1));
  if (deviation > 1e-12 * std::abs(out.mean)) out.scale = deviation;
  return out;
}

// The convex problem of one series: columns k, m, beta (ridge), then delta (absolute penalty).
class Posterior {
 public:
  Posterior(std::span<const double> y, const ProphetModel& model, Columns regressors,
            std::span<const Standardised> standard)
      : n_(y.size()), changes_(model.changepoints.size()), tau_(model.options.changepoint_scale) {
    columns_.assign(2, std::vector<double>(n_, 1));
    columns_.resize(2 + column_count(model.options.seasons), std::vector<double>(n_));
    for (std::size_t t = 0; t < n_; ++t) {
      columns_[0][t] = time_of(t, n_);
      season_columns(model.options.seasons, t,
                     [&](std::size_t i, double value) { columns_[2 + i][t] = value; });
    }
    for (std::size_t i = 0; i < regressors.size(); ++i) {
      columns_.push_back(regressors[i]);
      for (double& value : columns_.back()) value = (value - standard[i].mean) / standard[i].scale;
    }
    ridge_ = columns_.size();
    for (const double change : model.changepoints) {
      columns_.emplace_back(n_);
      for (std::size_t t = 0; t < n_; ++t) columns_.back()[t] = hinge(columns_[0][t], change);
    }
    precision_.assign(ridge_, std::pow(model.options.effect_scale, -2));
    precision_[0] = precision_[1] = std::pow(kTrendScale, -2);
    values_.assign(y.begin(), y.end());
    for (double& value : values_) value /= model.scale;
    find_moments();
  }

  std::size_t ridge() const { return ridge_; }

  // The maximum over all columns given sigma, from the deltas of x; x has one value a column.
  void maximise(double sigma, std::vector<double>& x) const {
    const std::size_t p = columns_.size(), d = changes_, width = d + 1;
    // Elimination of the ridge columns: H = DD - DZ (ZZ + P)^-1 ZD, c likewise.
    std::vector<double> factor(ridge_ * ridge_), solved(ridge_ * width);
    for (std::size_t i = 0; i < ridge_; ++i) {
      for (std::size_t j = 0; j < ridge_; ++j) factor[i * ridge_ + j] = gram_[i * p + j];
      factor[i * ridge_ + i] += sigma * sigma * precision_[i];
    }
    std::vector<double> h(d * d), c(d), right(ridge_);
    for (std::size_t j = 0; j < width; ++j) {
      for (std::size_t i = 0; i < ridge_; ++i) {
        right[i] = j < d ? gram_[i * p + ridge_ + j] : moment_[i];
      }
      std::vector<double> matrix = factor;
      solve_positive(matrix, right);
      for (std::size_t i = 0; i < ridge_; ++i) solved[j * ridge_ + i] = right[i];
    }
    const auto project = [&](std::size_t a, std::size_t column) {
      double sum = 0;
      for (std::size_t i = 0; i < ridge_; ++i) {
        sum += gram_[i * p + ridge_ + a] * solved[column * ridge_ + i];
      }
      return sum;
    };
    for (std::size_t a = 0; a < d; ++a) {
      c[a] = moment_[ridge_ + a] - project(a, d);
      for (std::size_t b = 0; b <= a; ++b) {
        h[a * d + b] = h[b * d + a] = gram_[(ridge_ + a) * p + ridge_ + b] - project(a, b);
      }
    }
    const std::span<double> delta = std::span(x).subspan(ridge_);
    minimise_lasso(h, c, sigma * sigma / tau_, delta);
    for (std::size_t i = 0; i < ridge_; ++i) {
      x[i] = solved[d * ridge_ + i];
      for (std::size_t a = 0; a < d; ++a) x[i] -= solved[a * ridge_ + i] * delta[a];
    }
  }

  std::vector<double> mean(std::span<const double> x) const {
    std::vector<double> out(n_, 0);
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (x[i] == 0) continue;
      for (std::size_t t = 0; t < n_; ++t) out[t] += x[i] * columns_[i][t];
    }
    return out;
  }
  double sum_of_squares(std::span<const double> x) const {
    const std::vector<double> expected = mean(x);
    double sum = 0;
    for (std::size_t t = 0; t < n_; ++t) sum += std::pow(values_[t] - expected[t], 2);
    return sum;
  }
  // The most likely sigma: 4 s^4 + n s^2 = SSE.
  double best_sigma(double squares) const {
    const double n = static_cast<double>(n_);
    const double variance = 2 * squares / (n + std::sqrt(n * n + 16 * squares));
    return std::max(std::sqrt(variance), kSmallestSigma);
  }
  double value(std::span<const double> x, double sigma) const {
    double sum = -static_cast<double>(n_) * std::log(sigma) -
                 0.5 * sum_of_squares(x) / (sigma * sigma) - 2 * sigma * sigma;
    for (std::size_t i = 0; i < ridge_; ++i) sum -= 0.5 * precision_[i] * x[i] * x[i];
    for (std::size_t i = ridge_; i < x.size(); ++i) sum -= std::abs(x[i]) / tau_;
    return sum;
  }

 private:
  void find_moments() {
    const std::size_t p = columns_.size();
    gram_.resize(p * p);
    moment_.resize(p);
    for (std::size_t i = 0; i < p; ++i) {
      moment_[i] = dot(columns_[i], values_);
      for (std::size_t j = 0; j <= i; ++j) {
        gram_[i * p + j] = gram_[j * p + i] = dot(columns_[i], columns_[j]);
      }
    }
  }

  std::size_t n_, changes_, ridge_ = 0;
  double tau_;
  std::vector<std::vector<double>> columns_;
  std::vector<double> precision_, values_, gram_, moment_;
};

// Standard deviation of the change of slope a step, in scaled units: rate * 2 b^2 changes.
double slope_change(const ProphetModel& model) {
  double size = 0;
  if (model.deltas.empty()) return 0;
  for (const double delta : model.deltas) size += std::abs(delta);
  const double count = static_cast<double>(model.deltas.size());
  const double step = time_of(1, model.size);
  return step * std::sqrt(2 * count * step) * size / count;
}

}  // namespace

std::vector<FourierSeason> usual_seasons(std::span<const double> periods, std::size_t n) {
  std::vector<FourierSeason> out;
  for (const double period : periods) {
    if (static_cast<double>(n) < 2 * std::floor(period)) continue;
    const auto half = static_cast<std::size_t>(period / 2);
    out.push_back({period, std::clamp<std::size_t>(half, 1, 10)});
  }
  return out;
}

ProphetModel fit_prophet(std::span<const double> y, const ProphetOptions& options,
                         Columns regressors) {
  ProphetModel model;
  model.options = options;
  model.size = y.size();
  double largest = 0;
  for (const double value : y) largest = std::max(largest, std::abs(value));
  model.scale = largest > 0 ? largest : 1;
  model.changepoints = place_changepoints(y.size(), options);
  std::vector<Standardised> standard;
  for (const std::vector<double>& column : regressors) standard.push_back(standardise(column));
  const Posterior posterior(y, model, regressors, standard);

  std::vector<double> x(posterior.ridge() + model.changepoints.size(), 0);
  model.sigma = posterior.best_sigma(static_cast<double>(y.size()) * 0.01);
  for (int round = 0; round < 100; ++round) {
    posterior.maximise(model.sigma, x);
    const double sigma = posterior.best_sigma(posterior.sum_of_squares(x));
    const double change = std::abs(sigma / model.sigma - 1);
    model.sigma = sigma;
    if (change < 1e-7) break;
  }
  model.log_posterior = posterior.value(x, model.sigma);
  const std::size_t columns = column_count(options.seasons);
  const auto part = [&](std::size_t from, std::size_t count) {
    const auto first = x.begin() + static_cast<std::ptrdiff_t>(from);
    return std::vector<double>(first, first + static_cast<std::ptrdiff_t>(count));
  };
  model.slope = x[0];
  model.offset = x[1];
  model.season_effects = part(2, columns);
  model.deltas = part(posterior.ridge(), model.changepoints.size());
  for (std::size_t i = 0; i < regressors.size(); ++i) {
    model.effects.push_back(x[2 + columns + i] * model.scale / standard[i].scale);
    model.regressor_means.push_back(standard[i].mean);
  }
  model.fitted = posterior.mean(x);
  for (double& value : model.fitted) value *= model.scale;
  return model;
}

Forecast predict(const ProphetModel& model, std::size_t horizon, Columns future) {
  Forecast result;
  result.fitted = model.fitted;
  const double change = slope_change(model);
  double squares = 0;
  for (std::size_t h = 0; h < horizon; ++h) {
    const std::size_t t = model.size + h;
    const double u = time_of(t, model.size), ahead = static_cast<double>(h);
    double mean = model.offset + model.slope * u;
    for (std::size_t j = 0; j < model.deltas.size(); ++j) {
      mean += model.deltas[j] * hinge(u, model.changepoints[j]);
    }
    season_columns(model.options.seasons, t,
                   [&](std::size_t i, double value) { mean += model.season_effects[i] * value; });
    mean *= model.scale;
    for (std::size_t i = 0; i < future.size(); ++i) {
      mean += model.effects[i] * (future[i][h] - model.regressor_means[i]);
    }
    result.mean.push_back(mean);
    squares += change * change * ahead * ahead;
    result.sigma.push_back(model.scale * std::sqrt(model.sigma * model.sigma + squares));
    result.response.push_back(h == 0 ? 1 : ahead * change / model.sigma);
  }
  return result;
}

void simulate_errors(const ProphetModel& model, Rng& rng, std::span<double> path) {
  double size = 0;
  for (const double delta : model.deltas) size += std::abs(delta);
  const double count = static_cast<double>(model.deltas.size());
  const double step = time_of(1, model.size), rate = count * step;
  double level = 0, slope = 0;
  for (double& value : path) {
    level += slope * step;
    for (std::uint64_t c = size > 0 ? rng.poisson(rate) : 0; c > 0; --c) {
      const double u = rng.uniform() - 0.5, since = rng.uniform();
      const double delta = -size / count * std::copysign(std::log(1 - 2 * std::abs(u) + 1e-300), u);
      slope += delta;
      level += delta * step * since;
    }
    value = model.scale * (level + model.sigma * rng.normal());
  }
}

}  // namespace clientele::forecast
