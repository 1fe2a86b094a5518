#include "models/forecast/ets_recursion.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/forecast/lanes.hpp"
#include "numeric/simd.hpp"

namespace clientele::forecast {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kMaxBlocks = 4;  // 4 parameters, level, slope and 23 seasons fit in 32 lanes
constexpr double kSmallestSeason = 1e-8;
constexpr double kDampingLow = 0.8, kDampingHigh = 0.98;
constexpr double kShareLow = 1e-4, kShareHigh = 0.9999;
// Adding and taking off this much turns derivatives that have died away into exact zeros, which the
// processor handles at full speed, unlike denormal numbers; larger values do not change.
constexpr double kNegligible = 1e-150;

// Derivatives of the states by every coordinate; seasons in a ring of m.
struct Sensitivities {
  Lanes level[kMaxBlocks] = {};
  Lanes slope[kMaxBlocks] = {};
  Lanes season[kMaxEtsPeriod][kMaxBlocks] = {};
};

// Sums over time from which J'J and J'r follow.
struct Moments {
  Lanes outer[kMaxBlocks * kLanes][kMaxBlocks] = {};  // sum of de de', upper blocks
  Lanes error[kMaxBlocks] = {};                       // sum of e de
  Lanes log_forecast[kMaxBlocks] = {};                // sum of d log forecast
  double squares = 0;
  double log_sum = 0;
};

// Sum of logarithms of positive numbers, one logarithm for every eight of moderate size.
class LogSum {
 public:
  void add(double x) {
    product_ *= x;
    if (++count_ == 8 || !(product_ > 1e-100 && product_ < 1e100)) flush();
  }
  double value() {
    flush();
    return sum_;
  }

