#include "models/lifetime/purchase_curve.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/lifetime/elementary.hpp"
#include "models/lifetime/geometric_dropout.hpp"
#include "numeric/simd.hpp"

namespace clientele::lifetime {
namespace {

constexpr std::size_t kFewestNodes = 16;
constexpr std::size_t kMostNodes = 256;
constexpr double kTolerance = 1e-13;  // of the last coefficients relative to the least value

// Clenshaw's recurrence at u_i = ln(1 + time / (alpha + age_i)), times w.
CLIENTELE_SIMD
void clenshaw(const double* age, std::size_t size, double time, double alpha, double u_max,
              const double* coefficients, std::size_t degree, double* expected) {
  constexpr std::size_t kTile = 16;
  for (std::size_t at = 0; at < size; at += kTile) {
    double x[kTile], w[kTile], b1[kTile] = {}, b2[kTile] = {};
    for (std::size_t i = 0; i < kTile; ++i) {
      w[i] = time / (alpha + (at + i < size ? age[at + i] : age[size - 1]));
      x[i] = 2.0 * log1p_positive(w[i]) / u_max - 1.0;
    }
    for (std::size_t k = degree; k > 0; --k) {
      for (std::size_t i = 0; i < kTile; ++i) {
        const double b0 = 2.0 * x[i] * b1[i] - b2[i] + coefficients[k];
        b2[i] = b1[i];
        b1[i] = b0;
      }
    }
    const std::size_t left = size - at < kTile ? size - at : kTile;
    for (std::size_t i = 0; i < left; ++i) {
      expected[at + i] = w[i] * (x[i] * b1[i] - b2[i] + coefficients[0]);
    }
  }
}

CLIENTELE_SIMD
void pareto_rows(const double* age, std::size_t size, double time, double alpha, double power,
                 double s, double beta, double* expected) {
  for (std::size_t i = 0; i < size; ++i) {
    const double scale = beta + age[i];
    const double u = log1p_positive(time / scale);
    expected[i] = power / (alpha + age[i]) * scale * u * expm1_ratio((1.0 - s) * u);
  }
}

}  // namespace

PurchaseCurve::PurchaseCurve(const PurchaseModel& model, std::uint32_t repeats, double least_age,
                             double longest_time, std::size_t evaluations)
    : model_(model), repeats_(repeats) {
  const bool closed = model.everybody_alive() || model.family == Family::pareto_nbd;
  if (closed || longest_time <= 0 || evaluations <= 2 * kFewestNodes) return;
  const double u_max = std::log1p(longest_time / (model.alpha + least_age));
  for (std::size_t nodes = kFewestNodes; nodes <= kMostNodes && 2 * nodes <= evaluations;
       nodes *= 2) {
    if (interpolate(u_max, nodes)) return;
  }
  coefficients_.clear();
}

bool PurchaseCurve::interpolate(double u_max, std::size_t nodes) {
  const double n = static_cast<double>(nodes);
  std::vector<double> value(nodes);
  double least = HUGE_VAL;
  for (std::size_t j = 0; j < nodes; ++j) {
    const double x = std::cos(std::numbers::pi * (static_cast<double>(j) + 0.5) / n);
    const double w = std::expm1(0.5 * u_max * (x + 1.0));
    value[j] = geometric_expected_purchases(model_, repeats_, w) / w;
    least = std::min(least, value[j]);
  }
  u_max_ = u_max;
  coefficients_.assign(nodes, 0.0);
  std::vector<double> cosine(4 * nodes);
  for (std::size_t j = 0; j < 4 * nodes; ++j) {
    cosine[j] = std::cos(std::numbers::pi * static_cast<double>(j) / (2.0 * n));
  }
  for (std::size_t k = 0; k < nodes; ++k) {
    double sum = 0;
    for (std::size_t j = 0; j < nodes; ++j) sum += value[j] * cosine[k * (2 * j + 1) % (4 * nodes)];
    coefficients_[k] = sum * (k == 0 ? 1.0 : 2.0) / n;
  }
  const double last =
      std::max({std::abs(coefficients_[nodes - 1]), std::abs(coefficients_[nodes - 2]),
                std::abs(coefficients_[nodes - 3])});
  if (!(last <= std::max(kTolerance * least, 4e-16 * std::abs(coefficients_[0])))) return false;
  while (coefficients_.size() > 2 && std::abs(coefficients_.back()) <= 0.1 * kTolerance * least) {
    coefficients_.pop_back();
  }
  return true;
}

void PurchaseCurve::evaluate(std::span<const double> age, double time,
                             std::span<double> expected) const {
  if (age.empty()) return;
  if (!coefficients_.empty()) {
    clenshaw(age.data(), age.size(), time, model_.alpha, u_max_, coefficients_.data(),
             coefficients_.size() - 1, expected.data());
    return;
  }
  if (model_.family == Family::pareto_nbd && !model_.everybody_alive()) {
    pareto_rows(age.data(), age.size(), time, model_.alpha, model_.r + repeats_,
                model_.dropout_shape, model_.dropout_scale, expected.data());
    return;
  }
  for (std::size_t i = 0; i < age.size(); ++i) {
    expected[i] = expected_purchases_if_alive(model_, {repeats_, 0.0, age[i]}, time);
  }
}

}  // namespace clientele::lifetime
