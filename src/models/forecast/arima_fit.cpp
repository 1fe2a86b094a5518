#include "models/forecast/arima_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "models/forecast/arma_polynomial.hpp"

namespace clientele::forecast {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSmallestRoot = 1.01;  // closer to the unit circle a model is refused
constexpr double kFirstGuess = 0.1;     // of a new partial autocorrelation
constexpr LeastSquaresOptions kConditionalFit{
    .max_iterations = 12, .tolerance = 1e-4, .second_order = true};
constexpr LeastSquaresOptions kSearchFit{
    .max_iterations = 40, .tolerance = 3e-7, .second_order = true};
constexpr LeastSquaresOptions kQuickFit{
    .max_iterations = 20, .tolerance = 1e-5, .second_order = true, .hopeless = 3};
constexpr LeastSquaresOptions kFullFit{
    .max_iterations = 100, .tolerance = 1e-11, .second_order = true};

std::vector<double> negated(std::vector<double> values) {
  for (double& value : values) value = -value;
  return values;
}

bool near_unit_circle(const ArimaModel& model) {
  const double m = static_cast<double>(model.period);
  const double seasonal_radius = std::pow(kSmallestRoot, m);
  return !roots_outside(model.ar, kSmallestRoot) ||
         !roots_outside(negated(model.ma), kSmallestRoot) ||
         !roots_outside(model.seasonal_ar, seasonal_radius) ||
         !roots_outside(negated(model.seasonal_ma), seasonal_radius);
}

// x with the shared part of a neighbour's; what it lacks starts at `guess`.
std::vector<double> carry_over(const ArimaFit& from, const ArimaOrder& to, std::size_t columns,
                               double guess) {
  const int have[] = {from.model.order.p, from.model.order.q, from.model.order.P,
                      from.model.order.Q};
  const int want[] = {to.p, to.q, to.P, to.Q};
  std::vector<double> x;
  std::size_t place = 0;
  for (std::size_t part = 0; part < 4; ++part) {
    for (int i = 0; i < want[part]; ++i) {
      x.push_back(i < have[part] ? from.x[place + static_cast<std::size_t>(i)] : guess);
    }
    place += static_cast<std::size_t>(have[part]);
  }
  x.resize(x.size() + columns, 0);
  return x;
}

// Least-squares coefficients of the columns, by the normal equations with a little damping.
void start_coefficients(const DifferencedSeries& data, std::span<double> x) {
  class Regression final : public ResidualLeastSquares {
   public:
    explicit Regression(const DifferencedSeries& series)
        : ResidualLeastSquares(series.values.size()), series_(series) {}

   protected:
    bool residuals(std::span<const double> b, std::span<double> r) override {
      std::copy(series_.values.begin(), series_.values.end(), r.begin());
      for (std::size_t k = 0; k < b.size(); ++k) {
        for (std::size_t t = 0; t < r.size(); ++t) r[t] -= b[k] * series_.columns[k][t];
      }
      return true;
    }

   private:
    const DifferencedSeries& series_;
  };
  Regression regression(data);
  const std::vector<double> unbounded(x.size(), kInfinity);
  minimise(regression, x, negated(unbounded), unbounded);
}

// Moves the leading partial autocorrelations of an AR and an MA part that occur together to the
// pair with the least cost: their likelihood has several valleys.
bool find_valley(ArimaResiduals& problem, std::span<double> x, int ar, int ar_count, int ma,
                 int ma_count) {
  constexpr double kAngles[] = {-1, 0.1, 1, 2};
  if (ar_count == 0 || ma_count == 0) return false;
  double& first = x[static_cast<std::size_t>(ar)];
  double& second = x[static_cast<std::size_t>(ma)];
  double best = kInfinity, best_first = first, best_second = second;
  for (const double a : kAngles) {
    for (const double b : kAngles) {
      first = a;
      second = b;
      const double cost = a == b ? kInfinity : problem.cost(x);  // equal parts cancel
      if (!(cost < best)) continue;
      best = cost;
      best_first = a;
      best_second = b;
    }
  }
  first = best_first;
  second = best_second;
  return std::isfinite(best);
}

struct Start {
  std::vector<double> x;
  double cost;
};

const Start& cheapest(const std::vector<Start>& starts) {
  return *std::min_element(starts.begin(), starts.end(),
                           [](const Start& a, const Start& b) { return a.cost < b.cost; });
}

LeastSquaresResult descend(ArimaResiduals& problem, std::span<double> x,
                           const LeastSquaresOptions& options) {
  return minimise(problem, x, problem.bounds(-1), problem.bounds(1), options);
}

// Conditional fits from small values and, for mixed models, from the deepest valley; the cost is
// the mean square of the conditional errors. Too few values leave the first as it is, at infinite
// cost.
std::vector<Start> conditional_fits(const DifferencedSeries& data, const ArimaOrder& order,
                                    std::size_t period) {
  const auto arma = static_cast<std::size_t>(arma_count(order));
  const std::size_t columns = data.columns.size();
  std::vector<Start> out{{carry_over({}, order, columns, kFirstGuess), kInfinity}};
  if (columns > 0) start_coefficients(data, std::span(out[0].x).subspan(arma));
  const std::size_t usable = ArimaResiduals::conditional_count(data, order, period);
  if (usable <= arma + columns) return out;
  ArimaResiduals problem(data, order, period, ArimaResiduals::Likelihood::conditional);
  std::vector<double> valley = out[0].x;
  const int seasonal = order.p + order.q;
  const bool mixed = find_valley(problem, valley, 0, order.p, order.p, order.q);
  if (find_valley(problem, valley, seasonal, order.P, seasonal + order.P, order.Q) || mixed) {
    out.push_back({std::move(valley), kInfinity});
  }
  for (Start& start : out) {
    start.cost = descend(problem, start.x, kConditionalFit).cost / static_cast<double>(usable);
  }
  return out;
}

// The exact optimum reached from the fit of a neighbour, from the conditional fits, or from both.
Start exact_fit(const DifferencedSeries& data, const ArimaOrder& order, std::size_t period,
                const ArimaFit* neighbour, ArimaPrecision precision, double target) {
  const bool full = precision == ArimaPrecision::full;
  const bool thorough = precision == ArimaPrecision::search;
  const auto arma = static_cast<std::size_t>(arma_count(order));
  const std::size_t columns = data.columns.size();
  ArimaResiduals problem(data, order, period, ArimaResiduals::Likelihood::exact);
  std::vector<Start> starts;
  if (thorough || neighbour == nullptr) starts = conditional_fits(data, order, period);
  if (neighbour != nullptr) {
    Start near{carry_over(*neighbour, order, columns, 0), kInfinity};
    const std::span<double> coefficients = std::span(near.x).subspan(arma);
    const std::size_t theirs = static_cast<std::size_t>(arma_count(neighbour->model.order));
    if (thorough) {
      std::copy(starts[0].x.begin() + static_cast<std::ptrdiff_t>(arma), starts[0].x.end(),
                coefficients.begin());
    } else if (neighbour->x.size() - theirs == columns) {
      std::copy(neighbour->x.begin() + static_cast<std::ptrdiff_t>(theirs), neighbour->x.end(),
                coefficients.begin());
    } else if (columns > 0) {
      start_coefficients(data, coefficients);
    }
    starts.push_back(std::move(near));
  }
  for (Start& start : starts) {
    start.cost = full ? descend(problem, start.x, kSearchFit).cost : problem.cost(start.x);
  }
  Start best = cheapest(starts);
  LeastSquaresOptions last = full ? kFullFit : thorough ? kSearchFit : kQuickFit;
  if (!full) last.target = target;
  best.cost = descend(problem, best.x, last).cost;
  return best;
}

}  // namespace

