// Gamma-Gamma fit by Newton in (ln p, ln(q-1), ln(v / average)). Gamma functions stand outside the
// loop over rows: they depend on the distinct repeats only; a row costs two logarithms and three
// divisions. Degenerate: equal means drive p to its bound e^12 (then E[M|x,m] -> m); no rows give
// the constant.
#include "models/lifetime/spend_model.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <cmath>
#include <optional>

#include "base/parallel.hpp"
#include "base/rng.hpp"
#include "models/lifetime/draws.hpp"
#include "models/lifetime/elementary.hpp"
#include "models/lifetime/gamma_step.hpp"
#include "models/lifetime/newton.hpp"
#include "models/lifetime/rank_correlation.hpp"
#include "numeric/simd.hpp"

namespace clientele::lifetime {
namespace {

constexpr double kBound = 12.0;
constexpr double kLeastExcess = 1e-4;  // of q over 1, where the mean is tied
constexpr Vector kStart{1.0, 1.0, 0.0};
constexpr std::size_t kRowsToBeRough = 16384;  // from here on replicates are fitted roughly

using boost::math::lgamma;
using boost::math::trigamma;

// What one group of equal repeats adds, whatever the parameters.
struct Group {
  double x;
  double weight;
  double ln_means;  // weighted sum of ln m
};

struct Problem {
  const SpendTable& table;
  std::span<const double> weights;
  std::vector<Group> groups;
  double weight = 0;
};

Problem problem_of(const SpendTable& table, std::span<const double> weights) {
  Problem problem{table, weights, {}, 0};
  for (std::size_t g = 0; g < table.repeats.size(); ++g) {
    Group group{static_cast<double>(table.repeats[g]), 0, 0};
    for (std::size_t i = table.begin[g]; i < table.begin[g + 1]; ++i) {
      group.weight += weights[i];
      group.ln_means += weights[i] * std::log(table.mean_value[i]);
    }
    problem.weight += group.weight;
    problem.groups.push_back(group);
  }
  return problem;
}

// Weighted sums over rows of ln(1 + v/(xm)), ln(1 + xm/v), s = v/(xm+v), 1 - s and s(1-s).
struct RowSums {
  double low = 0, high = 0, s = 0, rest = 0, both = 0;
};

CLIENTELE_SIMD
void sum_rows(const double* means, const double* weights, std::size_t rows, double x, double v,
              RowSums* sums) {
  constexpr std::size_t kLanes = 8;
  double low[kLanes] = {}, high[kLanes] = {}, s[kLanes] = {}, rest[kLanes] = {}, both[kLanes] = {};
  for (std::size_t at = 0; at < rows; at += kLanes) {
    double w[kLanes], m[kLanes];
    for (std::size_t l = 0; l < kLanes; ++l) {
      w[l] = at + l < rows ? weights[at + l] : 0.0;
      m[l] = at + l < rows ? means[at + l] : 1.0;
    }
    for (std::size_t l = 0; l < kLanes; ++l) {
      const double spent = x * m[l];
      const double share = v / (spent + v);
      const double other = spent / (spent + v);
      low[l] += w[l] * log1p_positive(v / spent);
      high[l] += w[l] * log1p_positive(spent / v);
      s[l] += w[l] * share;
      rest[l] += w[l] * other;
      both[l] += w[l] * share * other;
    }
  }
  for (std::size_t l = 0; l < kLanes; ++l) {
    sums->low += low[l];
    sums->high += high[l];
    sums->s += s[l];
    sums->rest += rest[l];
    sums->both += both[l];
  }
}

// Log-likelihood in (p, q, ln v), written as -ln B(px, q) - ln m - px ln(1 + v/(xm)) - q ln(1 +
// xm/v): nothing cancels where p, or q and v, are large.
Curve natural_curve(const Problem& problem, double p, double q, double v) {
  Curve curve;
  for (std::size_t g = 0; g < problem.groups.size(); ++g) {
    const Group& group = problem.groups[g];
    const std::size_t first = problem.table.begin[g];
    RowSums sums;
    sum_rows(problem.table.mean_value.data() + first, problem.weights.data() + first,
             problem.table.begin[g + 1] - first, group.x, v, &sums);
    const double shape = p * group.x;
    const double w = group.weight;
    const double x = group.x;
    const GammaStep by_q = gamma_step(shape, q);  // from px to px + q
    const GammaStep by_p = gamma_step(q, shape);  // from q to px + q
    const double ln_beta = shape > q ? lgamma(q) - by_q.value : lgamma(shape) - by_p.value;
    curve.value -= w * ln_beta + group.ln_means + shape * sums.low + q * sums.high;
    curve.gradient[0] += x * (w * by_q.first - sums.low);
    curve.gradient[1] += w * by_p.first - sums.high;
    curve.gradient[2] += q * sums.rest - shape * sums.s;
    curve.hessian(0, 0) += w * x * x * by_q.second;
    curve.hessian(0, 1) += w * x * trigamma(shape + q);
    curve.hessian(0, 2) -= x * sums.s;
    curve.hessian(1, 1) += w * by_p.second;
    curve.hessian(1, 2) += sums.rest;
    curve.hessian(2, 2) -= (shape + q) * sums.both;
  }
  curve.hessian.mirror();
  return curve;
}

// Pulls the curve in (p, q, ln v) back to (ln p, ln (q-1), ...) by the chain rule: jacobian[i][k] =
// the i-th of (p, q, ln v) by the k-th parameter. p and q - 1 are their own second derivatives.
Curve pulled_back(const Curve& natural, const Matrix& jacobian) {
  Curve curve;
  curve.value = natural.value;
  for (std::size_t k = 0; k < 3; ++k) {
    for (std::size_t i = 0; i < 3; ++i) {
      curve.gradient[k] += natural.gradient[i] * jacobian(i, k);
      for (std::size_t l = 0; l < 3; ++l) {
        for (std::size_t j = 0; j < 3; ++j) {
          curve.hessian(k, l) += jacobian(i, k) * natural.hessian(i, j) * jacobian(j, l);
        }
      }
    }
  }
  curve.hessian(0, 0) += natural.gradient[0] * jacobian(0, 0);
  curve.hessian(1, 1) += natural.gradient[1] * jacobian(1, 1);
  return curve;
}

// Starts at `start` = (ln p, ln(q-1), ln(v / unit)).
Maximum fit_free(const Problem& problem, double unit, const Vector& start,
                 decltype(maximise)& search) {
  const auto curve = [&](const Vector& at) {
    const double p = std::exp(at[0]);
    const double excess = std::exp(at[1]);
    Matrix jacobian;
    jacobian(0, 0) = p;
    jacobian(1, 1) = excess;
    jacobian(2, 2) = 1.0;
    return pulled_back(natural_curve(problem, p, 1.0 + excess, unit * std::exp(at[2])), jacobian);
  };
  const Box box{{-kBound, -kBound, -kBound}, {kBound, kBound, kBound}};
  return search(curve, 3, start, box);
}

// v = unit (q - 1) / p: the mean of a new customer is `unit`.
Maximum fit_tied(const Problem& problem, double unit, decltype(maximise)& search) {
  const auto curve = [&](const Vector& at) {
    const double p = std::exp(at[0]);
    const double excess = std::exp(at[1]);
    Matrix jacobian;
    jacobian(0, 0) = p;
    jacobian(1, 1) = excess;
    jacobian(2, 0) = -1.0;
    jacobian(2, 1) = 1.0;
    return pulled_back(natural_curve(problem, p, 1.0 + excess, unit * excess / p), jacobian);
  };
  const Box box{{-kBound, std::log(kLeastExcess)}, {kBound, kBound}};
  return search(curve, 2, {1.0, 1.0}, box);
}

void set_covariance(SpendFit& fit, const Maximum& maximum) {
  const std::optional<Matrix> by_logs = maximum.covariance();
  if (!maximum.inside() || !by_logs) return;
  const double scale[3] = {fit.model.p, fit.model.q - 1.0, fit.model.v};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      fit.covariance[3 * i + j] = scale[i] * scale[j] * (*by_logs)(i, j);
    }
  }
}

