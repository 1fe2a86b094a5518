// The stepwise search over orders, and the continuation of the winner.
#include <algorithm>
#include <cmath>
#include <limits>

#include "models/forecast/arima_fit.hpp"
#include "models/forecast/arma_polynomial.hpp"
#include "models/forecast/stationarity.hpp"

namespace clientele::forecast {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// What is left of a series once the regressors are taken off by least squares.
std::vector<double> without_regressors(std::span<const double> y, Columns regressors) {
  std::vector<double> out(y.begin(), y.end());
  if (regressors.empty()) return out;
  ArimaFit fit = fit_order(y, 1, {.constant = true}, regressors, nullptr, ArimaPrecision::full);
  if (!std::isfinite(fit.model.aicc)) return out;
  finish(fit, y, regressors);
  for (std::size_t t = 0; t < out.size(); ++t) {
    for (std::size_t k = 0; k < regressors.size(); ++k) {
      out[t] -= fit.model.coefficients[k + 1] * regressors[k][t];
    }
  }
  return out;
}

class Stepwise {
 public:
  Stepwise(std::span<const double> y, std::size_t period, Columns regressors,
           const ArimaOptions& options, const ArimaOrder& differences)
      : y_(y), period_(period), regressors_(regressors), options_(options), base_(differences) {
    const int third = static_cast<int>(std::min<std::size_t>(y.size() / 3, 1000));
    const int seasons = static_cast<int>(y.size() / 3 / period);
    most_ = base_;
    most_.p = std::min(options.max_p, third);
    most_.q = std::min(options.max_q, third);
    const bool seasonal = period > 1 && options.seasonal;
    most_.P = seasonal ? std::min(options.max_P, seasons) : 0;
    most_.Q = seasonal ? std::min(options.max_Q, seasons) : 0;
    const int below_season = static_cast<int>(std::min<std::size_t>(period, 1000)) - 1;
    if (most_.P > 0) most_.p = std::min(most_.p, below_season);
    if (most_.Q > 0) most_.q = std::min(most_.q, below_season);
    may_have_constant_ = base_.d + base_.D < 2;
    const std::size_t states = std::max(
        static_cast<std::size_t>(most_.p) + static_cast<std::size_t>(most_.P) * period,
        static_cast<std::size_t>(most_.q) + static_cast<std::size_t>(most_.Q) * period + 1);
    approximate_ = y.size() * states > options.exact_search_limit;
  }

  ArimaFit run() {
    start();
    while (best_.accepted && (improve(best_.model.order) || improve_from_runner_up())) {
    }
    finish();
    return std::move(best_);
  }

 private:
  ArimaOrder order(int p, int q, int P, int Q, bool constant) const {
    return {std::min(p, most_.p), base_.d, std::min(q, most_.q), std::min(P, most_.P), base_.D,
            std::min(Q, most_.Q), constant};
  }

  // Fits an order that is new and within the limits; true if it is the best so far.
  bool attempt(const ArimaOrder& order) {
    if (order.p < 0 || order.q < 0 || order.P < 0 || order.Q < 0 || order.p > most_.p ||
        order.q > most_.q || order.P > most_.P || order.Q > most_.Q) {
      return false;
    }
    const auto same = [&](const ArimaFit& fit) { return fit.model.order == order; };
    if (std::any_of(tried_.begin(), tried_.end(), same)) return false;
    if (tried_.size() >= static_cast<std::size_t>(options_.max_models)) return false;
    const ArimaFit* neighbour = best_.x.empty() ? nullptr : &best_;
    tried_.push_back(
        fit_order(y_, period_, order, regressors_, neighbour, precision(), best_criterion_));
    if (!(tried_.back().criterion() < best_criterion_)) return false;
    best_ = tried_.back();
    best_criterion_ = best_.criterion();
    return true;
  }

  ArimaPrecision precision() const {
    if (approximate_) return ArimaPrecision::conditional;
    return options_.thorough ? ArimaPrecision::search : ArimaPrecision::quick;
  }