ArimaFit fit_order(std::span<const double> y, std::size_t period, const ArimaOrder& order,
                   Columns regressors, const ArimaFit* neighbour, ArimaPrecision precision,
                   double to_beat) {
  const DifferencedSeries data = difference_all(y, period, order, regressors);
  ArimaFit fit;
  fit.model.order = order;
  fit.model.period = period;
  fit.model.aicc = kInfinity;
  const double n = static_cast<double>(data.values.size());
  const double k =
      static_cast<double>(arma_count(order)) + static_cast<double>(data.columns.size()) + 1;
  if (!(n - k - 1 > 0) || order.p > 5 || order.q > 5 || order.P > 2 || order.Q > 2) return fit;
  const double penalty = 2 * k + 2 * k * (k + 1) / (n - k - 1);
  const double constants = 1 + std::log(2 * std::numbers::pi);
  Start best;
  double value = kInfinity;
  if (precision == ArimaPrecision::conditional) {
    best = cheapest(conditional_fits(data, order, period));
    value = n * std::log(best.cost);
  } else {
    const double target = n * std::exp((to_beat - penalty) / n - constants);
    best = exact_fit(data, order, period, neighbour, precision, target);
    const double floor = 1e-24 * n * std::pow(root_mean_square(y), 2) + 1e-300;
    value = n * (std::log(std::max(best.cost, floor) / n) + constants);
  }
  fit.x = std::move(best.x);
  ArimaResiduals(data, order, period, ArimaResiduals::Likelihood::exact)
      .polynomials(fit.x, fit.model);
  fit.model.log_likelihood = -0.5 * value;
  fit.model.aicc = value + penalty;
  fit.accepted = std::isfinite(value) && !near_unit_circle(fit.model);
  return fit;
}

void finish(ArimaFit& fit, std::span<const double> y, Columns regressors) {
  ArimaModel& model = fit.model;
  const DifferencedSeries data = difference_all(y, model.period, model.order, regressors);
  const std::size_t n = data.values.size(), lost = y.size() - n;
  ArimaResiduals problem(data, model.order, model.period, ArimaResiduals::Likelihood::exact);
  std::vector<double> scaled(n), roots(n);
  if (!problem.innovations(fit.x, scaled, roots)) return;
  const auto arma = static_cast<std::size_t>(arma_count(model.order));
  model.coefficients.clear();
  for (std::size_t k = 0; k < data.columns.size(); ++k) {
    model.coefficients.push_back(fit.x[arma + k] / data.column_scales[k]);
  }
  double squares = 0;
  model.fitted.assign(y.begin(), y.end());
  for (std::size_t t = 0; t < n; ++t) {
    squares += scaled[t] * scaled[t];
    model.fitted[lost + t] -= scaled[t] * roots[t];
  }
  const double freedom = static_cast<double>(n) - static_cast<double>(fit.x.size());
  model.sigma2 = squares / std::max(1.0, freedom);
  model.state.assign(problem.filter_state().begin(), problem.filter_state().end());
  model.size = y.size();
  model.place = fit.x;
  model.tail.assign(y.end() - static_cast<std::ptrdiff_t>(lost), y.end());
  for (std::size_t i = 0; i < lost; ++i) {
    const std::size_t t = y.size() - lost + i;
    std::size_t next = 0;
    if (data.columns.size() > regressors.size()) {
      const bool drift = model.order.d + model.order.D == 1;
      model.tail[i] -= model.coefficients[next++] * (drift ? static_cast<double>(t + 1) : 1);
    }
    for (const std::vector<double>& column : regressors) {
      model.tail[i] -= model.coefficients[next++] * column[t];
    }
  }
}

}  // namespace clientele::forecast
