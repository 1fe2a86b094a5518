// E[Y | alive] of BG/NBD and MBG/NBD. Let R = r + x, B = b + x + k, c = a + B - 1, A = c - R,
// u = ln(1 + w), z = w / (1 + w).
//
// Series (Euler's transformation of the 2F1 of Fader, Hardie, Lee 2005, eq. 10):
//   E = -c expm1(-(a-1) u) / (a-1) - e^{-(a-1) u} sum_{n>=1} (A)_n (a)_{n-1} / ((c+1)_{n-1} n!)
//   z^n.
// Regular at a = 1 (first term c u) and at c = 0. Both parts may be much larger than E; then:
//
// Quadrature. Integrating by parts at p = 0 and taking h(1) apart at p = 1,
//   E = h(1) + B/(a+1+B) * E over p ~ beta(a+1, B+1) of (h(p) - h(1))/(1-p) - h'(p)/(a+B),
// positive throughout because h falls in p. In s = logit p the weight is log-concave with tails of
// exponent >= 1 on both sides, and the integrand is analytic for |Im s| < pi/2, so the trapezoidal
// rule converges exponentially; the weight normalises itself, so no beta function is needed.
// Complexity: series 7-200 terms; quadrature 40-400 nodes.
#include <algorithm>
#include <cmath>
#include <limits>

#include "models/lifetime/geometric_dropout.hpp"

namespace clientele::lifetime {
namespace {

constexpr int kMostTerms = 200;
constexpr double kMostCancellation = 1e3;

// h(p) and -h'(p).
struct Height {
  double value;
  double fall;
};

Height height(double p, double w, double power) {
  const double y = p * w;
  const double g = -std::expm1(-power * std::log1p(y));
  if ((power + 2.0) * y < 0.01) {  // g - p g' cancels: sum_{n>=2} (n-1) (R)_n/n! (-1)^n y^n
    double term = power * y;
    double sum = 0;
    for (int n = 2; n <= 9; ++n) {
      term *= -(power + n - 1.0) * y / n;
      sum -= term * (n - 1.0);
    }
    return {g / p, sum / (p * p)};
  }
  return {g / p, (g - power * y * (1.0 - g) / (1.0 + y)) / (p * p)};
}

double softplus(double s) { return std::max(s, 0.0) + std::log1p(std::exp(-std::abs(s))); }

}  // namespace

double euler_series(const PurchaseModel& model, std::uint32_t repeats, double w) {
  constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
  const double a = model.dropout_shape;
  const double c = a + model.dropout_scale + repeats + model.shift() - 1.0;
  const double shift = c - (model.r + repeats);
  const double z = w / (1.0 + w);
  const double u = std::log1p(w);
  double term = shift * z;
  double sum = term;
  double size = std::abs(term);
  int n = 1;
  for (; n < kMostTerms && std::abs(term) > 1e-17 * size; ++n) {
    term *= (shift + n) * (a + n - 1.0) / ((c + n) * (n + 1.0)) * z;
    sum += term;
    size += std::abs(term);
  }
  if (n == kMostTerms || !std::isfinite(size)) return kUndefined;
  const double exponent = -(a - 1.0) * u;
  const double first = std::abs(a - 1.0) < 1e-300 ? c * u : -c * std::expm1(exponent) / (a - 1.0);
  const double scale = std::exp(exponent);
  const double result = first - scale * sum;
  const bool sound = result > 0 && std::abs(first) + scale * size < kMostCancellation * result;
  return sound ? result : kUndefined;
}

double logit_quadrature(const PurchaseModel& model, std::uint32_t repeats, double w) {
  const double a = model.dropout_shape;
  const double beta = model.dropout_scale + repeats + model.shift();
  const double power = model.r + repeats;
  const double end = -std::expm1(-power * std::log1p(w));  // h(1)
  const double left = a + 1.0;
  const double right = beta + 1.0;
  const double mode = std::log(left / right);
  const double spread = std::sqrt((left + right) / (left * right));
  const double from = std::min(mode, -std::log1p(w * (power + 1.0))) - 40.0 / left - 9.0 * spread;
  const double to = mode + 40.0 / right + 9.0 * spread;
  const double step = std::min(0.25, 0.55 * spread);
  const double peak = left * mode - (left + right) * softplus(mode);
  double mass = 0;
  double sum = 0;
  const auto nodes = static_cast<int>(std::ceil((to - from) / step));
  for (int i = 0; i <= nodes; ++i) {
    const double s = from + i * step;
    const double weight = std::exp(left * s - (left + right) * softplus(s) - peak);
    const double p = s > 0 ? 1.0 / (1.0 + std::exp(-s)) : std::exp(s) / (1.0 + std::exp(s));
    const double rest = s > 0 ? std::exp(-s) / (1.0 + std::exp(-s)) : 1.0 / (1.0 + std::exp(s));
    if (weight == 0 || p == 0 || rest == 0) continue;
    const Height h = height(p, w, power);
    mass += weight;
    sum += weight * (std::max(h.value - end, 0.0) / rest + h.fall / (a + beta));
  }
  return end + beta / (left + beta) * (sum / mass);
}

double geometric_expected_purchases(const PurchaseModel& model, std::uint32_t repeats, double w) {
  if (w <= 0) return 0.0;
  if (w < 9.0) {
    const double series = euler_series(model, repeats, w);
    if (std::isfinite(series)) return series;
  }
  return logit_quadrature(model, repeats, w);
}

}  // namespace clientele::lifetime
