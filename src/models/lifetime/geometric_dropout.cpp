// Likelihood and P(alive) of BG/NBD and MBG/NBD; the formulas stand in the header. Per row the log
// of alpha^r times the bracket is -(r+x) ln(1+T/alpha) - x ln(alpha) + ln(1 + e^eta),
// eta = ln(a/(b+x+k-1)) + (r+x) ln(1 + (T-t)/(alpha+t)). Everything that r multiplies is small
// where alpha is large, so that nothing cancels on the ridge r, alpha -> infinity. Degenerate: T =
// 0 rows contribute nothing; x + k = 0 has no second term.
#include "models/lifetime/geometric_dropout.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "base/parallel.hpp"
#include "models/lifetime/elementary.hpp"
#include "models/lifetime/rising_factorial.hpp"
#include "numeric/simd.hpp"

namespace clientele::lifetime {
namespace {

// Weighted sums over rows of one group. L = ln(1+T/alpha), p = alpha/(alpha+T), g = 1 - p, q = p -
// alpha/(alpha+t), D = ln((alpha+T)/(alpha+t)), s = logistic(eta), v = s(1-s), u = p g - the same
// at t.
enum Sum { kLog, kP, kG, kPg, kSoft, kS, kSd, kSq, kSu, kV, kVd, kVq, kVdd, kVdq, kVqq, kSums };
using Sums = std::array<double, kSums>;

constexpr std::size_t kLanes = 8;
constexpr std::size_t kTile = 64;

struct Tile {
  double term[kSums][kTile];
};

// Terms of up to kTile rows; `size` is a multiple of kLanes, padding has weight 0.
CLIENTELE_SIMD_INLINE void fill(Tile& tile, const double* age, const double* recency,
                                const double* weight, std::size_t size, double alpha, double power,
                                double log_odds, double leaves) {
  for (std::size_t i = 0; i < size; ++i) {
    const double total = alpha + age[i];
    const double seen = alpha + recency[i];
    const double silence = (age[i] - recency[i]) / seen;
    const double p = alpha / total;
    const double g = age[i] / total;
    const double d = log1p_positive(silence);
    const double q = -p * silence;
    const double u = p * g - alpha / seen * (recency[i] / seen);
    const double eta = log_odds + power * d;
    const double e = exp_clamped(eta > 0 ? -eta : eta);
    const double s = (eta > 0 ? 1.0 : e) / (1.0 + e);
    const double v = e / ((1.0 + e) * (1.0 + e));
    const double w = weight[i];
    const double ws = leaves * w * s;
    const double wv = leaves * w * v;
    tile.term[kLog][i] = w * log1p_positive(age[i] / alpha);
    tile.term[kP][i] = w * p;
    tile.term[kG][i] = w * g;
    tile.term[kPg][i] = w * p * g;
    tile.term[kSoft][i] = leaves * w * ((eta > 0 ? eta : 0.0) + log_positive(1.0 + e));
    tile.term[kS][i] = ws;
    tile.term[kSd][i] = ws * d;
    tile.term[kSq][i] = ws * q;
    tile.term[kSu][i] = ws * u;
    tile.term[kV][i] = wv;
    tile.term[kVd][i] = wv * d;
    tile.term[kVq][i] = wv * q;
    tile.term[kVdd][i] = wv * d * d;
    tile.term[kVdq][i] = wv * d * q;
    tile.term[kVqq][i] = wv * q * q;
  }
}

// log_odds and leaves as in the header: leaves is {x+k>0}.
CLIENTELE_SIMD
void sum_rows(const double* age, const double* recency, const double* weight, std::size_t rows,
              double alpha, double power, double log_odds, double leaves, double* sums) {
  double lanes[kSums][kLanes] = {};
  Tile tile;
  double padded[3][kTile];
  for (std::size_t at = 0; at < rows; at += kTile) {
    const std::size_t left = rows - at < kTile ? rows - at : kTile;
    const std::size_t size = (left + kLanes - 1) / kLanes * kLanes;
    for (std::size_t i = 0; i < size; ++i) {
      const bool real = i < left;
      padded[0][i] = real ? age[at + i] : 0.0;
      padded[1][i] = real ? recency[at + i] : 0.0;
      padded[2][i] = real ? weight[at + i] : 0.0;
    }
    fill(tile, padded[0], padded[1], padded[2], size, alpha, power, log_odds, leaves);
    for (std::size_t s = 0; s < kSums; ++s) {
      for (std::size_t i = 0; i < size; i += kLanes) {
        for (std::size_t l = 0; l < kLanes; ++l) lanes[s][l] += tile.term[s][i + l];
      }
    }
  }
  for (std::size_t s = 0; s < kSums; ++s) {
    const double* a = lanes[s];
    sums[s] += ((a[0] + a[4]) + (a[1] + a[5])) + ((a[2] + a[6]) + (a[3] + a[7]));
  }
}

struct Natural {
  double r, alpha, a, b;
};

Natural natural(const Vector& log_parameters) {
  return {std::exp(log_parameters[0]), std::exp(log_parameters[1]), std::exp(log_parameters[2]),
          std::exp(log_parameters[3])};
}

double ln_odds(double a, double b, std::uint32_t x, std::uint32_t shift) {
  return std::log(a / (b + (static_cast<double>(x) + shift - 1.0)));
}

// Sums of every group, folded in the order of the blocks.
std::vector<Sums> group_sums(const SummaryTable& table, const Weighting& weights, const Natural& at,
                             std::uint32_t shift, std::size_t threads) {
  const std::vector<Block> work = blocks(table);
  std::vector<Sums> partial(work.size(), Sums{});
  const std::size_t chunks = (work.size() + 7) / 8;
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const Range range = chunk_range(work.size(), chunks, chunk);
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const Block& block = work[i];
      const std::uint32_t x = table.repeats[block.group];
      const bool leaves = x + shift > 0;
      sum_rows(table.age.data() + block.begin, table.recency.data() + block.begin,
               weights.row.data() + block.begin, block.end - block.begin, at.alpha, at.r + x,
               leaves ? ln_odds(at.a, at.b, x, shift) : 0.0, leaves ? 1.0 : 0.0, partial[i].data());
    }
  });
  std::vector<Sums> total(table.groups(), Sums{});
  for (std::size_t i = 0; i < work.size(); ++i) {
    for (std::size_t s = 0; s < kSums; ++s) total[work[i].group][s] += partial[i][s];
  }
  return total;
}