struct Spread {
  double low, high, average;
};

Spread observed(const SpendTable& table, std::span<const double> weights) {
  Spread spread{HUGE_VAL, 0, 0};
  double total = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    spread.low = std::min(spread.low, table.mean_value[i]);
    spread.high = std::max(spread.high, table.mean_value[i]);
    spread.average += weights[i] * table.mean_value[i];
    total += weights[i];
  }
  spread.average = total > 0 ? spread.average / total : 0.0;
  return spread;
}

// `start` as in fit_free(); `search` is one of newton.hpp.
SpendFit fit_weighted(const SpendTable& table, std::span<const double> weights,
                      double fallback_mean, const Vector& start, decltype(maximise)& search) {
  SpendFit fit;
  const Problem problem = problem_of(table, weights);
  const Spread spread = observed(table, weights);
  fit.customers = static_cast<std::size_t>(problem.weight);
  if (!(problem.weight > 0)) {
    fit.model = {.form = SpendCase::constant, .mean = fallback_mean};
    fit.converged = true;
    return fit;
  }
  const Maximum free = fit_free(problem, spread.average, start, search);
  const double p = std::exp(free.point[0]);
  const double excess = std::exp(free.point[1]);
  const double v = spread.average * std::exp(free.point[2]);
  const double mean = p * v / excess;
  if (mean >= spread.low && mean <= spread.high) {
    fit.model = {SpendCase::gamma_gamma, p, 1.0 + excess, v, mean};
    fit.log_likelihood = free.curve.value;
    fit.evaluations = free.evaluations;
    fit.converged = free.converged;
    set_covariance(fit, free);
    return fit;
  }
  const Maximum tied = fit_tied(problem, spread.average, search);
  const double tied_p = std::exp(tied.point[0]);
  const double tied_excess = std::exp(tied.point[1]);
  fit.model = {SpendCase::mean_tied, tied_p, 1.0 + tied_excess,
               spread.average * tied_excess / tied_p, spread.average};
  fit.log_likelihood = tied.curve.value;
  fit.evaluations = free.evaluations + tied.evaluations;
  fit.converged = free.converged && tied.converged;
  return fit;
}

}  // namespace

