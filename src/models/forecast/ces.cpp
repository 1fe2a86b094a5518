#include "models/forecast/ces.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/forecast/classical_decomposition.hpp"
#include "models/forecast/least_squares.hpp"

namespace clientele::forecast {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// One step of a complex smoothing state (l, c).
void turn(double& l, double& c, double a0, double a1, double error) {
  const double level = l - (1 - a1) * c + (a0 - a1) * error;
  c = l + (1 - a0) * c + (a0 + a1) * error;
  l = level;
}

// The rings turned to the order of use, where `place` is the next slot.
void turn_rings(CesState& state, std::size_t place) {
  for (std::vector<double>* ring :
       {&state.level, &state.potential, &state.season, &state.season_potential}) {
    if (ring->size() > 1) {
      std::rotate(ring->begin(), ring->begin() + static_cast<std::ptrdiff_t>(place), ring->end());
    }
  }
}

// The recursion with its rings; `place` is the slot in use.
class Recursion {
 public:
  Recursion(const CesModel& model, CesState start) : model_(model), state_(std::move(start)) {}

  double expected() const {
    const double season = state_.season.empty() ? 0 : state_.season[place_];
    return state_.level[slot()] + season;
  }
  void update(double error) {
    double& l = state_.level[slot()];
    double& c = state_.potential[slot()];
    turn(l, c, model_.a0, model_.a1, error);
    if (model_.form == CesForm::partial) state_.season[place_] += model_.b0 * error;
    if (model_.form == CesForm::full) {
      turn(state_.season[place_], state_.season_potential[place_], model_.b0, model_.b1, error);
    }
    if (++place_ >= model_.period) place_ = 0;
  }
  CesState state() const {
    CesState out = state_;
    turn_rings(out, place_);
    return out;
  }

 private:
  std::size_t slot() const { return state_.level.size() > 1 ? place_ : 0; }

  const CesModel& model_;
  CesState state_;
  std::size_t place_ = 0;
};

CesState heuristic_start(std::span<const double> y, std::size_t m, CesForm form) {
  CesState start;
  if (form == CesForm::simple) {
    start.level.assign(y.begin(), y.begin() + static_cast<std::ptrdiff_t>(m));
  } else {
    const std::size_t count =
        std::min(y.size(), form == CesForm::none ? std::max<std::size_t>(10, m) : m);
    double sum = 0;
    for (std::size_t t = 0; t < count; ++t) sum += y[t];
    start.level.assign(1, sum / static_cast<double>(count));
  }
  start.potential = start.level;
  for (double& value : start.potential) value /= 1.1;
  if (form == CesForm::partial || form == CesForm::full) {
    start.season = seasonal_indices(y, m, Seasonality::additive);
  }
  if (form == CesForm::full) {
    start.season_potential = start.season;
    for (double& value : start.season_potential) value /= 1.1;
  }
  return start;
}

class CesProblem final : public ResidualLeastSquares {
 public:
  CesProblem(std::span<const double> y, std::size_t period, CesForm form)
      : ResidualLeastSquares(y.size()),
        y_(y),
        reversed_(y.rbegin(), y.rend()),
        scratch_(y.size()),
        start_(heuristic_start(y, period, form)) {
    model_.form = form;
    model_.period = period;
  }

  // Passes forth, back and forth; errors of the last into r. False if they run away.
  bool run(const CesModel& model, std::span<double> r, CesState& last) {
    last = pass(model, y_, start_, scratch_);
    reverse(last);
    last = pass(model, reversed_, last, scratch_);
    reverse(last);
    last = pass(model, y_, last, r);
    return std::all_of(r.begin(), r.end(), [](double e) { return std::abs(e) < 1e100; });
  }
  CesModel at(std::span<const double> x) const {
    CesModel model = model_;
    model.a0 = x[0];
    model.a1 = x[1];
    if (x.size() > 2) model.b0 = x[2];
    if (x.size() > 3) model.b1 = x[3];
    return model;
  }

 protected:
  bool residuals(std::span<const double> x, std::span<double> r) override {
    CesState last;
    return run(at(x), r, last);
  }

