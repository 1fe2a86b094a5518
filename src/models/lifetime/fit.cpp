// The optimiser works on logarithms of the parameters from a start that needs no tuning, first for
// the NBD (2 parameters), then for the model (4); the better of both is returned.
// Degenerate cases: no repeat purchase (the likelihood rises as the rate falls to 0), no visible
// leaving (ridge a/b -> 0 or s/beta -> 0), equal customers (ridge r, alpha -> infinity): see
// LimitCase.
#include "models/lifetime/fit.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/parallel.hpp"
#include "base/rng.hpp"
#include "models/lifetime/draws.hpp"
#include "models/lifetime/geometric_dropout.hpp"
#include "models/lifetime/nbd.hpp"
#include "models/lifetime/pareto_dropout.hpp"

namespace clientele::lifetime {
namespace {

constexpr double kShapeBound = 15.0;
constexpr double kScaleBound = 20.0;

Vector<4> logs(const PurchaseModel& model) {
  return {std::log(model.r), std::log(model.alpha), std::log(model.dropout_shape),
          std::log(model.dropout_scale)};
}

struct Box {
  Vector<4> lower;
  Vector<4> upper;
};

Box box(Family family, double longest_age) {
  const double clock = std::log(longest_age);
  const bool pareto = family == Family::pareto_nbd;
  const double centre = pareto ? clock : 0.0;
  const double width = pareto ? kScaleBound : kShapeBound;
  return {{-kShapeBound, clock - kScaleBound, -kShapeBound, centre - width},
          {kShapeBound, clock + kScaleBound, kShapeBound, centre + width}};
}

PurchaseModel limit_model(Family family, LimitCase limit, double r, double alpha) {
  return {.family = family, .limit = limit, .r = r, .alpha = alpha};
}

Maximum<2> fit_nbd(const SummaryTable& table, const Weighting& weights, const Box& bounds) {
  const double rate = weights.repeats / weights.customers / table.longest_age;
  const Vector<2> start = Vector<2>(0.0, -std::log(2.0 * rate)).cwiseMax(bounds.lower.head<2>());
  return maximise<2>([&](const Vector<2>& at) { return nbd_log_likelihood(table, weights, at); },
                     start.cwiseMin(bounds.upper.head<2>()), bounds.lower.head<2>(),
                     bounds.upper.head<2>());
}

// The log-likelihood of one family on one table.
class Likelihood {
 public:
  Likelihood(const SummaryTable& table, Family family) : table_(table), family_(family) {
    if (family == Family::pareto_nbd) pareto_.emplace(table);
  }

  Curve<4> operator()(const Weighting& weights, const Vector<4>& at, std::size_t threads) const {
    if (pareto_) return (*pareto_)(weights, at, threads);
    const std::uint32_t shift = PurchaseModel{.family = family_}.shift();
    return geometric_log_likelihood(table_, weights, at, shift, threads);
  }

  const SummaryTable& table() const { return table_; }
  Family family() const { return family_; }

 private:
  const SummaryTable& table_;
  Family family_;
  std::optional<ParetoLikelihood> pareto_;
};

// Natural-scale covariance from the Hessian by log parameters, over the parameters not held.
std::array<double, 16> covariance(const Maximum<4>& maximum, const Vector<4>& natural) {
  Matrix<4> information = -maximum.curve.hessian;
  for (int i = 0; i < 4; ++i) {
    if (maximum.held[i] == 0) continue;
    information.row(i).setZero();
    information.col(i).setZero();
    information(i, i) = 1;
  }
  std::array<double, 16> result{};
  const Eigen::LDLT<Matrix<4>> factors(information);
  if (factors.info() != Eigen::Success || factors.vectorD().minCoeff() <= 0) return result;
  const Matrix<4> inverse = factors.solve(Matrix<4>::Identity());
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < 4; ++j) {
      const bool held = maximum.held[i] != 0 || maximum.held[j] != 0;
      result[4 * i + j] = held ? 0.0 : natural[i] * natural[j] * inverse(i, j);
    }
  }
  return result;
}