// Adds one group's share in (r, ln alpha, ln a, ln b); the upper triangle of the Hessian only.
void add_group(Curve& curve, const Sums& s, double r, double x, double e) {
  const double power = r + x;
  curve.value += s[kSoft] - power * s[kLog];
  curve.gradient[0] += s[kSd] - s[kLog];
  curve.gradient[1] += power * s[kSq] + r * s[kG] - x * s[kP];
  curve.gradient[2] += s[kS];
  curve.gradient[3] -= e * s[kS];
  Matrix& h = curve.hessian;
  h(0, 0) += s[kVdd];
  h(0, 1) += s[kSq] + s[kG] + power * s[kVdq];
  h(0, 2) += s[kVd];
  h(0, 3) -= e * s[kVd];
  h(1, 1) += power * (s[kSu] - s[kPg]) + power * power * s[kVqq];
  h(1, 2) += power * s[kVq];
  h(1, 3) -= e * power * s[kVq];
  h(2, 2) += s[kV];
  h(2, 3) -= e * s[kV];
  h(3, 3) += e * e * s[kV] - e * (1.0 - e) * s[kS];
}

// The terms that depend on the repeats alone, in (r, ln alpha, ln a, ln b).
void add_prefixes(Curve& curve, const SummaryTable& table, const Weighting& weights,
                  const Natural& at, std::uint32_t shift) {
  const LogRising r = weighted_log_rising(at.r, table.repeats, weights.group_tail, 0);
  const LogRisingQuotient stay =
      weighted_log_rising_quotient(at.a, at.b, table.repeats, weights.group_tail, shift);
  curve.value += r.value - weights.repeats * std::log(at.alpha) + stay.value;
  curve.gradient[0] += r.first;
  curve.gradient[2] += stay.by_a;
  curve.gradient[3] += stay.by_b;
  Matrix& h = curve.hessian;
  h(0, 0) += r.second;
  h(2, 2) += stay.by_aa;
  h(2, 3) += stay.by_ab;
  h(3, 3) += stay.by_bb;
}

}  // namespace

Curve geometric_log_likelihood(const SummaryTable& table, const Weighting& weights,
                               const Vector& log_parameters, std::uint32_t shift,
                               std::size_t threads) {
  const Natural at = natural(log_parameters);
  const std::vector<Sums> sums = group_sums(table, weights, at, shift, threads);
  Curve curve;
  for (std::size_t g = 0; g < table.groups(); ++g) {
    const double x = table.repeats[g];
    const double e = x + shift > 0 ? at.b / (at.b + (x + shift - 1.0)) : 0.0;
    add_group(curve, sums[g], at.r, x, e);
  }
  add_prefixes(curve, table, weights, at, shift);
  curve.hessian(0, 0) = curve.hessian(0, 0) * at.r * at.r + curve.gradient[0] * at.r;
  for (std::size_t j = 1; j < 4; ++j) curve.hessian(0, j) *= at.r;
  curve.gradient[0] *= at.r;
  curve.hessian.mirror();
  return curve;
}

namespace {

CLIENTELE_SIMD
void alive_rows(const double* recency, const double* age, std::size_t rows, double alpha,
                double power, double log_odds, double* alive) {
  for (std::size_t i = 0; i < rows; ++i) {
    const double d = log1p_positive((age[i] - recency[i]) / (alpha + recency[i]));
    alive[i] = 1.0 / (1.0 + exp_clamped(log_odds + power * d));
  }
}

}  // namespace

void geometric_probabilities_alive(const PurchaseModel& model, std::uint32_t repeats,
                                   std::span<const double> recency, std::span<const double> age,
                                   std::span<double> alive) {
  if (repeats + model.shift() == 0) {
    for (double& value : alive) value = 1.0;
    return;
  }
  alive_rows(recency.data(), age.data(), alive.size(), model.alpha, model.r + repeats,
             ln_odds(model.dropout_shape, model.dropout_scale, repeats, model.shift()),
             alive.data());
}

}  // namespace clientele::lifetime