  void start() {
    const bool tiny = y_.size() < 10;
    const int many = tiny ? 1 : 2, seasonal = tiny ? 0 : 1;
    attempt(order(many, many, seasonal, seasonal, may_have_constant_));
    attempt(order(0, 0, 0, 0, may_have_constant_));
    attempt(order(1, 0, 1, 0, may_have_constant_));
    attempt(order(0, 1, 0, 1, may_have_constant_));
    if (may_have_constant_) attempt(order(0, 0, 0, 0, false));
  }

  // A second chance: the neighbours of the second-best order.
  bool improve_from_runner_up() {
    const ArimaFit* second = nullptr;
    for (const ArimaFit& fit : tried_) {
      if (!fit.accepted || fit.model.order == best_.model.order) continue;
      if (second == nullptr || fit.criterion() < second->criterion()) second = &fit;
    }
    if (second == nullptr) return false;
    const ArimaOrder at = second->model.order;
    return improve(at);
  }

  // One move from `at` to a neighbour better than the best order so far.
  bool improve(const ArimaOrder& at) {
    constexpr int kMoves[][4] = {// p, q, P, Q
                                 {0, 0, -1, 0},  {0, 0, 0, -1}, {0, 0, 1, 0},  {0, 0, 0, 1},
                                 {0, 0, -1, -1}, {0, 0, -1, 1}, {0, 0, 1, -1}, {0, 0, 1, 1},
                                 {-1, 0, 0, 0},  {0, -1, 0, 0}, {1, 0, 0, 0},  {0, 1, 0, 0},
                                 {-1, -1, 0, 0}, {-1, 1, 0, 0}, {1, -1, 0, 0}, {1, 1, 0, 0}};
    for (const auto& move : kMoves) {
      if (attempt({at.p + move[0], at.d, at.q + move[1], at.P + move[2], at.D, at.Q + move[3],
                   at.constant})) {
        return true;
      }
    }
    ArimaOrder flipped = at;
    flipped.constant = !at.constant;
    return may_have_constant_ && attempt(flipped);
  }

  // Fits to convergence. After a conditional search that is the best order whose exact fit is
  // accepted; after an exact one the winner keeps its place even if it moves to the unit circle.
  void finish() {
    std::stable_sort(tried_.begin(), tried_.end(), [](const ArimaFit& a, const ArimaFit& b) {
      return a.criterion() < b.criterion();
    });
    best_ = {};
    for (const ArimaFit& candidate : tried_) {
      if (!candidate.accepted) break;
      best_ = fit_order(y_, period_, candidate.model.order, regressors_, &candidate,
                        ArimaPrecision::full);
      if (best_.accepted) break;
      if (approximate_) continue;
      best_ = candidate;
      break;
    }
  }

  std::span<const double> y_;
  std::size_t period_;
  Columns regressors_;
  const ArimaOptions& options_;
  ArimaOrder base_, most_;
  bool may_have_constant_ = false;
  bool approximate_ = false;
  std::vector<ArimaFit> tried_;
  ArimaFit best_;
  double best_criterion_ = kInfinity;
};

ArimaModel without_dynamics(std::span<const double> y, std::size_t period, ArimaOrder order,
                            Columns regressors) {
  order.constant = order.d + order.D < 2;
  ArimaFit fit = fit_order(y, period, order, regressors, nullptr, ArimaPrecision::full);
  if (!std::isfinite(fit.model.aicc)) {  // too short even for a variance
    fit.model.order = {.constant = true};
    const DifferencedSeries data = difference_all(y, period, fit.model.order, {});
    double mean = 0;
    for (const double value : data.values) mean += value / static_cast<double>(y.size());
    fit.x.assign(1, mean / std::max(1e-300, data.columns[0][0]));
    finish(fit, y, {});
    return fit.model;
  }
  finish(fit, y, regressors);
  return fit.model;
}

}  // namespace

std::string name_of(const ArimaOrder& order, std::size_t period) {
  const auto triple = [](int a, int b, int c) {
    return "(" + std::to_string(a) + "," + std::to_string(b) + "," + std::to_string(c) + ")";
  };
  std::string name = "ARIMA" + triple(order.p, order.d, order.q);
  if (order.P + order.D + order.Q > 0) {
    name += triple(order.P, order.D, order.Q) + "[" + std::to_string(period) + "]";
  }
  if (order.constant) name += order.d + order.D == 0 ? " with mean" : " with drift";
  return name;
}