 private:
  static CesState pass(const CesModel& model, std::span<const double> y, const CesState& start,
                       std::span<double> errors) {
    if (model.form == CesForm::none) return level_pass<CesForm::none>(model, y, start, errors);
    if (model.form == CesForm::partial) {
      return level_pass<CesForm::partial>(model, y, start, errors);
    }
    if (model.form == CesForm::full) return level_pass<CesForm::full>(model, y, start, errors);
    Recursion recursion(model, start);
    for (std::size_t t = 0; t < y.size(); ++t) {
      errors[t] = y[t] - recursion.expected();
      recursion.update(errors[t]);
    }
    return recursion.state();
  }
  // A pass of a form with one level, which then stays in registers; the arithmetic of Recursion.
  template <CesForm form>
  static CesState level_pass(const CesModel& model, std::span<const double> y,
                             const CesState& start, std::span<double> errors) {
    CesState state = start;
    const double a0 = model.a0, a1 = model.a1, b0 = model.b0, b1 = model.b1;
    double l = state.level[0], c = state.potential[0];
    double* const season = state.season.data();
    double* const season_potential = state.season_potential.data();
    std::size_t place = 0;
    for (std::size_t t = 0; t < y.size(); ++t) {
      const double error = y[t] - (form == CesForm::none ? l : l + season[place]);
      errors[t] = error;
      turn(l, c, a0, a1, error);
      if constexpr (form == CesForm::partial) season[place] += b0 * error;
      if constexpr (form == CesForm::full) {
        turn(season[place], season_potential[place], b0, b1, error);
      }
      if (++place >= model.period) place = 0;
    }
    state.level[0] = l;
    state.potential[0] = c;
    turn_rings(state, place);
    return state;
  }
  static void reverse(CesState& state) {
    for (std::vector<double>* ring :
         {&state.level, &state.potential, &state.season, &state.season_potential}) {
      std::reverse(ring->begin(), ring->end());
    }
  }

  std::span<const double> y_;
  std::vector<double> reversed_, scratch_;
  CesState start_;
  CesModel model_;
};

std::vector<double> first_guess(CesForm form) {
  if (form == CesForm::partial) return {1.3, 1.0, 0.1};
  if (form == CesForm::full) return {1.3, 1.0, 1.3, 1.0};
  return {1.3, 1.0};
}

// Parameters, variance and the pattern a seasonal form starts from.
double parameter_count(CesForm form, std::size_t parameters, std::size_t m) {
  const std::size_t pattern = form == CesForm::none ? 0 : m - 1;
  return static_cast<double>(parameters + 1 + pattern);
}

CesModel mean_model(std::span<const double> y) {
  CesModel model;
  double sum = 0, squares = 0;
  const double n = static_cast<double>(y.size());
  for (const double value : y) sum += value / n;
  for (const double value : y) squares += (value - sum) * (value - sum);
  model.a0 = model.a1 = 1;
  model.last.level.assign(1, sum);
  model.last.potential.assign(1, sum);
  model.sigma2 = squares / std::max(1.0, n - 1);
  model.fitted.assign(y.size(), sum);
  return model;
}

}  // namespace

CesModel fit_ces(std::span<const double> y, std::size_t period, CesForm form) {
  const std::size_t m = form == CesForm::none ? 1 : period;
  std::vector<double> x = first_guess(form);
  const double n = static_cast<double>(y.size()), k = parameter_count(form, x.size(), m);
  CesModel model;
  model.form = form;
  model.aicc = kInfinity;
  if (!(n - k - 1 > 0) || (form != CesForm::none && (m < 2 || y.size() < 2 * m))) return model;
  CesProblem problem(y, m, form);
  const std::vector<double> lower(x.size(), 0.01), upper{1.8, 1.9, 1.5, 1.5};
  const LeastSquaresResult result = minimise(problem, x, lower, std::span(upper).first(x.size()),
                                             {.max_iterations = 30, .tolerance = 1e-7});
  if (!std::isfinite(result.cost)) return model;
  model = problem.at(x);
  std::vector<double> errors(y.size());
  problem.run(model, errors, model.last);
  double squares = 0, size = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    model.fitted.push_back(y[t] - errors[t]);
    squares += errors[t] * errors[t];
    size += y[t] * y[t];
  }
  model.sigma2 = squares / (n - k);
  model.aicc = n * std::log(std::max(squares, 1e-24 * size + 1e-300)) + 2 * k +
               2 * k * (k + 1) / (n - k - 1);
  return model;
}

CesModel auto_ces(std::span<const double> y, std::size_t period) {
  CesModel best = mean_model(y);
  best.aicc = kInfinity;
  for (const CesForm form : {CesForm::none, CesForm::simple, CesForm::partial, CesForm::full}) {
    CesModel model = fit_ces(y, period, form);
    if (model.aicc < best.aicc) best = std::move(model);
  }
  return best;
}

Forecast predict(const CesModel& model, std::size_t horizon) {
  Forecast result;
  result.fitted = model.fitted;
  const double unit = std::max(1.0, std::abs(model.last.level[0]));
  Recursion expected(model, model.last), surprised(model, model.last);
  double variance = 0;
  for (std::size_t h = 0; h < horizon; ++h) {
    const double mean = expected.expected();
    const double moved = surprised.expected() + (h == 0 ? unit : 0);
    expected.update(0);
    surprised.update(h == 0 ? unit : 0);
    result.mean.push_back(mean);
    result.response.push_back((moved - mean) / unit);
    variance += model.sigma2 * result.response[h] * result.response[h];
    result.sigma.push_back(std::sqrt(variance));
  }
  return result;
}

}  // namespace clientele::forecast
