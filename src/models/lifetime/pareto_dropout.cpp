// Pareto/NBD; the formulas stand in the header. Per row the log of the bracket is
//   -(r+x) ln(alpha+T) - s ln(beta+T) + ln(1 + e^eta),
//   eta = ln s + (r+x) ln((alpha+T)/(alpha+t)) + s ln((beta+T)/(beta+t)) + ln int f,
// with f of leaving_integral.hpp. The first and second derivatives of eta are means and covariances
// of the derivatives of ln f over the moment of leaving. Degenerate: t = T has no second term, so
// e^eta = 0; T = 0 rows contribute nothing.
#include "models/lifetime/pareto_dropout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/parallel.hpp"
#include "models/lifetime/elementary.hpp"
#include "models/lifetime/leaving_integral.hpp"
#include "models/lifetime/rising_factorial.hpp"

namespace clientele::lifetime {
namespace {

struct Row {
  double power;           // r + x
  double ln_alpha_ratio;  // ln((alpha+T)/(alpha+t))
  double ln_beta_ratio;   // ln((beta+T)/(beta+t))
  double p_end;           // alpha/(alpha+T)
  double g_end;           // beta/(beta+T)
  double age;
};

Row row_of(const ParetoParameters& at, double power, double recency, double age) {
  return {power,
          log1p_positive((age - recency) / (at.alpha + recency)),
          log1p_positive((age - recency) / (at.beta + recency)),
          at.alpha / (at.alpha + age),
          at.beta / (at.beta + age),
          age};
}

double log_ratio(const ParetoParameters& at, const Row& row, double mass) {
  if (mass < 1e-300) return -std::numeric_limits<double>::infinity();
  return log_positive(at.s * mass) + row.power * row.ln_alpha_ratio + at.s * row.ln_beta_ratio;
}

// Adds weight times ln(1 + e^eta), in (r, ln alpha, s, ln beta); the upper triangle only.
void add_leaving(Curve<4>& curve, const ParetoParameters& at, const Row& row,
                 const LeavingMoments& m, double weight) {
  const double eta = log_ratio(at, row, m[kMass]);
  if (!(eta > -700.0)) return;
  const double e = exp_clamped(-std::abs(eta));
  const double odds = (eta > 0 ? 1.0 : e) / (1.0 + e);
  const double inverse = 1.0 / m[kMass];
  double mean[4];
  for (int i = 0; i < 4; ++i) mean[i] = m[kA + i] * inverse;
  const double slope[4] = {1.0, -row.power, 1.0, -(at.s + 1.0)};
  const double first[4] = {row.ln_alpha_ratio + mean[0], row.power * (row.p_end - mean[1]),
                           1.0 / at.s + row.ln_beta_ratio + mean[2],
                           at.s * row.g_end - (at.s + 1.0) * mean[3]};
  double second[4][4];
  int place = kAa;
  for (int i = 0; i < 4; ++i) {
    for (int j = i; j < 4; ++j) {
      second[i][j] = slope[i] * slope[j] * (m[place++] * inverse - mean[i] * mean[j]);
    }
  }
  second[0][1] += row.p_end - mean[1];
  second[1][1] += row.power * (row.p_end * (1.0 - row.p_end) - (mean[1] - m[kPp] * inverse));
  second[2][2] -= 1.0 / (at.s * at.s);
  second[2][3] += row.g_end - mean[3];
  second[3][3] +=
      at.s * row.g_end * (1.0 - row.g_end) - (at.s + 1.0) * (mean[3] - m[kGg] * inverse);
  curve.value += weight * (std::max(eta, 0.0) + log_positive(1.0 + e));
  for (int i = 0; i < 4; ++i) {
    curve.gradient[i] += weight * odds * first[i];
    for (int j = i; j < 4; ++j) {
      curve.hessian(i, j) += weight * odds * (second[i][j] + (1.0 - odds) * first[i] * first[j]);
    }
  }
}

// Adds weight times r ln alpha - (r+x) ln(alpha+T) + s ln beta - s ln(beta+T).
void add_staying(Curve<4>& curve, const ParetoParameters& at, const Row& row, double weight) {
  const double ln_alpha = log_positive(at.alpha + row.age);
  const double ln_end = log1p_positive(row.age / at.alpha);
  const double ln_beta = log1p_positive(row.age / at.beta);
  const double p = row.p_end;
  const double g = row.g_end;
  curve.value -= weight * (at.r * ln_end + (row.power - at.r) * ln_alpha + at.s * ln_beta);
  curve.gradient[0] -= weight * ln_end;
  curve.gradient[1] += weight * (at.r - row.power * p);
  curve.gradient[2] -= weight * ln_beta;
  curve.gradient[3] += weight * at.s * (1.0 - g);
  curve.hessian(0, 1) += weight * (1.0 - p);
  curve.hessian(1, 1) -= weight * row.power * p * (1.0 - p);
  curve.hessian(2, 3) += weight * (1.0 - g);
  curve.hessian(3, 3) -= weight * at.s * g * (1.0 - g);
}

// Turns derivatives in r and s into those in their logarithms; fills the lower triangle.
void to_logarithms(Curve<4>& curve, const ParetoParameters& at) {
  const Vector<4> scale(at.r, 1.0, at.s, 1.0);
  curve.hessian = (scale.asDiagonal() * curve.hessian * scale.asDiagonal()).eval();
  curve.hessian(0, 0) += curve.gradient[0] * at.r;
  curve.hessian(2, 2) += curve.gradient[2] * at.s;
  curve.gradient = curve.gradient.cwiseProduct(scale).eval();
  curve.hessian.triangularView<Eigen::StrictlyLower>() = curve.hessian.transpose();
}

Curve<4> block_curve(const SummaryTable& table, const Weighting& weights,
                     const ParetoParameters& at, const Block& block) {
  const double power = at.r + table.repeats[block.group];
  const std::size_t size = block.end - block.begin;
  const std::span<const double> recency(table.recency.data() + block.begin, size);
  const std::span<const double> age(table.age.data() + block.begin, size);
  const std::vector<LeavingMoments> moments = leaving_moments(at, power, recency, age);
  Curve<4> curve;
  for (std::size_t i = 0; i < size; ++i) {
    const double weight = weights.row[block.begin + i];
    if (weight == 0 || age[i] == 0) continue;
    const Row row = row_of(at, power, recency[i], age[i]);
    add_staying(curve, at, row, weight);
    add_leaving(curve, at, row, moments[i], weight);
  }
  return curve;
}

}  // namespace

Curve<4> pareto_log_likelihood(const SummaryTable& table, const Weighting& weights,
                               const Vector<4>& log_parameters, std::size_t threads) {
  const ParetoParameters at{std::exp(log_parameters[0]), std::exp(log_parameters[1]),
                            std::exp(log_parameters[2]), std::exp(log_parameters[3])};
  const std::vector<Block> work = blocks(table);
  std::vector<Curve<4>> partial(work.size());
  const std::size_t chunks = (work.size() + 3) / 4;
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const Range range = chunk_range(work.size(), chunks, chunk);
    for (std::size_t i = range.begin; i < range.end; ++i) {
      partial[i] = block_curve(table, weights, at, work[i]);
    }
  });
  Curve<4> curve;
  for (const Curve<4>& part : partial) {
    curve.value += part.value;
    curve.gradient += part.gradient;
    curve.hessian += part.hessian;
  }
  const LogRising r = weighted_log_rising(at.r, table.repeats, weights.group_tail, 0);
  curve.value += r.value;
  curve.gradient[0] += r.first;
  curve.hessian(0, 0) += r.second;
  to_logarithms(curve, at);
  return curve;
}

void pareto_probabilities_alive(const PurchaseModel& model, std::uint32_t repeats,
                                std::span<const double> recency, std::span<const double> age,
                                std::span<double> alive) {
  const ParetoParameters at{model.r, model.alpha, model.dropout_shape, model.dropout_scale};
  const double power = at.r + repeats;
  const std::vector<LeavingMoments> moments = leaving_moments(at, power, recency, age);
  for (std::size_t i = 0; i < age.size(); ++i) {
    const double eta = log_ratio(at, row_of(at, power, recency[i], age[i]), moments[i][kMass]);
    alive[i] = eta < -700.0 ? 1.0 : 1.0 / (1.0 + exp_clamped(eta));
  }
}

double pareto_expected_lifetime(const PurchaseModel& model, double age, double time) {
  const double scale = model.dropout_scale + age;
  const double u = log1p_positive(time / scale);
  return scale * u * expm1_ratio((1.0 - model.dropout_shape) * u);
}

}  // namespace clientele::lifetime
