#include "models/forecast/tbats.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/forecast/arima.hpp"
#include "models/forecast/arma_polynomial.hpp"
#include "models/forecast/box_cox.hpp"
#include "models/forecast/lasso.hpp"
#include "models/forecast/least_squares.hpp"
#include "models/forecast/stationarity.hpp"
#include "models/forecast/tbats_recursion.hpp"

namespace clientele::forecast {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kFewest = 8, kMostModelled = 1500;
constexpr LeastSquaresOptions kFit{.max_iterations = 12, .tolerance = 1e-4};
constexpr LeastSquaresOptions kFinish{.max_iterations = 60, .tolerance = 1e-9};

double dot(const double* a, const double* b, std::size_t n) {
  double lanes[8] = {};
  const std::size_t whole = n / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) {
    for (std::size_t l = 0; l < 8; ++l) lanes[l] += a[i + l] * b[i + l];
  }
  double sum = 0;
  for (std::size_t i = whole; i < n; ++i) sum += a[i] * b[i];
  for (const double lane : lanes) sum += lane;
  return sum;
}

std::size_t parameter_count(const TbatsForm& form) {
  const std::size_t trend = form.trend == TbatsTrend::none     ? 0
                            : form.trend == TbatsTrend::linear ? 1
                                                               : 2;
  return 1 + trend + 2 * form.seasons.size() + form.ar + form.ma + (form.box_cox ? 1 : 0);
}

std::size_t state_count(const TbatsForm& form) {
  std::size_t count = 1 + (form.trend == TbatsTrend::none ? 0 : 1) + form.ar + form.ma;
  for (const FourierSeason& season : form.seasons) count += 2 * season.harmonics;
  return count;
}

// Calls use(parameter, lower, upper) in the order of x.
template <typename Model, typename Use>
void each_parameter(Model& model, Use use) {
  use(model.alpha, -0.1, 1.8);
  if (model.form.trend != TbatsTrend::none) use(model.beta, -0.05, 0.9);
  if (model.form.trend == TbatsTrend::damped) use(model.phi, 0.8, 1.0);
  for (std::size_t i = 0; i < model.form.seasons.size(); ++i) {
    use(model.gamma1[i], -0.3, 0.5);
    use(model.gamma2[i], -0.3, 0.5);
  }
  for (auto& value : model.ar) use(value, -2.0, 2.0);
  for (auto& value : model.ma) use(value, -2.0, 2.0);
  if (model.form.box_cox) use(model.lambda, 0.0, 1.0);
}

std::vector<double> negated(std::vector<double> values) {
  for (double& value : values) value = -value;
  return values;
}

// Errors of a form as functions of its parameters, first states eliminated.
class TbatsProblem final : public ResidualLeastSquares {
 public:
  TbatsProblem(std::span<const double> y, const TbatsForm& form)
      : ResidualLeastSquares(y.size()), y_(y), z_(y.begin(), y.end()) {
    model_.form = form;
    model_.gamma1.assign(form.seasons.size(), 0);
    model_.gamma2.assign(form.seasons.size(), 0);
    model_.ar.assign(form.ar, 0);
    model_.ma.assign(form.ma, 0);
    model_.beta = form.trend == TbatsTrend::none ? 0 : 0.05;
    model_.phi = form.trend == TbatsTrend::damped ? 0.98 : 1;
    if (!form.box_cox) return;
    model_.lambda = 0.5;
    for (const double value : y) {
      logs_.push_back(std::log(value));
      mean_log_ += logs_.back() / static_cast<double>(y.size());
    }
  }

  TbatsModel at(std::span<const double> x) const {
    TbatsModel model = model_;
    std::size_t i = 0;
    each_parameter(model, [&](double& value, double, double) { value = x[i++]; });
    return model;
  }
  // The speed of learning with the least cost; seasons that stand still or move as in `near`.
  std::vector<double> start(const TbatsModel* near) {
    std::vector<double> best;
    double least = kInfinity;
    for (const bool like_near : {false, true}) {
      TbatsModel model = model_;
      if (like_near && near == nullptr) continue;
      if (like_near) {
        if (model.form.box_cox && near->form.box_cox) model.lambda = near->lambda;
        for (std::size_t i = 0; i < std::min(model.gamma1.size(), near->gamma1.size()); ++i) {
          model.gamma1[i] = near->gamma1[i];
          model.gamma2[i] = near->gamma2[i];
        }
      }
      for (const double alpha : {0.02, 0.09, 0.3, 0.7}) {
        model.alpha = alpha;
        if (model.form.trend != TbatsTrend::none) model.beta = 0.1 * alpha;
        std::vector<double> x;
        each_parameter(model, [&](double& value, double, double) { x.push_back(value); });
        const double value = cost(x);
        if (!(value < least) && !best.empty()) continue;
        best = std::move(x);
        least = value;
      }
    }
    return best;
  }
  // Fills the first states of the model and returns the sum of squares, in the unit of y.
  double solve(TbatsModel& model, std::span<double> r) {
    const double lambda = model.lambda;
    if (model.form.box_cox && lambda != z_lambda_) {
      for (std::size_t t = 0; t < z_.size(); ++t) {
        z_[t] = lambda == 0 ? logs_[t] : std::expm1(lambda * logs_[t]) / lambda;
      }
      z_lambda_ = lambda;
    }
    TbatsRecursion recursion(model);
    if (!recursion.shares(z_.size(), shares_)) return kInfinity;
    recursion.errors(z_, r);
    regress(recursion.seeds(), r);
    model.first.assign(recursion.size(), 0);
    std::copy(right_.begin(), right_.end(), model.first.begin());
    const double unit = model.form.box_cox ? std::exp((1 - lambda) * mean_log_) : 1;
    double sum = 0;
    for (double& value : r) {
      value *= unit;
      sum += value * value;
    }
    return sum;
  }

