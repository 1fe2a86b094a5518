#include "models/forecast/arma_polynomial.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::forecast {

std::vector<double> ar_from_partial(std::span<const double> partial) {
  std::vector<double> phi, previous;
  for (std::size_t k = 0; k < partial.size(); ++k) {
    previous = phi;
    for (std::size_t j = 0; j < k; ++j) phi[j] = previous[j] - partial[k] * previous[k - 1 - j];
    phi.push_back(partial[k]);
  }
  return phi;
}

std::vector<double> partial_from_ar(std::span<const double> phi) {
  std::vector<double> work(phi.begin(), phi.end()), partial(phi.size()), previous;
  for (std::size_t k = phi.size(); k-- > 0;) {
    const double last = work[k];
    if (!(std::abs(last) < 1)) return {};
    partial[k] = last;
    previous = work;
    for (std::size_t j = 0; j < k; ++j) {
      work[j] = (previous[j] + last * previous[k - 1 - j]) / (1 - last * last);
    }
  }
  return partial;
}

bool roots_outside(std::span<const double> phi, double radius) {
  std::vector<double> scaled(phi.begin(), phi.end());
  double power = 1;
  for (double& coefficient : scaled) coefficient *= (power *= radius);
  return scaled.empty() || !partial_from_ar(scaled).empty();
}

std::vector<double> seasonal_product(std::span<const double> a, std::span<const double> seasonal,
                                     std::size_t m) {
  std::vector<double> out(a.size() + m * seasonal.size(), 0);
  std::copy(a.begin(), a.end(), out.begin());
  for (std::size_t s = 0; s < seasonal.size(); ++s) {
    out[(s + 1) * m - 1] += seasonal[s];
    for (std::size_t j = 0; j < a.size(); ++j) out[(s + 1) * m + j] -= seasonal[s] * a[j];
  }
  return out;
}

namespace {

// Autocovariances 0..lags of the pure autoregression, by the Levinson recursion on the
// coefficients of all lower orders.
std::vector<double> ar_autocovariances(std::span<const double> phi, std::size_t lags) {
  const std::size_t p = phi.size();
  std::vector<double> rows(p * p, 0);  // row k: coefficients of order k + 1
  std::copy(phi.begin(), phi.end(), rows.begin() + static_cast<std::ptrdiff_t>(p * (p - 1)));
  double variance = 1;
  for (std::size_t k = p; k-- > 0;) {
    const double* row = rows.data() + k * p;
    const double last = row[k];
    if (!(std::abs(last) < 1)) return {};
    const double rest = 1 - last * last;
    variance /= rest;
    double* below = rows.data() + (k == 0 ? 0 : k - 1) * p;
    for (std::size_t j = 0; j < k; ++j) below[j] = (row[j] + last * row[k - 1 - j]) / rest;
  }
  std::vector<double> gamma(std::max(lags, p) + 1);
  gamma[0] = variance;
  double prediction = variance;
  for (std::size_t k = 0; k < p; ++k) {
    const double* shorter = rows.data() + (k == 0 ? 0 : k - 1) * p;
    const double last = rows[k * p + k];
    double sum = last * prediction;
    for (std::size_t j = 0; j < k; ++j) sum += shorter[j] * gamma[k - j];
    gamma[k + 1] = sum;
    prediction *= 1 - last * last;
  }
  for (std::size_t k = p + 1; k <= lags; ++k) {
    double sum = 0;
    for (std::size_t j = 0; j < p; ++j) sum += phi[j] * gamma[k - 1 - j];
    gamma[k] = sum;
  }
  return gamma;
}

}  // namespace

std::vector<double> autocovariances(std::span<const double> phi, std::span<const double> theta,
                                    std::size_t lags) {
  const std::size_t q = theta.size();
  std::vector<double> pure(lags + q + 1, 0);
  pure[0] = 1;
  if (!phi.empty()) pure = ar_autocovariances(phi, lags + q);
  if (pure.empty() || q == 0) return pure;
  std::vector<double> products(q + 1);  // sum_i theta_i theta_{i+l}
  const auto coefficient = [&](std::size_t i) { return i == 0 ? 1.0 : theta[i - 1]; };
  for (std::size_t l = 0; l <= q; ++l) {
    for (std::size_t i = 0; i + l <= q; ++i) products[l] += coefficient(i) * coefficient(i + l);
  }
  std::vector<double> gamma(lags + 1);
  for (std::size_t k = 0; k <= lags; ++k) {
    double sum = products[0] * pure[k];
    for (std::size_t l = 1; l <= q; ++l) {
      if (products[l] != 0) sum += products[l] * (pure[k + l] + pure[k > l ? k - l : l - k]);
    }
    gamma[k] = sum;
  }
  return gamma;
}

std::vector<double> psi_weights(std::span<const double> phi, std::span<const double> theta,
                                std::size_t count) {
  std::vector<double> psi(count, 0);
  for (std::size_t j = 0; j < count; ++j) {
    double value = j == 0 ? 1 : j <= theta.size() ? theta[j - 1] : 0;
    for (std::size_t i = 1; i <= std::min(j, phi.size()); ++i) value += phi[i - 1] * psi[j - i];
    psi[j] = value;
  }
  return psi;
}

}  // namespace clientele::forecast