ArimaModel fit_arima(std::span<const double> y, std::size_t period, const ArimaOrder& order,
                     Columns regressors) {
  ArimaFit fit = fit_order(y, period, order, regressors, nullptr, ArimaPrecision::full);
  if (std::isfinite(fit.model.aicc)) finish(fit, y, regressors);
  return fit.model;
}

ArimaModel refit_arima(std::span<const double> y, const ArimaModel& near, Columns regressors) {
  if (near.place.size() >= static_cast<std::size_t>(arma_count(near.order))) {
    const ArimaFit from{near, near.place};
    ArimaFit fit = fit_order(y, near.period, near.order, regressors, &from, ArimaPrecision::full);
    if (std::isfinite(fit.model.aicc)) {
      finish(fit, y, regressors);
      return fit.model;
    }
  }
  return fit_arima(y, near.period, near.order, regressors);
}

ArimaModel auto_arima(std::span<const double> y, std::size_t period, Columns regressors,
                      const ArimaOptions& options) {
  period = options.seasonal ? std::max<std::size_t>(period, 1) : 1;
  ArimaOrder differences;
  if (is_constant(y)) return without_dynamics(y, period, differences, {});
  std::vector<double> rest = without_regressors(y, regressors);
  differences.D = seasonal_differences_needed(rest, period);
  if (differences.D > 0) rest = difference(rest, period);
  differences.d = first_differences_needed(rest);
  for (int i = 0; i < differences.d; ++i) rest = difference(rest, 1);
  if (rest.empty() || is_constant(rest))
    return without_dynamics(y, period, differences, regressors);
  ArimaFit best = Stepwise(y, period, regressors, options, differences).run();
  if (!best.accepted) {
    return without_dynamics(y, period, differences, regressors);
  }
  finish(best, y, regressors);
  return best.model;
}

Forecast predict(const ArimaModel& model, std::size_t horizon, Columns future) {
  const ArimaOrder& order = model.order;
  std::vector<double> phi = seasonal_product(model.ar, model.seasonal_ar, model.period);
  std::vector<double> negative_ma = model.ma, negative_seasonal = model.seasonal_ma;
  for (double& value : negative_ma) value = -value;
  for (double& value : negative_seasonal) value = -value;
  std::vector<double> theta = seasonal_product(negative_ma, negative_seasonal, model.period);
  for (double& value : theta) value = -value;
  std::vector<double> unit_roots;
  const double one[] = {1};
  for (int i = 0; i < order.D; ++i) unit_roots = seasonal_product(unit_roots, one, model.period);
  for (int i = 0; i < order.d; ++i) unit_roots = seasonal_product(unit_roots, one, 1);

  Forecast result;
  result.fitted = model.fitted;
  std::vector<double> state = model.state, levels = model.tail;
  phi.resize(state.size(), 0);
  state.push_back(0);
  for (std::size_t h = 0; h < horizon; ++h) {
    double value = state[0];
    for (std::size_t i = 0; i + 1 < state.size(); ++i) {
      state[i] = phi[i] * value + state[i + 1];
    }
    for (std::size_t j = 0; j < unit_roots.size(); ++j) {
      value += unit_roots[j] * levels[levels.size() - 1 - j];
    }
    levels.push_back(value);
    std::size_t next = 0;
    if (model.coefficients.size() > future.size()) {
      const bool drift = order.d + order.D == 1;
      value += model.coefficients[next++] * (drift ? static_cast<double>(model.size + h + 1) : 1);
    }
    for (const std::vector<double>& column : future)
      value += model.coefficients[next++] * column[h];
    result.mean.push_back(value);
  }
  result.response = psi_weights(seasonal_product(phi, unit_roots, 1), theta, horizon);
  double variance = 0;
  for (const double psi : result.response) {
    variance += model.sigma2 * psi * psi;
    result.sigma.push_back(std::sqrt(variance));
  }
  return result;
}

}  // namespace clientele::forecast