 protected:
  bool residuals(std::span<const double> x, std::span<double> r) override {
    TbatsModel model = at(x);
    if (!roots_outside(model.ar, 1.01) || !roots_outside(negated(model.ma), 1.01)) return false;
    return std::isfinite(solve(model, r));
  }

 private:
  // Takes off the best first states, which go to right_.
  void regress(std::size_t count, std::span<double> r) {
    const std::size_t n = r.size();
    matrix_.resize(count * count);
    right_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      const double* column = shares_.data() + i * n;
      right_[i] = dot(column, r.data(), n);
      for (std::size_t j = 0; j <= i; ++j) {
        matrix_[i * count + j] = matrix_[j * count + i] = dot(column, shares_.data() + j * n, n);
      }
    }
    for (std::size_t i = 0; i < count; ++i) matrix_[i * count + i] *= 1 + 1e-10;
    if (!solve_positive(matrix_, right_)) std::fill(right_.begin(), right_.end(), 0);
    for (std::size_t i = 0; i < count; ++i) {
      const double* column = shares_.data() + i * n;
      for (std::size_t t = 0; t < n; ++t) r[t] -= right_[i] * column[t];
    }
  }

  std::span<const double> y_;
  std::vector<double> z_, logs_;
  double z_lambda_ = -1, mean_log_ = 0;
  TbatsModel model_;
  std::vector<double> shares_, matrix_, right_;
};

TbatsModel refused(const TbatsForm& form) {
  TbatsModel model;
  model.form = form;
  model.aic = kInfinity;
  return model;
}

// The level y starts from, and how fast it moves: a fit that never fails.
TbatsModel flat(std::span<const double> y) {
  TbatsModel model;
  const double n = static_cast<double>(y.size());
  double mean = 0, squares = 0;
  for (const double value : y) mean += value / n;
  for (const double value : y) squares += (value - mean) * (value - mean);
  if (is_constant(y)) mean = y[0], squares = 0;
  model.alpha = 0;
  model.first = model.last = {mean};
  model.sigma2 = squares / std::max(1.0, n - 1);
  model.fitted.assign(y.size(), mean);
  return model;
}

TbatsModel fit_from(std::span<const double> y, const TbatsForm& form, const TbatsModel* near,
                    const LeastSquaresOptions& options) {
  const std::size_t parameters = parameter_count(form), states = state_count(form);
  if (y.size() < parameters + states + 2) return refused(form);
  TbatsProblem problem(y, form);
  std::vector<double> x = problem.start(near), lower, upper;
  TbatsModel model = problem.at(x);
  each_parameter(model, [&](double&, double low, double high) {
    lower.push_back(low);
    upper.push_back(high);
  });
  if (!std::isfinite(minimise(problem, x, lower, upper, options).cost)) return refused(form);
  model = problem.at(x);
  std::vector<double> r(y.size());
  const double cost = problem.solve(model, r);
  double size = 0;
  for (const double value : y) size += value * value;
  model.aic = static_cast<double>(y.size()) * std::log(std::max(cost, 1e-24 * size + 1e-300)) +
              2 * static_cast<double>(parameters + states);
  if (!std::isfinite(model.aic)) return refused(form);
  return model;
}

// Fills what predict() needs.
TbatsModel finish(std::span<const double> y, TbatsModel model) {
  TbatsRecursion recursion(model);
  model.last = model.first;
  double squares = 0;
  for (const double value : y) {
    const double expected = recursion.expected(model.last);
    const double z = model.form.box_cox ? box_cox(value, model.lambda) : value;
    squares += (z - expected) * (z - expected);
    model.fitted.push_back(model.form.box_cox ? inverse_box_cox(expected, model.lambda) : expected);
    recursion.step(model.last, z - expected);
  }
  const std::size_t used = parameter_count(model.form) + state_count(model.form);
  model.sigma2 = squares / std::max(1.0, static_cast<double>(y.size()) - static_cast<double>(used));
  return model;
}

