// Pareto/NBD; the formulas stand in the header. Per row, with f_t of leaving_integral.hpp and D =
// (r+x) ln((alpha+T)/(alpha+t)) + s ln((beta+T)/(beta+t)), the log of alpha^r beta^s times the
// bracket is
//   -(r+x) ln(1+T/alpha) - x ln(alpha) - s ln(1+T/beta) + ln(1 + e^eta),
//   eta = ln s + D + ln int_t^T f_t.
// The first and second derivatives of eta are means and covariances over the moment of leaving.
// Everything that r and s multiply is small where alpha and beta are large, so that nothing cancels
// on the ridges r, alpha -> infinity and s, beta -> infinity. Degenerate: t = T has no second term;
// T = 0 rows contribute nothing.
#include "models/lifetime/pareto_dropout.hpp"

#include <algorithm>
#include <cmath>

#include "base/parallel.hpp"
#include "models/lifetime/elementary.hpp"
#include "models/lifetime/rising_factorial.hpp"
#include "numeric/simd.hpp"

namespace clientele::lifetime {
namespace {

constexpr std::size_t kTile = 16;
constexpr double kLeastMass = 1e-290;  // below, nobody has left

// Value, gradient and the upper triangle of the Hessian, row by row.
enum Sum { kValue, kG0, kG1, kG2, kG3, kH00, kH01, kH02, kH03, kH11, kH12, kH13, kH22, kH23, kH33 };
constexpr std::size_t kSums = kH33 + 1;
using Sums = std::array<double, kSums>;

// Rows of one group side by side; `from` and `to` are the table's moments at recency and at age.
struct Tile {
  double recency[kTile], age[kTile], weight[kTile];
  double from[kLeavingMoments][kTile], to[kLeavingMoments][kTile];
};

// What a row says of the moment of leaving: eta, and of the features the values at T (a, q, b, h),
// means and means of products over [t, T].
struct Leaving {
  double eta, odds;
  double at[4];
  double mean[4];
  double product[4][4];
};

CLIENTELE_SIMD_INLINE Leaving leaving_of(const Tile& tile, std::size_t j, const ParetoParameters& p,
                                         double power) {
  const double t = tile.recency[j];
  const double passed = tile.age[j] - t;
  Leaving out;
  out.at[0] = log1p_positive(passed / (p.alpha + t));
  out.at[1] = p.alpha / (p.alpha + t) * (passed / (p.alpha + tile.age[j]));
  out.at[2] = log1p_positive(passed / (p.beta + t));
  out.at[3] = p.beta / (p.beta + t) * (passed / (p.beta + tile.age[j]));
  const double fall = power * out.at[0] + p.s * out.at[2];
  const double left = exp_clamped(-fall);
  const double mass = tile.from[kMass][j] - left * tile.to[kMass][j];
  const bool some = mass > kLeastMass && passed > 0;
  const double inverse = some ? 1.0 / mass : 0.0;
  for (int i = 0; i < 4; ++i) {
    const double later = tile.to[kA + i][j] + out.at[i] * tile.to[kMass][j];
    const double mean = (tile.from[kA + i][j] - left * later) * inverse;
    out.mean[i] = mean < 0.0 ? 0.0 : mean > out.at[i] ? out.at[i] : mean;
  }
  int place = kAa;
  for (int i = 0; i < 4; ++i) {
    for (int k = i; k < 4; ++k) {
      const double later = tile.to[place][j] + out.at[i] * tile.to[kA + k][j] +
                           out.at[k] * tile.to[kA + i][j] +
                           out.at[i] * out.at[k] * tile.to[kMass][j];
      const double mean = (tile.from[place][j] - left * later) * inverse;
      const double most = out.at[i] * out.at[k];
      out.product[i][k] = mean < 0.0 ? 0.0 : mean > most ? most : mean;
      ++place;
    }
  }
  out.eta = some ? log_positive(p.s * (some ? mass : 1.0)) + fall : -1000.0;
  const double e = exp_clamped(out.eta > 0 ? -out.eta : out.eta);
  out.odds = some ? (out.eta > 0 ? 1.0 : e) / (1.0 + e) : 0.0;
  return out;
}

// Adds the rows' log-likelihoods with their derivatives in (r, ln alpha, s, ln beta) to the lanes.
CLIENTELE_SIMD
void add_rows(const Tile& tile, const ParetoParameters& p, double x, double* lanes) {
  const double power = p.r + x;
  for (std::size_t j = 0; j < kTile; ++j) {
    const Leaving l = leaving_of(tile, j, p, power);
    const double w = tile.weight[j];
    const double age = tile.age[j];
    const double t = tile.recency[j];
    // Not leaving.
    const double ln_alpha = log1p_positive(age / p.alpha);
    const double ln_beta = log1p_positive(age / p.beta);
    const double p_end = p.alpha / (p.alpha + age), p_rest = age / (p.alpha + age);
    const double g_end = p.beta / (p.beta + age), g_rest = age / (p.beta + age);
    const double e = exp_clamped(l.eta > 0 ? -l.eta : l.eta);
    const double soft = l.odds > 0 ? (l.eta > 0 ? l.eta : 0.0) + log_positive(1.0 + e) : 0.0;
    // Derivatives of eta.
    const double p_seen = p.alpha / (p.alpha + t);
    const double g_seen = p.beta / (p.beta + t);
    const double dq = l.mean[1] - l.at[1];
    const double dh = l.mean[3] - l.at[3];
    const double g_mean = g_seen - l.mean[3];
    const double slope[4] = {-1.0, power, -1.0, p.s + 1.0};
    const double first[4] = {l.at[0] - l.mean[0], power * dq, 1.0 / p.s + l.at[2] - l.mean[2],
                             p.s * dh - g_mean};
    double second[4][4];
    for (int i = 0; i < 4; ++i) {
      for (int k = i; k < 4; ++k) {
        second[i][k] = slope[i] * slope[k] * (l.product[i][k] - l.mean[i] * l.mean[k]);
      }
    }
    const double g_both = g_mean - (g_seen * g_seen - 2.0 * g_seen * l.mean[3] + l.product[3][3]);
    second[0][1] += dq;
    second[1][1] += power * (dq * (1.0 - 2.0 * p_seen) + l.product[1][1] - l.at[1] * l.at[1]);
    second[2][2] -= 1.0 / (p.s * p.s);
    second[2][3] += dh;
    second[3][3] +=
        p.s * (dh * (1.0 - 2.0 * g_seen) + l.product[3][3] - l.at[3] * l.at[3]) - g_both;
    const double wo = w * l.odds;
    const auto add = [&](std::size_t sum, double value) { lanes[sum * kTile + j] += value; };
    add(kValue, w * (soft - power * ln_alpha - p.s * ln_beta));
    add(kG0, wo * first[0] - w * ln_alpha);
    add(kG1, wo * first[1] + w * (p.r * p_rest - x * p_end));
    add(kG2, wo * first[2] - w * ln_beta);
    add(kG3, wo * first[3] + w * p.s * g_rest);
    std::size_t place = kH00;
    for (int i = 0; i < 4; ++i) {
      for (int k = i; k < 4; ++k) {
        add(place++, wo * (second[i][k] + (1.0 - l.odds) * first[i] * first[k]));
      }
    }
    add(kH01, w * p_rest);
    add(kH11, -w * power * p_end * p_rest);
    add(kH23, w * g_rest);
    add(kH33, -w * p.s * g_end * g_rest);
  }
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

void add(Curve<4>& curve, const Sums& sums) {
  curve.value += sums[kValue];
  std::size_t place = kH00;
  for (int i = 0; i < 4; ++i) {
    curve.gradient[i] += sums[kG0 + i];
    for (int k = i; k < 4; ++k) curve.hessian(i, k) += sums[place++];
  }
}

}  // namespace

ParetoLikelihood::ParetoLikelihood(const SummaryTable& table)
    : table_(table), grid_(leaving_grid(table)), blocks_(blocks(table)) {}

Curve<4> ParetoLikelihood::operator()(const Weighting& weights, const Vector<4>& log_parameters,
                                      std::size_t threads) const {
  const ParetoParameters at{std::exp(log_parameters[0]), std::exp(log_parameters[1]),
                            std::exp(log_parameters[2]), std::exp(log_parameters[3])};
  std::vector<std::vector<LeavingMoments>> tables(table_.groups());
  parallel_for(threads, table_.groups(), [&](std::size_t g) {
    tables[g] = leaving_table(at, at.r + table_.repeats[g], grid_.times[g]);
  });
  std::vector<Sums> partial(blocks_.size());
  const std::size_t chunks = (blocks_.size() + 3) / 4;
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const Range range = chunk_range(blocks_.size(), chunks, chunk);
    for (std::size_t i = range.begin; i < range.end; ++i) {
      partial[i] = sum_block(blocks_[i], tables[blocks_[i].group], weights, at);
    }
  });
  Curve<4> curve;
  for (const Sums& sums : partial) add(curve, sums);
  const LogRising r = weighted_log_rising(at.r, table_.repeats, weights.group_tail, 0);
  curve.value += r.value - weights.repeats * std::log(at.alpha);
  curve.gradient[0] += r.first;
  curve.hessian(0, 0) += r.second;
  to_logarithms(curve, at);
  return curve;
}

