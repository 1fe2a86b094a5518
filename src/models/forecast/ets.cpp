#include "models/forecast/ets.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "models/forecast/ets_recursion.hpp"
#include "models/forecast/stationarity.hpp"

namespace clientele::forecast {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// The search follows every form for a few steps and finishes those that are then near the best.
constexpr LeastSquaresOptions kScreening{.max_iterations = 4, .tolerance = 1e-5};
constexpr LeastSquaresOptions kFullFit{.max_iterations = 60, .tolerance = 1e-9};
constexpr double kScreeningMargin = 12;  // in AICc

struct Line {
  double intercept, slope;
};

// Least squares on 1..y.size().
Line fit_line(std::span<const double> y) {
  const double n = static_cast<double>(y.size());
  double sum = 0, weighted = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    sum += y[t];
    weighted += y[t] * (static_cast<double>(t + 1) - (n + 1) / 2);
  }
  const double slope = n < 2 ? 0 : weighted * 12 / (n * (n * n - 1));
  return {sum / n - slope * (n + 1) / 2, slope};
}

// Seasonal pattern of fewer than three years: trend and one harmonic by least squares.
std::vector<double> one_harmonic(std::span<const double> y, std::size_t m, Seasonality kind) {
  const Line line = fit_line(y);
  double cosine = 0, sine = 0;
  const double angle = 2 * std::numbers::pi / static_cast<double>(m);
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double rest = y[t] - line.intercept - line.slope * static_cast<double>(t + 1);
    cosine += rest * std::cos(angle * static_cast<double>(t));
    sine += rest * std::sin(angle * static_cast<double>(t));
  }
  const double n = static_cast<double>(y.size());
  const double mean = line.intercept + line.slope * (n + 1) / 2;
  std::vector<double> seasons(m);
  for (std::size_t j = 0; j < m; ++j) {
    const double phase = angle * static_cast<double>(j);
    seasons[j] = 2 / n * (cosine * std::cos(phase) + sine * std::sin(phase));
    if (kind == Seasonality::multiplicative) seasons[j] = 1 + seasons[j] / mean;
  }
  return seasons;
}

std::vector<double> starting_seasons(std::span<const double> y, std::size_t m, Seasonality kind) {
  std::vector<double> seasons =
      y.size() < 3 * m ? one_harmonic(y, m, kind) : seasonal_indices(y, m, kind);
  if (kind != Seasonality::multiplicative) return seasons;
  double sum = 0;
  for (double& season : seasons) {
    season = std::isfinite(season) ? std::max(season, 0.01) : 1;
    sum += season;
  }
  for (double& season : seasons) season *= static_cast<double>(m) / sum;
  return seasons;
}

EtsModel starting_point(std::span<const double> y, std::size_t period, const EtsForm& form) {
  EtsModel start;
  start.form = form;
  start.period = form.season == Seasonality::none ? 1 : period;
  const std::size_t m = start.period;
  start.alpha = 1e-4 + 0.2 * 0.9998 / static_cast<double>(m);
  std::vector<double> adjusted(
      y.begin(), y.begin() + static_cast<std::ptrdiff_t>(
                                 std::min(y.size(), std::max<std::size_t>(10, 2 * m))));
  if (form.season != Seasonality::none) {
    start.gamma = 0.05 * (1 - start.alpha);
    start.initial.seasons = starting_seasons(y, m, form.season);
    for (std::size_t t = 0; t < adjusted.size(); ++t) {
      const double season = start.initial.seasons[t % m];
      adjusted[t] = form.season == Seasonality::additive ? y[t] - season : y[t] / season;
    }
  }
  const Line line = fit_line(adjusted);
  start.initial.level =
      line.intercept + line.slope * (static_cast<double>(adjusted.size()) + 1) / 2;
  if (form.trend != EtsTrend::none) {
    start.beta = 0.1 * start.alpha;
    start.initial.level = line.intercept;
    start.initial.slope = line.slope;
    if (form.trend == EtsTrend::damped) start.phi = 0.978;
  }
  return start;
}

std::size_t parameter_count(const EtsForm& form, std::size_t period) {
  std::size_t count = 2;
  if (form.trend != EtsTrend::none) count += 2;
  if (form.trend == EtsTrend::damped) ++count;
  if (form.season != Seasonality::none) count += period;
  return count;
}

struct Information {
  double minus_two_log_likelihood, aicc;
};

Information information(double cost, std::span<const double> y, std::size_t parameters) {
  const double n = static_cast<double>(y.size());
  const double k = static_cast<double>(parameters + 1);
  double size = 0;
  for (const double value : y) size += value * value;
  const double value = n * std::log(std::max(cost, 1e-24 * size + 1e-300));
  if (!(n - k - 1 > 0)) return {value, kInfinity};
  return {value, value + 2 * k + 2 * k * (k + 1) / (n - k - 1)};
}

// Fills the measures of fit of a model whose recursion has run with cost S.
void judge(EtsModel& model, std::span<const double> y, double cost, std::size_t parameters) {
  double squares = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double unit = model.form.multiplicative_error ? model.fitted[t] : 1;
    const double error = (y[t] - model.fitted[t]) / unit;
    squares += error * error;
  }
  const double freedom = static_cast<double>(y.size()) - static_cast<double>(parameters);
  model.sigma2 = squares / std::max(1.0, freedom);
  const Information measures = information(cost, y, parameters);
  model.minus_two_log_likelihood = measures.minus_two_log_likelihood;
  model.aicc = measures.aicc;
}

EtsModel simple_smoothing(std::span<const double> y, double alpha) {
  EtsModel model;
  model.alpha = alpha;
  model.initial.level = y[0];
  const double cost = run_ets(y, model);
  judge(model, y, cost, 2);
  return model;
}

