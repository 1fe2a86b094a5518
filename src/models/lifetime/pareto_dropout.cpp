// Pareto/NBD; the formulas stand in the header. Per row the log of the bracket is
//   -(r+x) ln(alpha+T) - s ln(beta+T) + ln(1 + e^eta),
//   eta = ln s + ln int_t^T ((alpha+T)/(alpha+y))^(r+x) ((beta+T)/(beta+y))^s dy/(beta+y).
// With the nodes' shares as probabilities, d eta and d2 eta are means and covariances of
//   A = ln((alpha+T)/(alpha+y)), P = alpha/(alpha+y), B = ln((beta+T)/(beta+y)), G = beta/(beta+y).
// Degenerate: t = T has no second term, so e^eta = 0.
#include "models/lifetime/pareto_dropout.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "base/parallel.hpp"
#include "models/lifetime/elementary.hpp"
#include "models/lifetime/rising_factorial.hpp"
#include "numeric/simd.hpp"

namespace clientele::lifetime {
namespace {

constexpr int kNodes = 16;
// Abscissae and weights of the 16-point Gauss-Legendre rule on [0, 1].
constexpr double kAt[kNodes] = {
    0.0052995325041750337, 0.0277124884633837102, 0.0671843988060841224, 0.1222977958224984867,
    0.1910618777986781147, 0.2709916111713863151, 0.3591982246103705422, 0.4524937450811812866,
    0.5475062549188187134, 0.6408017753896294578, 0.7290083888286136849, 0.8089381222013218853,
    0.8777022041775015133, 0.9328156011939158776, 0.9722875115366162898, 0.9947004674958249663};
constexpr double kShare[kNodes] = {
    0.0135762297058770490, 0.0311267619693239538, 0.0475792558412463928, 0.0623144856277669384,
    0.0747979944082883680, 0.0845782596975012679, 0.0913017075224617940, 0.0947253052275342511,
    0.0947253052275342511, 0.0913017075224617940, 0.0845782596975012679, 0.0747979944082883680,
    0.0623144856277669384, 0.0475792558412463928, 0.0311267619693239538, 0.0135762297058770490};

struct Natural {
  double r, alpha, s, beta;
};

// Unnormalised moments over the nodes: mass, means, products of (A, P, B, G).
enum Moment { kMass, kA, kP, kB, kG, kAa, kAp, kAb, kAg, kPp, kPb, kPg, kBb, kBg, kGg, kMoments };
using Moments = std::array<double, kMoments>;

struct Row {
  double power;  // r + x
  double recency;
  double age;
};

inline double total(const double* v) {
  const double a = (v[0] + v[8]) + (v[4] + v[12]) + ((v[1] + v[9]) + (v[5] + v[13]));
  const double b = (v[2] + v[10]) + (v[6] + v[14]) + ((v[3] + v[11]) + (v[7] + v[15]));
  return a + b;
}

// Adds the panel [from, from * e^length] of y + min(alpha, beta); the integrand is relative to its
// value at the recency. Returns its log at the end of the panel.
CLIENTELE_SIMD
double add_panel(const Natural& at, const Row& row, double from, double length, bool with_moments,
                 double* moments) {
  const double least = at.alpha < at.beta ? at.alpha : at.beta;
  const double more_alpha = at.alpha - least;
  const double more_beta = at.beta - least;
  const double alpha_seen = 1.0 / (at.alpha + row.recency);
  const double beta_seen = 1.0 / (at.beta + row.recency);
  const double alpha_end = at.alpha + row.age;
  const double beta_end = at.beta + row.age;
  double a[kNodes], p[kNodes], b[kNodes], g[kNodes], f[kNodes], v[kNodes];
  for (int i = 0; i < kNodes; ++i) {
    const double m = from * exp_clamped(length * kAt[i]);
    const double in_alpha = m + more_alpha;
    const double in_beta = m + more_beta;
    const double fall =
        row.power * log_positive(in_alpha * alpha_seen) + at.s * log_positive(in_beta * beta_seen);
    f[i] = kShare[i] * length * (m / in_beta) * exp_clamped(-fall);
    a[i] = log_positive(alpha_end / in_alpha);
    p[i] = at.alpha / in_alpha;
    b[i] = log_positive(beta_end / in_beta);
    g[i] = at.beta / in_beta;
  }
  moments[kMass] += total(f);
  if (with_moments) {
    const double* feature[4] = {a, p, b, g};
    double fx[4][kNodes];
    for (int j = 0; j < 4; ++j) {
      for (int i = 0; i < kNodes; ++i) fx[j][i] = f[i] * feature[j][i];
      moments[kA + j] += total(fx[j]);
    }
    int place = kAa;
    for (int j = 0; j < 4; ++j) {
      for (int k = j; k < 4; ++k) {
        for (int i = 0; i < kNodes; ++i) v[i] = fx[j][i] * feature[k][i];
        moments[place++] += total(v);
      }
    }
  }
  const double m = from * exp_clamped(length);
  return -row.power * log_positive((m + more_alpha) * alpha_seen) -
         at.s * log_positive((m + more_beta) * beta_seen);
}

// Integrates over the moment of leaving.
Moments integrate(const Natural& at, const Row& row, bool with_moments) {
  Moments moments{};
  const double least = std::min(at.alpha, at.beta);
  const double steepest = row.power + at.s + 1.0;
  double from = least + row.recency;
  double left = std::log((least + row.age) / from);
  while (left > 0) {
    const double slope = row.power * from / (from + at.alpha - least) +
                         (at.s + 1.0) * from / (from + at.beta - least);
    const double local = std::max(14.0 / steepest, std::min(1.5, 3.0 / slope));
    double length = std::min({left, 4.0, local});
    if (left - length < 0.05 * length) length = left;
    const double log_value = add_panel(at, row, from, length, with_moments, moments.data());
    if (log_value < -42.0) break;
    from *= std::exp(length);
    left = length == left ? 0.0 : std::log((least + row.age) / from);
  }
  return moments;
}

double log_ratio(const Natural& at, const Row& row, double mass) {
  if (mass <= 0) return -std::numeric_limits<double>::infinity();
  return std::log(at.s * mass) +
         row.power * std::log((at.alpha + row.age) / (at.alpha + row.recency)) +
         at.s * std::log((at.beta + row.age) / (at.beta + row.recency));
}

double logistic(double eta) {
  return eta > 0 ? 1.0 / (1.0 + std::exp(-eta)) : std::exp(eta) / (1.0 + std::exp(eta));
}

// Adds weight times the share of e^eta, in (r, ln alpha, s, ln beta).
void add_leaving(Curve<4>& curve, const Natural& at, const Row& row, double weight) {
  const Moments m = integrate(at, row, true);
  const double eta = log_ratio(at, row, m[kMass]);
  if (!(eta > -700.0)) return;
  const double odds = logistic(eta);
  const double p_end = at.alpha / (at.alpha + row.age);
  const double g_end = at.beta / (at.beta + row.age);
  Vector<4> mean;
  for (int i = 0; i < 4; ++i) mean[i] = m[kA + i] / m[kMass];
  const Vector<4> slope(1.0, -row.power, 1.0, -(at.s + 1.0));
  const Vector<4> first(mean[0], row.power * (p_end - mean[1]), 1.0 / at.s + mean[2],
                        at.s * g_end - (at.s + 1.0) * mean[3]);
  Matrix<4> second;
  int place = kAa;
  for (int i = 0; i < 4; ++i) {
    for (int j = i; j < 4; ++j) {
      second(i, j) = slope[i] * slope[j] * (m[place++] / m[kMass] - mean[i] * mean[j]);
    }
  }
  second(0, 1) += p_end - mean[1];
  second(1, 1) += row.power * (p_end * (1.0 - p_end) - (mean[1] - m[kPp] / m[kMass]));
  second(2, 2) -= 1.0 / (at.s * at.s);
  second(2, 3) += g_end - mean[3];
  second(3, 3) += at.s * g_end * (1.0 - g_end) - (at.s + 1.0) * (mean[3] - m[kGg] / m[kMass]);
  curve.value += weight * (std::max(eta, 0.0) + std::log1p(std::exp(-std::abs(eta))));
  curve.gradient += weight * odds * first;
  for (int i = 0; i < 4; ++i) {
    for (int j = i; j < 4; ++j) {
      curve.hessian(i, j) += weight * odds * (second(i, j) + (1.0 - odds) * first[i] * first[j]);
    }
  }
}

// Adds weight times r ln alpha - (r+x) ln(alpha+T) + s ln beta - s ln(beta+T).
void add_staying(Curve<4>& curve, const Natural& at, const Row& row, double weight) {
  const double ln_alpha = std::log(at.alpha + row.age);
  const double ln_beta = std::log1p(row.age / at.beta);
  const double p = at.alpha / (at.alpha + row.age);
  const double g = at.beta / (at.beta + row.age);
  curve.value += weight * (at.r * std::log(at.alpha) - row.power * ln_alpha - at.s * ln_beta);
  curve.gradient += weight * Vector<4>(std::log(at.alpha) - ln_alpha, at.r - row.power * p,
                                       -ln_beta, at.s * (1.0 - g));
  curve.hessian(0, 1) += weight * (1.0 - p);
  curve.hessian(1, 1) -= weight * row.power * p * (1.0 - p);
  curve.hessian(2, 3) += weight * (1.0 - g);
  curve.hessian(3, 3) -= weight * at.s * g * (1.0 - g);
}

// Turns derivatives in r and s into those in their logarithms; fills the lower triangle.
void to_logarithms(Curve<4>& curve, const Natural& at) {
  const Vector<4> scale(at.r, 1.0, at.s, 1.0);
  curve.hessian = scale.asDiagonal() * curve.hessian * scale.asDiagonal();
  curve.hessian(0, 0) += curve.gradient[0] * at.r;
  curve.hessian(2, 2) += curve.gradient[2] * at.s;
  curve.gradient = curve.gradient.cwiseProduct(scale).eval();
  curve.hessian.triangularView<Eigen::StrictlyLower>() = curve.hessian.transpose();
}

}  // namespace

Curve<4> pareto_log_likelihood(const SummaryTable& table, const Weighting& weights,
                               const Vector<4>& log_parameters, std::size_t threads) {
  const Natural at{std::exp(log_parameters[0]), std::exp(log_parameters[1]),
                   std::exp(log_parameters[2]), std::exp(log_parameters[3])};
  const std::vector<Block> work = blocks(table);
  std::vector<Curve<4>> partial(work.size());
  parallel_for(threads, work.size(), [&](std::size_t chunk) {
    const Block& block = work[chunk];
    for (std::size_t i = block.begin; i < block.end; ++i) {
      if (weights.row[i] == 0 || table.age[i] == 0) continue;
      const Row row{at.r + table.repeats[block.group], table.recency[i], table.age[i]};
      add_staying(partial[chunk], at, row, weights.row[i]);
      add_leaving(partial[chunk], at, row, weights.row[i]);
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

double pareto_probability_alive(const PurchaseModel& model, const Past& past) {
  const Natural at{model.r, model.alpha, model.dropout_shape, model.dropout_scale};
  const Row row{at.r + past.repeats, past.recency, past.age};
  return logistic(-log_ratio(at, row, integrate(at, row, false)[kMass]));
}

double pareto_expected_lifetime(const PurchaseModel& model, double age, double time) {
  const double s = model.dropout_shape;
  const double u = std::log1p(time / (model.dropout_scale + age));
  const double scale = model.dropout_scale + age;
  if (std::abs(s - 1.0) < 1e-300) return scale * u;
  return -scale * std::expm1(-(s - 1.0) * u) / (s - 1.0);
}

}  // namespace clientele::lifetime