std::array<double, 15> ParetoLikelihood::sum_block(const Block& block,
                                                   const std::vector<LeavingMoments>& moments,
                                                   const Weighting& weights,
                                                   const ParetoParameters& at) const {
  double lanes[kSums * kTile] = {};
  Tile tile;
  for (std::size_t first = block.begin; first < block.end; first += kTile) {
    for (std::size_t j = 0; j < kTile; ++j) {
      const std::size_t row = std::min(first + j, block.end - 1);
      tile.recency[j] = table_.recency[row];
      tile.age[j] = table_.age[row];
      tile.weight[j] = first + j < block.end ? weights.row[row] : 0.0;
      const LeavingMoments& from = moments[grid_.recency_at[row]];
      const LeavingMoments& to = moments[grid_.age_at[row]];
      for (std::size_t m = 0; m < kLeavingMoments; ++m) {
        tile.from[m][j] = from[m];
        tile.to[m][j] = to[m];
      }
    }
    add_rows(tile, at, table_.repeats[block.group], lanes);
  }
  Sums sums{};
  for (std::size_t s = 0; s < kSums; ++s) {
    for (std::size_t j = 0; j < kTile; ++j) sums[s] += lanes[s * kTile + j];
  }
  return sums;
}

void pareto_probabilities_alive(const PurchaseModel& model, std::uint32_t repeats,
                                std::span<const double> recency, std::span<const double> age,
                                std::span<double> alive) {
  const ParetoParameters at{model.r, model.alpha, model.dropout_shape, model.dropout_scale};
  const double power = at.r + repeats;
  const std::vector<double> masses = leaving_masses(at, power, recency, age);
  for (std::size_t i = 0; i < age.size(); ++i) {
    const Shift end = shift_of(at, power, recency[i], age[i]);
    const double mass = at.s * masses[i];
    const double eta = mass > kLeastMass ? std::log(mass) + power * end.a + at.s * end.b : -1000.0;
    alive[i] = 1.0 / (1.0 + std::exp(eta));
  }
}

double pareto_expected_lifetime(const PurchaseModel& model, double age, double time) {
  const double scale = model.dropout_scale + age;
  const double u = log1p_positive(time / scale);
  return scale * u * expm1_ratio((1.0 - model.dropout_shape) * u);
}

}  // namespace clientele::lifetime
