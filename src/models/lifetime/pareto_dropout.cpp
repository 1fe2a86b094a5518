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

using Lane = double[kTile];

// What the rows of a tile say of the moment of leaving: the features A, Q, B, H at T, their means
// and the means of their products over [t, T], eta and its logistic.
struct Leaving {
  Lane at[4], mean[4], product[10];
  Lane eta, odds, soft;  // soft = ln(1 + e^eta), 0 where nobody leaves
};

CLIENTELE_SIMD_INLINE double within(double value, double most) {
  value = value < 0.0 ? 0.0 : value;
  return value > most ? most : value;
}

CLIENTELE_SIMD_INLINE void fill_leaving(const Tile& tile, const ParetoParameters& p, double power,
                                        Leaving& out) {
  const double alpha = p.alpha, beta = p.beta, ps = p.s;
  Lane left, inverse, mass;
  for (std::size_t j = 0; j < kTile; ++j) {
    const double t = tile.recency[j], end = tile.age[j];
    const double passed = end - t;
    out.at[0][j] = log1p_positive(passed / (alpha + t));
    out.at[1][j] = alpha / (alpha + t) * (passed / (alpha + end));
    out.at[2][j] = log1p_positive(passed / (beta + t));
    out.at[3][j] = beta / (beta + t) * (passed / (beta + end));
    const double fall = power * out.at[0][j] + ps * out.at[2][j];
    left[j] = exp_clamped(-fall);
    const double found = tile.from[kMass][j] - left[j] * tile.to[kMass][j];
    mass[j] = found > kLeastMass ? found : kLeastMass;
    inverse[j] = 1.0 / mass[j];
    out.eta[j] = log_positive(ps * mass[j]) + fall;
    const double e = exp_clamped(out.eta[j] > 0 ? -out.eta[j] : out.eta[j]);
    const double odds = (out.eta[j] > 0 ? 1.0 : e) / (1.0 + e);
    const double soft = (out.eta[j] > 0 ? out.eta[j] : 0.0) + log1p_positive(e);
    out.odds[j] = found > kLeastMass ? odds : 0.0;
    out.soft[j] = found > kLeastMass ? soft : 0.0;
  }
  for (int i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < kTile; ++j) {
      const double later = tile.to[kA + i][j] + out.at[i][j] * tile.to[kMass][j];
      const double mean = (tile.from[kA + i][j] - left[j] * later) * inverse[j];
      out.mean[i][j] = within(mean, out.at[i][j]);
    }
  }
  int place = 0;
  for (int i = 0; i < 4; ++i) {
    for (int k = i; k < 4; ++k, ++place) {
      for (std::size_t j = 0; j < kTile; ++j) {
        const double a = out.at[i][j], b = out.at[k][j];
        const double later = tile.to[kAa + place][j] + a * tile.to[kA + k][j] +
                             b * tile.to[kA + i][j] + a * b * tile.to[kMass][j];
        const double mean = (tile.from[kAa + place][j] - left[j] * later) * inverse[j];
        out.product[place][j] = within(mean, a * b);
      }
    }
  }
}

// First and second derivatives of eta.
struct Slopes {
  Lane first[4], second[10];
};