 private:
  void flush() {
    sum_ += std::log(product_);
    product_ = 1;
    count_ = 0;
  }
  double sum_ = 0, product_ = 1;
  int count_ = 0;
};

struct Step {
  double y, q, season, forecast, error, gap, target;
};

// Values of step t before the update; false where the form has left its domain.
CLIENTELE_SIMD_INLINE bool look_ahead(double y, const EtsForm& form, double q, double season,
                                      Step& step) {
  step.y = y;
  step.q = q;
  step.season = season;
  step.forecast = q;
  step.gap = y - q;
  step.target = step.gap;
  if (form.season == Seasonality::additive) {
    step.forecast = q + season;
    step.gap = y - season - q;
  } else if (form.season == Seasonality::multiplicative) {
    step.forecast = q * season;
    step.gap = y / season - q;
    step.target = y / q;
  }
  step.error = y - step.forecast;
  if (form.multiplicative_error) {
    if (!(step.forecast > 0)) return false;
    step.error /= step.forecast;
  }
  return std::isfinite(step.gap) && std::isfinite(step.error) && std::isfinite(step.target);
}

// Adds de de' and e de of one step for `size` coordinates in `blocks` blocks.
CLIENTELE_SIMD_INLINE void add_moments(Moments& sums, const Lanes* slope, double error,
                                       std::size_t size, std::size_t blocks) {
  for (std::size_t i = 0; i < blocks; ++i) sums.error[i] += error * slope[i];
  for (std::size_t row = 0; row < size; ++row) {
    const double factor = slope[row / kLanes][row % kLanes];
    for (std::size_t j = row / kLanes; j < blocks; ++j) sums.outer[row][j] += factor * slope[j];
  }
}

// Derivatives after one step; `now` are those of the season in use, overwritten by its next ones.
struct Direct {
  Lanes alpha[kMaxBlocks], beta[kMaxBlocks], gamma[kMaxBlocks], phi[kMaxBlocks];
};

CLIENTELE_SIMD_INLINE void advance(const EtsModel& model, const Step& step, const Direct& unit,
                                   double slope_state, Sensitivities& d, Lanes* now,
                                   Lanes* forecast, std::size_t blocks) {
  const Seasonality kind = model.form.season;
  const double gap_by_season =
      kind == Seasonality::multiplicative ? step.y / (step.season * step.season) : 1;
  const double target_by_q = kind == Seasonality::multiplicative ? step.target / step.q : 0;
  for (std::size_t i = 0; i < blocks; ++i) {
    const Lanes dq = d.level[i] + model.phi * d.slope[i] + slope_state * unit.phi[i];
    Lanes gap = -dq;
    forecast[i] = dq;
    if (kind == Seasonality::additive) {
      gap -= now[i];
      forecast[i] += now[i];
      now[i] += model.gamma * gap + step.gap * unit.gamma[i] + kNegligible;
      now[i] -= kNegligible;
    } else if (kind == Seasonality::multiplicative) {
      gap -= gap_by_season * now[i];
      forecast[i] = step.season * dq + step.q * now[i];
      now[i] += model.gamma * (-target_by_q * dq - now[i]) +
                (step.target - step.season) * unit.gamma[i] + kNegligible;
      now[i] -= kNegligible;
    }
    d.level[i] = (dq + model.alpha * gap + step.gap * unit.alpha[i] + kNegligible) - kNegligible;
    d.slope[i] = (model.phi * d.slope[i] + slope_state * unit.phi[i] + model.beta * gap +
                  step.gap * unit.beta[i] + kNegligible) -
                 kNegligible;
  }
}

// One pass over the series. Returns false when it leaves the feasible region.
CLIENTELE_SIMD
bool accumulate(std::span<const double> y, std::size_t period, const EtsModel& model,
                const Direct& unit, Sensitivities& d, Moments& sums, std::size_t size) {
  const std::size_t blocks = (size + kLanes - 1) / kLanes;
  LogSum logs;
  double level = model.initial.level, slope = model.initial.slope;
  double ring[kMaxEtsPeriod] = {};
  std::copy(model.initial.seasons.begin(), model.initial.seasons.end(), ring);
  Lanes forecast[kMaxBlocks], error[kMaxBlocks];
  std::size_t place = 0;
  for (const double value : y) {
    Step step;
    if (!look_ahead(value, model.form, level + model.phi * slope, ring[place], step)) {
      return false;
    }
    advance(model, step, unit, slope, d, d.season[place], forecast, blocks);
    level = step.q + model.alpha * step.gap;
    slope = model.phi * slope + model.beta * step.gap;
    if (model.form.season == Seasonality::additive) {
      ring[place] += model.gamma * step.gap;
    } else {
      ring[place] += model.gamma * (step.target - step.season);
    }
    double scale = -1;
    if (model.form.multiplicative_error) {
      scale = -(1 + step.error) / step.forecast;
      logs.add(step.forecast);
      for (std::size_t i = 0; i < blocks; ++i) {
        sums.log_forecast[i] += forecast[i] / step.forecast;
      }
    }
    for (std::size_t i = 0; i < blocks; ++i) error[i] = scale * forecast[i];
    sums.squares += step.error * step.error;
    add_moments(sums, error, step.error, size, blocks);
    if (++place == period) place = 0;
  }
  sums.log_sum = logs.value();
  return true;
}

double of(const Lanes* blocks, std::size_t i) { return blocks[i / kLanes][i % kLanes]; }
void set(Lanes* blocks, std::size_t i, double value) { blocks[i / kLanes][i % kLanes] = value; }

double geometric_scale(const Moments& sums, std::size_t n) {
  return std::exp(2 * sums.log_sum / static_cast<double>(n));
}

}  // namespace

EtsLikelihood::EtsLikelihood(std::span<const double> y, std::size_t period, const EtsForm& form)
    : y_(y), period_(form.season == Seasonality::none ? 1 : period), form_(form) {
  std::size_t next = 1;
  if (form.trend != EtsTrend::none) at_.beta = next++;
  if (form.season != Seasonality::none) at_.gamma = next++;
  if (form.trend == EtsTrend::damped) at_.phi = next++;
  at_.level = next++;
  if (form.trend != EtsTrend::none) at_.slope = next++;
  if (form.season != Seasonality::none) {
    at_.seasons = next;
    next += period_ - 1;
  }
  size_ = next;
}

