// Gamma-Gamma fit by Newton in (ln p, ln(q-1), ln(v / average)). Gamma functions stand outside the
// loop over rows: they depend on the distinct repeats only; a row costs two logarithms and three
// divisions. Degenerate: equal means drive p to its bound e^12 (then E[M|x,m] -> m); no rows give
// the constant.
#include "models/lifetime/spend_model.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <cmath>
#include <numeric>

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
Curve<3> natural_curve(const Problem& problem, double p, double q, double v) {
  Curve<3> curve;
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
  curve.hessian.triangularView<Eigen::StrictlyLower>() = curve.hessian.transpose();
  return curve;
}

// Pulls the curve in (p, q, ln v) back to N log parameters by the chain rule: jacobian 3 x N, and
// bend[i] = second derivatives of the i-th natural parameter.
template <int N>
Curve<N> pulled_back(const Curve<3>& natural, const Eigen::Matrix<double, 3, N>& jacobian,
                     const std::array<Matrix<N>, 3>& bend) {
  Curve<N> curve;
  curve.value = natural.value;
  curve.gradient = jacobian.transpose() * natural.gradient;
  curve.hessian = jacobian.transpose() * natural.hessian * jacobian;
  for (int i = 0; i < 3; ++i) curve.hessian += natural.gradient[i] * bend[i];
  return curve;
}

Maximum<3> fit_free(const Problem& problem, double unit) {
  const auto curve = [&](const Vector<3>& at) {
    const double p = std::exp(at[0]);
    const double excess = std::exp(at[1]);
    const Curve<3> natural = natural_curve(problem, p, 1.0 + excess, unit * std::exp(at[2]));
    std::array<Matrix<3>, 3> bend{Matrix<3>::Zero(), Matrix<3>::Zero(), Matrix<3>::Zero()};
    bend[0](0, 0) = p;
    bend[1](1, 1) = excess;
    return pulled_back<3>(natural, Vector<3>(p, excess, 1.0).asDiagonal(), bend);
  };
  const Vector<3> bound = Vector<3>::Constant(kBound);
  return maximise<3>(curve, Vector<3>(1.0, 1.0, 0.0), -bound, bound);
}

// v = unit (q - 1) / p: the mean of a new customer is `unit`.
Maximum<2> fit_tied(const Problem& problem, double unit) {
  const auto curve = [&](const Vector<2>& at) {
    const double p = std::exp(at[0]);
    const double excess = std::exp(at[1]);
    const Curve<3> natural = natural_curve(problem, p, 1.0 + excess, unit * excess / p);
    Eigen::Matrix<double, 3, 2> jacobian;
    jacobian << p, 0.0, 0.0, excess, -1.0, 1.0;
    std::array<Matrix<2>, 3> bend{Matrix<2>::Zero(), Matrix<2>::Zero(), Matrix<2>::Zero()};
    bend[0](0, 0) = p;
    bend[1](1, 1) = excess;
    return pulled_back<2>(natural, jacobian, bend);
  };
  const Vector<2> lower(-kBound, std::log(kLeastExcess));
  return maximise<2>(curve, Vector<2>(1.0, 1.0), lower, Vector<2>::Constant(kBound));
}

void set_covariance(SpendFit& fit, const Maximum<3>& maximum) {
  const Matrix<3> information = -maximum.curve.hessian;
  const Eigen::LDLT<Matrix<3>> factors(information);
  if (!maximum.held.isZero() || factors.vectorD().minCoeff() <= 0) return;
  const Matrix<3> inverse = factors.solve(Matrix<3>::Identity());
  const Vector<3> scale(fit.model.p, fit.model.q - 1.0, fit.model.v);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) fit.covariance[3 * i + j] = scale[i] * scale[j] * inverse(i, j);
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
  return fit_spend(table, std::vector<double>(table.mean_value.size(), 1.0), fallback_mean);
}

SpendFit fit_spend(const SpendTable& table, std::span<const double> weights, double fallback_mean) {
  SpendFit fit;
  const Problem problem = problem_of(table, weights);
  const Spread spread = observed(table, weights);
  fit.customers = static_cast<std::size_t>(problem.weight);
  if (!(problem.weight > 0)) {
    fit.model = {.form = SpendCase::constant, .mean = fallback_mean};
    fit.converged = true;
    return fit;
  }
  const Maximum<3> free = fit_free(problem, spread.average);
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
  const Maximum<2> tied = fit_tied(problem, spread.average);
  const double tied_p = std::exp(tied.point[0]);
  const double tied_excess = std::exp(tied.point[1]);
  fit.model = {SpendCase::mean_tied, tied_p, 1.0 + tied_excess,
               spread.average * tied_excess / tied_p, spread.average};
  fit.log_likelihood = tied.curve.value;
  fit.evaluations = free.evaluations + tied.evaluations;
  fit.converged = free.converged && tied.converged;
  return fit;
}

double log_likelihood(const SpendTable& table, const SpendModel& model) {
  const std::vector<double> weights(table.mean_value.size(), 1.0);
  return natural_curve(problem_of(table, weights), model.p, model.q, model.v).value;
}

std::vector<SpendModel> bootstrap_spend(const SpendTable& table, double fallback_mean,
                                        std::size_t replicates, std::uint64_t seed,
                                        std::size_t threads) {
  std::vector<SpendModel> models(replicates);
  parallel_for(threads, replicates, [&](std::size_t replicate) {
    Rng rng(seed, replicate);
    std::vector<double> weights(table.mean_value.size());
    for (double& weight : weights) weight = draw_poisson(rng, 1.0);
    models[replicate] = fit_spend(table, weights, fallback_mean).model;
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