bool can_fit(std::span<const double> y, std::size_t period, const EtsForm& form) {
  if (parameter_count(form, period) + 2 > y.size()) return false;
  const bool seasonal = form.season != Seasonality::none;
  if (seasonal && (period < 2 || period > kMaxEtsPeriod || y.size() <= period)) return false;
  if (!form.multiplicative_error && form.season != Seasonality::multiplicative) return true;
  return std::all_of(y.begin(), y.end(), [](double value) { return value > 0; });
}

EtsModel failed(const EtsForm& form) {
  EtsModel model;
  model.form = form;
  model.aicc = kInfinity;
  return model;
}

// One form on its way to the optimum; screened from the start. A seasonal form with multiplicative
// errors sets out from where that with additive ones has got to, its `twin`; without a season the
// likelihoods of the two are less alike.
class Contender {
 public:
  Contender(std::span<const double> y, std::size_t period, const EtsForm& form,
            const Contender* twin)
      : form_(form),
        y_(y),
        likelihood_(y, period, form),
        parameters_(parameter_count(form, period)),
        x_(twin != nullptr ? twin->x_ : likelihood_.pack(starting_point(y, period, form))) {
    if (twin != nullptr) improve(kScreening);
    if (std::isfinite(cost_)) return;
    x_ = likelihood_.pack(starting_point(y, period, form));
    std::vector<double> valley = deepest_valley(form.trend != EtsTrend::none);
    improve(kScreening);
    if (valley.empty()) return;
    std::swap(x_, valley);
    const double cost = cost_;
    improve(kScreening);
    if (cost_ <= cost) return;
    std::swap(x_, valley);
    cost_ = cost;
  }

  void improve(const LeastSquaresOptions& options) {
    cost_ = minimise(likelihood_, x_, likelihood_.lower(), likelihood_.upper(), options).cost;
  }
  bool is_twin_of(const EtsForm& other) const {
    return form_.season != Seasonality::none && !form_.multiplicative_error &&
           form_.trend == other.trend && form_.season == other.season;
  }
  double aicc() const { return information(cost_, y_, parameters_).aicc; }
  EtsModel model() const {
    EtsModel model = likelihood_.unpack(x_);
    const double cost = run_ets(y_, model);
    if (!std::isfinite(cost)) return failed(model.form);
    judge(model, y_, cost, parameters_);
    return model;
  }

 private:
  // The most likely of several speeds of learning, if it is not that of x_: the likelihood may have
  // one valley where the states hardly move and another where they follow the series.
  std::vector<double> deepest_valley(bool trend) {
    double best = likelihood_.cost(x_);
    std::vector<double> trial = x_, found;
    for (const double alpha : {0.1, 0.4, 0.8}) {
      for (const double ratio : {0.02, 0.3}) {
        trial[0] = alpha;
        if (trend) trial[1] = ratio;
        const double cost = likelihood_.cost(trial);
        if (cost < best) {
          best = cost;
          found = trial;
        }
        if (!trend) break;
      }
    }
    return found;
  }

  EtsForm form_;
  std::span<const double> y_;
  EtsLikelihood likelihood_;
  std::size_t parameters_;
  std::vector<double> x_;
  double cost_ = kInfinity;
};

std::vector<EtsForm> candidates(const EtsOptions& options) {
  std::vector<EtsForm> forms;
  for (const bool multiplicative_error : {false, true}) {
    for (const EtsTrend trend : {EtsTrend::none, EtsTrend::damped, EtsTrend::additive}) {
      for (const Seasonality season :
           {Seasonality::none, Seasonality::additive, Seasonality::multiplicative}) {
        const bool multiplicative = multiplicative_error || season == Seasonality::multiplicative;
        if (!multiplicative_error && season == Seasonality::multiplicative) continue;
        if (multiplicative && options.additive_only) continue;
        if (trend == EtsTrend::additive && options.damped_only) continue;
        forms.push_back({multiplicative_error, trend, season});
      }
    }
  }
  return forms;
}

}  // namespace

std::string name_of(const EtsForm& form) {
  std::string name = form.multiplicative_error ? "ETS(M," : "ETS(A,";
  name += form.trend == EtsTrend::none ? "N," : form.trend == EtsTrend::additive ? "A," : "Ad,";
  name += form.season == Seasonality::none       ? "N)"
          : form.season == Seasonality::additive ? "A)"
                                                 : "M)";
  return name;
}

EtsModel fit_ets(std::span<const double> y, std::size_t period, const EtsForm& form) {
  if (!can_fit(y, period, form)) return failed(form);
  Contender contender(y, period, form, nullptr);
  contender.improve(kFullFit);
  return contender.model();
}

EtsModel auto_ets(std::span<const double> y, std::size_t period, const EtsOptions& options) {
  if (is_constant(y)) return simple_smoothing(y, 0.9999);
  std::vector<Contender> contenders;
  contenders.reserve(candidates(options).size());  // twins are pointed at
  double best = kInfinity;
  for (const EtsForm& form : candidates(options)) {
    if (!can_fit(y, period, form)) continue;
    const auto twin = std::find_if(contenders.begin(), contenders.end(),
                                   [&](const Contender& other) { return other.is_twin_of(form); });
    contenders.emplace_back(y, period, form, twin == contenders.end() ? nullptr : &*twin);
    best = std::min(best, contenders.back().aicc());
  }
  const Contender* winner = nullptr;
  for (Contender& contender : contenders) {
    if (!(contender.aicc() <= best + kScreeningMargin)) continue;
    contender.improve(kFullFit);
    if (winner == nullptr || contender.aicc() < winner->aicc()) winner = &contender;
  }
  return winner == nullptr ? simple_smoothing(y, 0.5) : winner->model();
}

}  // namespace clientele::forecast
