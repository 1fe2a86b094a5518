// The innovations of an ARIMA order as a least-squares problem.
#include <algorithm>
#include <cmath>
#include <limits>

#include "models/forecast/arima_fit.hpp"
#include "models/forecast/arma_polynomial.hpp"
#include "models/forecast/stationarity.hpp"

namespace clientele::forecast {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLargestAngle = 6;  // tanh(6) = 0.99999

std::vector<double> difference_by(std::span<const double> y, std::size_t period,
                                  const ArimaOrder& order) {
  std::vector<double> out(y.begin(), y.end());
  for (int i = 0; i < order.D; ++i) out = difference(out, period);
  for (int i = 0; i < order.d; ++i) out = difference(out, 1);
  return out;
}

std::vector<double> negated(std::vector<double> values) {
  for (double& value : values) value = -value;
  return values;
}

std::vector<double> expanded_phi(const ArimaModel& model) {
  return seasonal_product(model.ar, model.seasonal_ar, model.period);
}

std::vector<double> expanded_theta(const ArimaModel& model) {
  return negated(seasonal_product(negated(model.ma), negated(model.seasonal_ma), model.period));
}

// Divides by 1 + theta_1 B + ... + theta_5 B^5, with zeros before `first`.
void divide_by(std::span<const double> theta, std::size_t first, std::span<double> e) {
  double weights[5] = {}, past[5] = {};
  std::copy(theta.begin(), theta.end(), weights);
  for (std::size_t t = first; t < e.size(); ++t) {
    double far = e[t] - weights[1] * past[1] - weights[2] * past[2];
    far -= weights[3] * past[3] + weights[4] * past[4];
    const double now = far - weights[0] * past[0];
    for (std::size_t j = 4; j > 0; --j) past[j] = past[j - 1];
    past[0] = e[t] = now;
  }
}

// Divides by 1 + theta_1 B^m + theta_2 B^{2m}, with zeros before `first`.
void divide_by_seasonal(std::span<const double> theta, std::size_t m, std::size_t first,
                        std::span<double> e) {
  for (std::size_t t = first + m; t < e.size(); ++t) {
    e[t] -= theta[0] * e[t - m];
    if (theta.size() > 1 && t >= first + 2 * m) e[t] -= theta[1] * e[t - 2 * m];
  }
}

}  // namespace

int arma_count(const ArimaOrder& order) { return order.p + order.q + order.P + order.Q; }

double root_mean_square(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum / std::max<double>(1, static_cast<double>(values.size())));
}

DifferencedSeries difference_all(std::span<const double> y, std::size_t period,
                                 const ArimaOrder& order, Columns regressors) {
  DifferencedSeries data;
  data.values = difference_by(y, period, order);
  const double size = root_mean_square(data.values);
  const auto add = [&](std::span<const double> column) {
    data.columns.push_back(difference_by(column, period, order));
    const double scale = root_mean_square(data.columns.back()) / (size > 0 ? size : 1);
    data.column_scales.push_back(scale > 0 ? scale : 1);
    for (double& value : data.columns.back()) value /= data.column_scales.back();
  };
  if (order.constant && order.d + order.D < 2) {
    std::vector<double> constant(y.size(), 1);
    for (std::size_t t = 0; t < y.size() && order.d + order.D == 1; ++t) {
      constant[t] = static_cast<double>(t + 1);
    }
    add(constant);
  }
  for (const std::vector<double>& column : regressors) add(column);
  return data;
}

ArimaResiduals::ArimaResiduals(const DifferencedSeries& data, const ArimaOrder& order,
                               std::size_t period, Likelihood likelihood)
    : ResidualLeastSquares(likelihood == Likelihood::exact
                               ? data.values.size()
                               : conditional_count(data, order, period)),
      data_(data),
      order_(order),
      period_(period),
      likelihood_(likelihood),
      size_(static_cast<std::size_t>(arma_count(order)) + data.columns.size()),
      values_(data.values.size()),
      roots_(data.values.size()) {}

std::size_t ArimaResiduals::conditional_count(const DifferencedSeries& data,
                                              const ArimaOrder& order, std::size_t period) {
  const std::size_t lost =
      static_cast<std::size_t>(order.p) + static_cast<std::size_t>(order.P) * period;
  return data.values.size() > lost ? data.values.size() - lost : 0;
}

std::vector<double> ArimaResiduals::bounds(double sign) const {
  std::vector<double> out(size_, sign * kInfinity);
  std::fill_n(out.begin(), arma_count(order_), sign * kLargestAngle);
  return out;
}

void ArimaResiduals::polynomials(std::span<const double> x, ArimaModel& model) const {
  std::size_t place = 0;
  const auto next = [&](int count) {
    std::vector<double> partial;
    for (int i = 0; i < count; ++i) partial.push_back(std::tanh(x[place++]));
    return ar_from_partial(partial);
  };
  model.order = order_;
  model.period = period_;
  model.ar = next(order_.p);
  model.ma = negated(next(order_.q));
  model.seasonal_ar = next(order_.P);
  model.seasonal_ma = negated(next(order_.Q));
}

void ArimaResiduals::detrend(std::span<const double> x) {
  std::copy(data_.values.begin(), data_.values.end(), values_.begin());
  const double* b = x.data() + arma_count(order_);
  for (std::size_t k = 0; k < data_.columns.size(); ++k) {
    for (std::size_t t = 0; t < values_.size(); ++t) values_[t] -= b[k] * data_.columns[k][t];
  }
}

std::optional<double> ArimaResiduals::innovations(std::span<const double> x,
                                                  std::span<double> scaled,
                                                  std::span<double> roots) {
  ArimaModel model;
  polynomials(x, model);
  if (!filter_.set(expanded_phi(model), expanded_theta(model))) return std::nullopt;
  detrend(x);
  return filter_.run(values_, scaled, roots);
}

bool ArimaResiduals::residuals(std::span<const double> x, std::span<double> r) {
  if (likelihood_ == Likelihood::conditional) {
    ArimaModel model;
    polynomials(x, model);
    detrend(x);
    return conditional(model, r);
  }
  const std::optional<double> logs = innovations(x, r, roots_);
  if (!logs) return false;
  const double scale = std::exp(0.5 * *logs / static_cast<double>(r.size()));
  for (double& value : r) value *= scale;
  return std::isfinite(scale);
}

bool ArimaResiduals::conditional(const ArimaModel& model, std::span<double> r) {
  const std::vector<double> phi = expanded_phi(model);
  const std::size_t first = phi.size();
  std::vector<double>& e = roots_;
  std::fill(e.begin(), e.end(), 0);
  std::copy(values_.begin() + static_cast<std::ptrdiff_t>(first), values_.end(),
            e.begin() + static_cast<std::ptrdiff_t>(first));
  for (std::size_t j = 0; j < phi.size(); ++j) {
    if (phi[j] == 0) continue;
    for (std::size_t t = first; t < e.size(); ++t) e[t] -= phi[j] * values_[t - j - 1];
  }
  if (!model.ma.empty()) divide_by(model.ma, first, e);
  if (!model.seasonal_ma.empty()) divide_by_seasonal(model.seasonal_ma, period_, first, e);
  std::copy(e.begin() + static_cast<std::ptrdiff_t>(first), e.end(), r.begin());
  return true;
}

}  // namespace clientele::forecast
