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

// From here on fits start from a part of the rows, and replicates are fitted roughly.
constexpr std::size_t kRowsToThin = 16384;
constexpr std::size_t kThinning = 16;
constexpr double kShapeBound = 15.0;
constexpr double kScaleBound = 20.0;

Vector logs(const PurchaseModel& model) {
  return {std::log(model.r), std::log(model.alpha), std::log(model.dropout_shape),
          std::log(model.dropout_scale)};
}

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

Vector into(const Vector& point, const Box& box) {
  Vector inside;
  for (std::size_t i = 0; i < kMostParameters; ++i) {
    inside[i] = std::clamp(point[i], box.lower[i], box.upper[i]);
  }
  return inside;
}

Maximum fit_nbd(const SummaryTable& table, const Weighting& weights, Box box) {
  box.lower[2] = box.lower[3] = box.upper[2] = box.upper[3] = 0;
  const double rate = weights.repeats / weights.customers / table.longest_age;
  return maximise([&](const Vector& at) { return nbd_log_likelihood(table, weights, at); }, 2,
                  into({0.0, -std::log(2.0 * rate)}, box), box);
}

// The log-likelihood of one family on one table.
class Likelihood {
 public:
  Likelihood(const SummaryTable& table, Family family) : table_(table), family_(family) {
    if (family == Family::pareto_nbd) pareto_.emplace(table);
  }

  Curve operator()(const Weighting& weights, const Vector& at, std::size_t threads) const {
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

// Natural-scale covariance from the one by log parameters; zeros where that is indefinite.
std::array<double, 16> covariance(const Maximum& maximum) {
  std::array<double, 16> result{};
  const std::optional<Matrix> by_logs = maximum.covariance();
  for (std::size_t i = 0; by_logs && i < maximum.parameters; ++i) {
    for (std::size_t j = 0; j < maximum.parameters; ++j) {
      result[4 * i + j] =
          std::exp(maximum.point[i]) * std::exp(maximum.point[j]) * (*by_logs)(i, j);
    }
  }
  return result;
}

PurchaseFit fit_at(const Maximum& maximum, const PurchaseModel& model, double nbd_log_likelihood) {
  return {.model = model,
          .log_likelihood = maximum.curve.value,
          .nbd_log_likelihood = nbd_log_likelihood,
          .covariance = covariance(maximum),
          .gradient_size = maximum.gradient_size(),
          .evaluations = maximum.evaluations,
          .converged = maximum.converged};
}

PurchaseFit better(Family family, const Maximum& full, const Maximum& nbd) {
  if (!(full.curve.value - nbd.curve.value >= kVisibleDropout)) {
    const PurchaseModel model =
        limit_model(family, LimitCase::no_dropout, std::exp(nbd.point[0]), std::exp(nbd.point[1]));
    PurchaseFit fit = fit_at(nbd, model, nbd.curve.value);
    fit.evaluations += full.evaluations;
    fit.converged = fit.converged && full.converged;
    return fit;
  }
  const PurchaseModel model{.family = family,
                            .limit = full.inside() ? LimitCase::none : LimitCase::edge,
                            .r = std::exp(full.point[0]),
                            .alpha = std::exp(full.point[1]),
                            .dropout_shape = std::exp(full.point[2]),
                            .dropout_scale = std::exp(full.point[3])};
  PurchaseFit fit = fit_at(full, model, nbd.curve.value);
  fit.evaluations += nbd.evaluations;
  return fit;
}

PurchaseFit without_repeats(Family family) {
  PurchaseFit fit;
  fit.model = limit_model(family, LimitCase::no_repeats, 0.0, 1.0);
  fit.converged = true;
  return fit;
}

// Starts from `start`, or from the NBD where that sees nobody leave; `search` is one of newton.hpp.
PurchaseFit fit_from(decltype(maximise)& search, const Likelihood& likelihood,
                     const Weighting& weights, const PurchaseModel& start, std::size_t threads) {
  const SummaryTable& table = likelihood.table();
  const Family family = likelihood.family();
  if (weights.repeats <= 0 || table.longest_age <= 0) return without_repeats(family);
  const Box bounds = box(family, table.longest_age);
  const Maximum nbd = fit_nbd(table, weights, bounds);
  Vector from;
  if (!start.everybody_alive()) {
    from = logs(start);
  } else {
    const bool pareto = family == Family::pareto_nbd;
    const double r = std::clamp(nbd.point[0], -2.0, 2.0);
    from = {r, nbd.point[1] + (r - nbd.point[0]), 0.0,
            pareto ? std::log(table.longest_age) : std::log(4.0)};
  }
  const Maximum full = search([&](const Vector& at) { return likelihood(weights, at, threads); }, 4,
                              into(from, bounds), bounds);
  return better(family, full, nbd);
}

// A start for large tables, from every kThinning-th row; one without leaving where that shows none
// or runs into a bound.
PurchaseModel start_of(const SummaryTable& table, Family family, std::size_t threads) {
  const PurchaseModel nobody_leaves = limit_model(family, LimitCase::no_dropout, 1.0, 1.0);
  if (table.rows() < kRowsToThin) return nobody_leaves;
  const SummaryTable some = thinned(table, kThinning);
  const PurchaseModel found =
      fit_from(maximise_roughly, Likelihood(some, family), weighting(some), nobody_leaves, threads)
          .model;
  return found.limit == LimitCase::none ? found : nobody_leaves;
}

}  // namespace

// A search that rounding ended on a flat ridge may end soundly when it comes from elsewhere.
PurchaseFit fit_purchases(const SummaryTable& table, Family family, std::size_t threads) {
  const PurchaseModel start = start_of(table, family, threads);
  const Likelihood likelihood(table, family);
  const Weighting weights = weighting(table);
  const PurchaseFit fit = fit_from(maximise, likelihood, weights, start, threads);
  if (fit.converged) return fit;
  const bool pareto = family == Family::pareto_nbd;
  const PurchaseModel elsewhere{.family = family,
                                .r = 1.0,
                                .alpha = table.longest_age,
                                .dropout_shape = 1.0,
                                .dropout_scale = pareto ? table.longest_age : 1.0};
  const PurchaseFit second = fit_from(maximise, likelihood, weights, elsewhere, threads);
  const bool as_good = second.log_likelihood >= fit.log_likelihood - kNegligibleGain;
  return second.converged && as_good ? second : fit;
}

std::vector<PurchaseModel> bootstrap_purchases(const SummaryTable& table,
                                               const PurchaseModel& fitted, std::size_t replicates,
                                               std::uint64_t seed, std::size_t threads) {
  std::vector<PurchaseModel> models(replicates, fitted);
  const Likelihood likelihood(table, fitted.family);
  const auto& search = table.rows() < kRowsToThin ? maximise : maximise_roughly;
  parallel_for(threads, replicates, [&](std::size_t replicate) {
    Rng rng(seed, replicate);
    std::vector<double> row(table.rows());
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = draw_poisson(rng, table.count[i]);
    models[replicate] =
        fit_from(search, likelihood, weighting(table, std::move(row)), fitted, 1).model;
  });
  return models;
}

double log_likelihood(const SummaryTable& table, const PurchaseModel& model) {
  const Weighting weights = weighting(table);
  if (model.limit == LimitCase::no_repeats) return 0.0;
  if (model.limit == LimitCase::no_dropout) {
    return nbd_log_likelihood(table, weights, logs(model)).value;
  }
  return Likelihood(table, model.family)(weights, logs(model), 1).value;
}

}  // namespace clientele::lifetime