PurchaseFit from_nbd(Family family, const Maximum<2>& nbd) {
  PurchaseFit fit;
  fit.model =
      limit_model(family, LimitCase::no_dropout, std::exp(nbd.point[0]), std::exp(nbd.point[1]));
  fit.log_likelihood = fit.nbd_log_likelihood = nbd.curve.value;
  fit.gradient_size = nbd.gradient_size();
  fit.evaluations = nbd.evaluations;
  fit.converged = nbd.converged;
  const Matrix<2> information = -nbd.curve.hessian;
  if (nbd.held.isZero() && information.determinant() > 0 && information(0, 0) > 0) {
    const Matrix<2> inverse = information.inverse();
    const double scale[2] = {fit.model.r, fit.model.alpha};
    for (int i = 0; i < 2; ++i) {
      for (int j = 0; j < 2; ++j) fit.covariance[4 * i + j] = scale[i] * scale[j] * inverse(i, j);
    }
  }
  return fit;
}

PurchaseFit better(Family family, const Maximum<4>& full, const Maximum<2>& nbd) {
  if (!(full.curve.value - nbd.curve.value >= kVisibleDropout)) {
    PurchaseFit fit = from_nbd(family, nbd);
    fit.evaluations += full.evaluations;
    fit.converged = fit.converged && full.converged;
    return fit;
  }
  const Vector<4> natural = full.point.array().exp();
  PurchaseFit fit;
  fit.model = {.family = family,
               .limit = full.held.isZero() ? LimitCase::none : LimitCase::edge,
               .r = natural[0],
               .alpha = natural[1],
               .dropout_shape = natural[2],
               .dropout_scale = natural[3]};
  fit.log_likelihood = full.curve.value;
  fit.nbd_log_likelihood = nbd.curve.value;
  fit.covariance = covariance(full, natural);
  fit.gradient_size = full.gradient_size();
  fit.evaluations = full.evaluations + nbd.evaluations;
  fit.converged = full.converged;
  return fit;
}

PurchaseFit without_repeats(Family family) {
  PurchaseFit fit;
  fit.model = limit_model(family, LimitCase::no_repeats, 0.0, 1.0);
  fit.converged = true;
  return fit;
}

PurchaseFit fit_from(const Likelihood& likelihood, const Weighting& weights,
                     const PurchaseModel* start, std::size_t threads) {
  const SummaryTable& table = likelihood.table();
  const Family family = likelihood.family();
  if (weights.repeats <= 0 || table.longest_age <= 0) return without_repeats(family);
  const Box bounds = box(family, table.longest_age);
  const Maximum<2> nbd = fit_nbd(table, weights, bounds);
  Vector<4> from;
  if (start != nullptr && !start->everybody_alive()) {
    from = logs(*start);
  } else {
    const bool pareto = family == Family::pareto_nbd;
    from << nbd.point, 0.0, pareto ? std::log(table.longest_age) : std::log(4.0);
    from[0] = std::clamp(from[0], -2.0, 2.0);
    from[1] += from[0] - nbd.point[0];
  }
  const Maximum<4> full =
      maximise<4>([&](const Vector<4>& at) { return likelihood(weights, at, threads); },
                  from.cwiseMax(bounds.lower).cwiseMin(bounds.upper), bounds.lower, bounds.upper);
  return better(family, full, nbd);
}

}  // namespace

PurchaseFit fit_purchases(const SummaryTable& table, Family family, std::size_t threads) {
  return fit_from(Likelihood(table, family), weighting(table), nullptr, threads);
}

std::vector<PurchaseModel> bootstrap_purchases(const SummaryTable& table,
                                               const PurchaseModel& fitted, std::size_t replicates,
                                               std::uint64_t seed, std::size_t threads) {
  std::vector<PurchaseModel> models(replicates, fitted);
  const Likelihood likelihood(table, fitted.family);
  parallel_for(threads, replicates, [&](std::size_t replicate) {
    Rng rng(seed, replicate);
    std::vector<double> row(table.rows());
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = draw_poisson(rng, table.count[i]);
    models[replicate] = fit_from(likelihood, weighting(table, std::move(row)), &fitted, 1).model;
  });
  return models;
}

double log_likelihood(const SummaryTable& table, const PurchaseModel& model) {
  const Weighting weights = weighting(table);
  if (model.limit == LimitCase::no_repeats) return 0.0;
  if (model.limit == LimitCase::no_dropout) {
    return nbd_log_likelihood(table, weights, logs(model).head<2>()).value;
  }
  return Likelihood(table, model.family)(weights, logs(model), 1).value;
}

}  // namespace clientele::lifetime