SpendTable spend_table(std::span<const std::uint32_t> repeats, std::span<const double> mean_value) {
  std::vector<std::pair<std::uint32_t, double>> rows;
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    const bool usable = repeats[i] > 0 && mean_value[i] > 0 && std::isfinite(mean_value[i]);
    if (usable) rows.emplace_back(repeats[i], mean_value[i]);
  }
  std::sort(rows.begin(), rows.end());
  SpendTable table;
  for (const auto& [x, mean] : rows) {
    if (table.repeats.empty() || table.repeats.back() != x) {
      table.repeats.push_back(x);
      table.begin.push_back(table.mean_value.size());
    }
    table.mean_value.push_back(mean);
    table.average += mean / static_cast<double>(rows.size());
  }
  table.begin.push_back(table.mean_value.size());
  return table;
}

SpendFit fit_spend(const SpendTable& table, double fallback_mean) {
  const std::vector<double> weights(table.mean_value.size(), 1.0);
  return fit_weighted(table, weights, fallback_mean, kStart, maximise);
}

double log_likelihood(const SpendTable& table, const SpendModel& model) {
  const std::vector<double> weights(table.mean_value.size(), 1.0);
  return natural_curve(problem_of(table, weights), model.p, model.q, model.v).value;
}

std::vector<SpendModel> bootstrap_spend(const SpendTable& table, double fallback_mean,
                                        std::size_t replicates, std::uint64_t seed,
                                        std::size_t threads) {
  std::vector<SpendModel> models(replicates);
  const bool many = table.mean_value.size() >= kRowsToBeRough;
  const auto& search = many ? maximise_roughly : maximise;
  const SpendModel fitted = fit_spend(table, fallback_mean).model;
  Vector start = kStart;
  if (many && fitted.form == SpendCase::gamma_gamma) {
    start = {std::log(fitted.p), std::log(fitted.q - 1.0), std::log(fitted.v / table.average)};
    for (double& at : start) at = std::clamp(at, -kBound, kBound);
  }
  parallel_for(threads, replicates, [&](std::size_t replicate) {
    Rng rng(seed, replicate);
    std::vector<double> weights(table.mean_value.size());
    for (double& weight : weights) weight = draw_poisson(rng, 1.0);
    models[replicate] = fit_weighted(table, weights, fallback_mean, start, search).model;
  });
  return models;
}

double expected_spend(const SpendModel& model, std::uint32_t repeats, double mean_value) {
  if (model.form == SpendCase::constant || repeats == 0) return model.mean;
  const double x = repeats;
  return (model.v + x * mean_value) * model.p / (model.p * x + (model.q - 1.0));
}

std::optional<ValueCorrelation> value_correlation(std::span<const std::uint32_t> repeats,
                                                  std::span<const double> mean_value) {
  std::vector<double> x, m;
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    if (repeats[i] == 0 || !(mean_value[i] > 0)) continue;
    x.push_back(repeats[i]);
    m.push_back(mean_value[i]);
  }
  if (x.size() < 3) return std::nullopt;
  const auto linear = pearson(x, m);
  const auto ranked = spearman(x, m);
  if (!linear || !ranked) return std::nullopt;
  return ValueCorrelation{*linear, *ranked};
}

}  // namespace clientele::lifetime