// Harmonics of one season after another, by AIC: down from all of up to six, or either way from
// six.
TbatsModel choose_harmonics(std::span<const double> y, TbatsForm form) {
  for (FourierSeason& season : form.seasons) season.harmonics = 1;
  TbatsModel best = fit_from(y, form, nullptr, kFit);
  for (std::size_t i = 0; i < form.seasons.size(); ++i) {
    const auto most = static_cast<std::size_t>(std::ceil(form.seasons[i].period / 2)) - 1;
    const auto attempt = [&](std::size_t harmonics) {
      TbatsForm trial = best.form;
      trial.seasons[i].harmonics = harmonics;
      TbatsModel model = fit_from(y, trial, &best, kFit);
      const bool better = model.aic < best.aic;
      if (better) best = std::move(model);
      return better;
    };
    if (most <= 1) continue;
    const std::size_t from = std::min<std::size_t>(most, 6);
    bool down = attempt(from);
    if (from == most) {
      for (std::size_t k = from - 1; k >= 1 && attempt(k); --k) down = true;
      continue;
    }
    bool up = false;
    for (std::size_t k = from + 1; k <= most && attempt(k); ++k) up = true;
    for (std::size_t k = from - 1; !up && k >= 1 && attempt(k); --k) down = true;
    if (!up && !down) {
      for (std::size_t k = 2; k < from && attempt(k); ++k) up = true;
    }
  }
  return best;
}

// The model with the ARMA form that its errors call for, if that has the lower AIC.
TbatsModel with_arma_errors(std::span<const double> y, TbatsModel model) {
  TbatsProblem problem(y, model.form);
  std::vector<double> errors(y.size());
  problem.solve(model, errors);
  const ArimaModel arma = auto_arima(errors, 1, {}, {.seasonal = false, .max_p = 3, .max_q = 3});
  TbatsForm form = model.form;
  form.ar = static_cast<std::size_t>(arma.order.p);
  form.ma = static_cast<std::size_t>(arma.order.q);
  if (arma.order.d > 0 || form.ar + form.ma == 0) return model;
  TbatsModel other = fit_from(y, form, &model, kFinish);
  return other.aic < model.aic ? other : model;
}

// How many of the newest of n values are modelled: four of the longest periods, or more.
std::size_t recent(std::size_t n, std::span<const double> periods) {
  double longest = 0;
  for (const double period : periods) longest = std::max(longest, period);
  return std::min(n, std::max(kMostModelled, static_cast<std::size_t>(std::min(4 * longest, 1e9))));
}

}  // namespace

TbatsModel fit_tbats(std::span<const double> y, const TbatsForm& form) {
  const auto positive = [](double value) { return value > 0; };
  if (form.box_cox && !std::all_of(y.begin(), y.end(), positive)) return refused(form);
  TbatsModel model = fit_from(y, form, nullptr, kFinish);
  return std::isfinite(model.aic) ? finish(y, std::move(model)) : model;
}

TbatsModel auto_tbats(std::span<const double> y, std::span<const double> periods) {
  if (is_constant(y) || y.size() < kFewest) return flat(y);
  if (const std::size_t kept = recent(y.size(), periods); kept < y.size()) {
    TbatsModel model = auto_tbats(y.last(kept), periods);
    model.fitted.insert(model.fitted.begin(), y.begin(),
                        y.end() - static_cast<std::ptrdiff_t>(kept));
    return model;
  }
  const bool positive = std::all_of(y.begin(), y.end(), [](double value) { return value > 0; });
  TbatsForm form{.box_cox = positive, .trend = TbatsTrend::damped, .seasons = {}};
  for (const double period : periods) {
    if (period >= 3 && static_cast<double>(y.size()) >= 2 * std::floor(period)) {
      form.seasons.push_back({period, 1});
    }
  }
  const TbatsModel guide = choose_harmonics(y, form);
  std::vector<TbatsModel> found;
  const auto attempt = [&](TbatsForm tried) {
    found.push_back(fit_from(y, tried, &guide, kFit));
    return found.back().aic;
  };
  form = guide.form;
  const double seasonal = attempt(form);
  if (!form.seasons.empty()) {
    TbatsForm plain = form;
    plain.seasons.clear();
    if (attempt(plain) < seasonal) form.seasons.clear();
  }
  if (positive) {
    TbatsForm plain = form;
    plain.box_cox = false;
    const double before = form.seasons.empty() ? found.back().aic : seasonal;
    form.box_cox = !(attempt(plain) < before);
  }
  for (const TbatsTrend trend : {TbatsTrend::none, TbatsTrend::linear}) {
    form.trend = trend;
    attempt(form);
  }
  const std::size_t finalists = std::min<std::size_t>(2, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(finalists),
                    found.end(),
                    [](const TbatsModel& a, const TbatsModel& b) { return a.aic < b.aic; });
  TbatsModel best = found.front();
  for (std::size_t i = 0; i < finalists; ++i) {
    TbatsModel model = fit_from(y, found[i].form, &found[i], kFinish);
    if (model.aic < best.aic) best = std::move(model);
  }
  return std::isfinite(best.aic) ? finish(y, with_arma_errors(y, std::move(best))) : flat(y);
}

}  // namespace clientele::forecast