CLIENTELE_SIMD_INLINE void fill_slopes(const Tile& tile, const ParetoParameters& p, double power,
                                       const Leaving& l, Slopes& out) {
  const double alpha = p.alpha, beta = p.beta, ps = p.s;
  const double slope[4] = {-1.0, power, -1.0, ps + 1.0};
  int place = 0;
  for (int i = 0; i < 4; ++i) {
    for (int k = i; k < 4; ++k, ++place) {
      const double both = slope[i] * slope[k];
      for (std::size_t j = 0; j < kTile; ++j) {
        out.second[place][j] = both * (l.product[place][j] - l.mean[i][j] * l.mean[k][j]);
      }
    }
  }
  for (std::size_t j = 0; j < kTile; ++j) {
    const double p_seen = alpha / (alpha + tile.recency[j]);
    const double g_seen = beta / (beta + tile.recency[j]);
    const double dq = l.mean[1][j] - l.at[1][j];
    const double dh = l.mean[3][j] - l.at[3][j];
    const double qq = l.product[4][j], hh = l.product[9][j];
    const double g_mean = g_seen - l.mean[3][j];
    const double g_both = g_mean - (g_seen * g_seen - 2.0 * g_seen * l.mean[3][j] + hh);
    out.first[0][j] = l.at[0][j] - l.mean[0][j];
    out.first[1][j] = power * dq;
    out.first[2][j] = 1.0 / ps + l.at[2][j] - l.mean[2][j];
    out.first[3][j] = ps * dh - g_mean;
    out.second[1][j] += dq;
    out.second[4][j] += power * (dq * (1.0 - 2.0 * p_seen) + qq - l.at[1][j] * l.at[1][j]);
    out.second[7][j] -= 1.0 / (ps * ps);
    out.second[8][j] += dh;
    out.second[9][j] += ps * (dh * (1.0 - 2.0 * g_seen) + hh - l.at[3][j] * l.at[3][j]) - g_both;
  }
}

// Adds the rows' log-likelihoods with their derivatives in (r, ln alpha, s, ln beta) to the lanes.
CLIENTELE_SIMD
void add_rows(const Tile& tile, const ParetoParameters& p, double x, Lane* lanes) {
  const double r = p.r, alpha = p.alpha, beta = p.beta, ps = p.s;
  const double power = r + x;
  Leaving l;
  fill_leaving(tile, p, power, l);
  Slopes d;
  fill_slopes(tile, p, power, l, d);
  for (std::size_t j = 0; j < kTile; ++j) {
    const double w = tile.weight[j], age = tile.age[j];
    const double ln_alpha = log1p_positive(age / alpha), ln_beta = log1p_positive(age / beta);
    const double p_end = alpha / (alpha + age), p_rest = age / (alpha + age);
    const double g_end = beta / (beta + age), g_rest = age / (beta + age);
    lanes[kValue][j] += w * (l.soft[j] - power * ln_alpha - ps * ln_beta);
    lanes[kG0][j] -= w * ln_alpha;
    lanes[kG1][j] += w * (r * p_rest - x * p_end);
    lanes[kG2][j] -= w * ln_beta;
    lanes[kG3][j] += w * ps * g_rest;
    lanes[kH01][j] += w * p_rest;
    lanes[kH11][j] -= w * power * p_end * p_rest;
    lanes[kH23][j] += w * g_rest;
    lanes[kH33][j] -= w * ps * g_end * g_rest;
  }
  int place = 0;
  for (int i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < kTile; ++j) {
      lanes[kG0 + i][j] += tile.weight[j] * l.odds[j] * d.first[i][j];
    }
    for (int k = i; k < 4; ++k, ++place) {
      for (std::size_t j = 0; j < kTile; ++j) {
        const double stay = 1.0 - l.odds[j];
        const double bend = d.second[place][j] + stay * d.first[i][j] * d.first[k][j];
        lanes[kH00 + place][j] += tile.weight[j] * l.odds[j] * bend;
      }
    }
  }
}

// Turns derivatives in r and s into those in their logarithms; fills the lower triangle.
void to_logarithms(Curve& curve, const ParetoParameters& at) {
  const Vector scale{at.r, 1.0, at.s, 1.0};
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = i; j < 4; ++j) curve.hessian(i, j) *= scale[i] * scale[j];
    curve.gradient[i] *= scale[i];
  }
  curve.hessian(0, 0) += curve.gradient[0];
  curve.hessian(2, 2) += curve.gradient[2];
  curve.hessian.mirror();
}

void add(Curve& curve, const Sums& sums) {
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

Curve ParetoLikelihood::operator()(const Weighting& weights, const Vector& log_parameters,
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
  Curve curve;
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
  Lane lanes[kSums] = {};
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
    for (std::size_t j = 0; j < kTile; ++j) sums[s] += lanes[s][j];
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