EtsModel EtsLikelihood::unpack(std::span<const double> x) const {
  EtsModel model;
  model.form = form_;
  model.period = period_;
  model.alpha = x[0];
  if (at_.beta != 0) model.beta = x[at_.beta] * x[0];
  if (at_.gamma != 0) model.gamma = x[at_.gamma] * (1 - x[0]);
  if (at_.phi != 0) model.phi = x[at_.phi];
  model.initial.level = x[at_.level];
  if (at_.slope != 0) model.initial.slope = x[at_.slope];
  if (at_.seasons != 0) {
    const auto first = x.begin() + static_cast<std::ptrdiff_t>(at_.seasons);
    model.initial.seasons.assign(first, first + static_cast<std::ptrdiff_t>(period_ - 1));
    double rest = form_.season == Seasonality::multiplicative ? static_cast<double>(period_) : 0;
    for (const double season : model.initial.seasons) rest -= season;
    model.initial.seasons.push_back(rest);
  }
  return model;
}

std::vector<double> EtsLikelihood::pack(const EtsModel& model) const {
  std::vector<double> x(size_);
  x[0] = model.alpha;
  if (at_.beta != 0) x[at_.beta] = model.beta / model.alpha;
  if (at_.gamma != 0) x[at_.gamma] = model.gamma / (1 - model.alpha);
  if (at_.phi != 0) x[at_.phi] = model.phi;
  x[at_.level] = model.initial.level;
  if (at_.slope != 0) x[at_.slope] = model.initial.slope;
  for (std::size_t j = 0; at_.seasons != 0 && j + 1 < period_; ++j) {
    x[at_.seasons + j] = model.initial.seasons[j];
  }
  return x;
}

std::vector<double> EtsLikelihood::lower() const {
  std::vector<double> bound(size_, -kInfinity);
  bound[0] = kShareLow;
  if (at_.beta != 0) bound[at_.beta] = kShareLow;
  if (at_.gamma != 0) bound[at_.gamma] = kShareLow;
  if (at_.phi != 0) bound[at_.phi] = kDampingLow;
  for (std::size_t j = 0; form_.season == Seasonality::multiplicative && j + 1 < period_; ++j) {
    bound[at_.seasons + j] = kSmallestSeason;
  }
  return bound;
}

std::vector<double> EtsLikelihood::upper() const {
  std::vector<double> bound(size_, kInfinity);
  bound[0] = kShareHigh;
  if (at_.beta != 0) bound[at_.beta] = kShareHigh;
  if (at_.gamma != 0) bound[at_.gamma] = kShareHigh;
  if (at_.phi != 0) bound[at_.phi] = kDampingHigh;
  return bound;
}

double EtsLikelihood::cost(std::span<const double> x) {
  EtsModel model = unpack(x);
  return run_ets(y_, model);
}

double EtsLikelihood::linearise(std::span<const double> x, std::span<double> jtj,
                                std::span<double> jtr) {
  const EtsModel model = unpack(x);
  Sensitivities d;
  Direct unit{};
  set(unit.alpha, 0, 1);
  if (at_.beta != 0) set(unit.beta, at_.beta, 1);
  if (at_.gamma != 0) set(unit.gamma, at_.gamma, 1);
  if (at_.phi != 0) set(unit.phi, at_.phi, 1);
  set(d.level, at_.level, 1);
  if (at_.slope != 0) set(d.slope, at_.slope, 1);
  for (std::size_t j = 0; at_.seasons != 0 && j + 1 < period_; ++j) {
    set(d.season[j], at_.seasons + j, 1);
    set(d.season[period_ - 1], at_.seasons + j, -1);
  }
  if (at_.seasons != 0 && !(model.initial.seasons.back() >= 0) &&
      form_.season == Seasonality::multiplicative) {
    return kInfinity;
  }
  Moments sums;
  if (!accumulate(y_, period_, model, unit, d, sums, size_)) return kInfinity;
  const double n = static_cast<double>(y_.size());
  const double scale = form_.multiplicative_error ? geometric_scale(sums, y_.size()) : 1;
  // r = e G with G the geometric mean of the forecasts: dr = G (de + e d log G).
  for (std::size_t i = 0; i < size_; ++i) {
    const double ei = of(sums.error, i), gi = of(sums.log_forecast, i) / n;
    jtr[i] = scale * (ei + sums.squares * gi);
    for (std::size_t j = i; j < size_; ++j) {
      const double gj = of(sums.log_forecast, j) / n;
      jtj[i * size_ + j] = scale * (of(sums.outer[i], j) + ei * gj + gi * of(sums.error, j) +
                                    sums.squares * gi * gj);
    }
  }
  chain_to_ratios(model, jtj, jtr);
  return sums.squares * scale;
}

// From derivatives by (alpha, beta, gamma) to those by (alpha, beta / alpha, gamma / (1 - alpha)).
void EtsLikelihood::chain_to_ratios(const EtsModel& at, std::span<double> jtj,
                                    std::span<double> jtr) const {
  const std::size_t k = size_;
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < i; ++j) jtj[i * k + j] = jtj[j * k + i];
  }
  const double beta_ratio = at.beta / at.alpha;
  const double gamma_ratio = at.gamma / (1 - at.alpha);
  const auto transform = [&](auto&& element) {
    if (at_.beta != 0) {
      element(0) += beta_ratio * element(at_.beta);
      element(at_.beta) *= at.alpha;
    }
    if (at_.gamma != 0) {
      element(0) -= gamma_ratio * element(at_.gamma);
      element(at_.gamma) *= 1 - at.alpha;
    }
  };
  transform([&](std::size_t i) -> double& { return jtr[i]; });
  for (std::size_t row = 0; row < k; ++row) {
    transform([&](std::size_t i) -> double& { return jtj[row * k + i]; });
  }
  for (std::size_t column = 0; column < k; ++column) {
    transform([&](std::size_t i) -> double& { return jtj[i * k + column]; });
  }
}

double run_ets(std::span<const double> y, EtsModel& model) {
  const EtsForm form = model.form;
  const double alpha = model.alpha, beta = model.beta, gamma = model.gamma, phi = model.phi;
  const bool multiplicative = form.season == Seasonality::multiplicative;
  if (multiplicative && !(model.initial.seasons.back() >= 0)) return kInfinity;
  double level = model.initial.level, slope = model.initial.slope;
  std::vector<double> ring = model.initial.seasons;
  if (ring.empty()) ring.push_back(0);
  model.fitted.resize(y.size());
  double* const fitted = model.fitted.data();
  double squares = 0;
  LogSum logs;
  std::size_t place = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    Step step;
    if (!look_ahead(y[t], form, level + phi * slope, ring[place], step)) return kInfinity;
    fitted[t] = step.forecast;
    squares += step.error * step.error;
    if (form.multiplicative_error) logs.add(step.forecast);
    level = step.q + alpha * step.gap;
    slope = phi * slope + beta * step.gap;
    ring[place] += gamma * (multiplicative ? step.target - step.season : step.gap);
    if (++place == ring.size()) place = 0;
  }
  std::rotate(ring.begin(), ring.begin() + static_cast<std::ptrdiff_t>(place), ring.end());
  model.last = {level, slope, std::move(ring)};
  if (!form.multiplicative_error) return squares;
  return squares * std::exp(2 * logs.value() / static_cast<double>(y.size()));
}

}  // namespace clientele::forecast
