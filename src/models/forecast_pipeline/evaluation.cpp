#include "models/forecast_pipeline/evaluation.hpp"

#include <algorithm>
#include <cmath>

#include "base/parallel.hpp"
#include "base/stopwatch.hpp"
#include "models/forecast/box_cox.hpp"
#include "models/forecast/combination.hpp"
#include "models/forecast_pipeline/yearly_pattern.hpp"

namespace clientele::forecast_pipeline {
namespace {

using forecast::Forecast;

constexpr std::size_t kFolds = 4;
constexpr double kCalendarWeight = 0.6, kUnknownSpread = 0.5, kUnknownLevel = 0.15;
constexpr double kYearTolerance = 1.2, kNothing = 1e-9;
constexpr std::size_t kFewestForSpread = 14, kFewestDaysForForms = 180;

bool is_member(const Question& question, Model model) {
  return std::find(question.members.begin(), question.members.end(), model) !=
         question.members.end();
}

double bound_of(const Adjusted& adjusted) {
  return forecast::plausible_bound(adjusted.fitted_values(), adjusted.open_ahead());
}

// Lets a trend fade: half of its pace is left after half as many days as it was learnt from. A line
// drawn on for longer than it was seen is the costliest error of long forecasts.
void fade_trend(std::vector<double>& mean, std::size_t period, std::size_t seen) {
  if (mean.size() < 2 * period) return;
  const double kept = std::exp2(-2 / static_cast<double>(std::max<std::size_t>(seen, 2 * period)));
  std::vector<double> level(mean.size());
  for (std::size_t h = 0; h < mean.size(); ++h) {  // mean of the week from h on
    const std::size_t begin = std::min(h, mean.size() - period);
    for (std::size_t i = 0; i < period; ++i) {
      level[h] += mean[begin + i] / static_cast<double>(period);
    }
  }
  double faded = level[0], pace = 1;
  for (std::size_t h = 1; h < mean.size(); ++h) {
    pace *= kept;
    faded += pace * (level[h] - level[h - 1]);
    mean[h] += faded - level[h];
  }
}

// What is left of a level that fades away is nothing.
void round_off(Forecast& forecast, std::span<const double> y) {
  const double least = kNothing * *std::max_element(y.begin(), y.end());
  for (double& mean : forecast.mean) mean = mean < least ? 0 : mean;
}

// Days of which too few are known to know their spread: at least half of the mean.
void widen(Forecast& forecast) {
  for (std::size_t h = 0; h < forecast.mean.size(); ++h) {
    forecast.sigma[h] = std::max(forecast.sigma[h], kUnknownSpread * forecast.mean[h]);
    if (h > 0) forecast.response[h] = std::max(forecast.response[h], kUnknownLevel);
  }
}

// A candidate's forecast, empty if it failed or is beyond reason.
Forecast sane_candidate(Model model, const Question& question, const Adjusted& adjusted,
                        const SharedForms* given = nullptr, SharedForms* found = nullptr) {
  // The search on the first fold need only find a good order; many products share the time.
  const bool hurried = question.search_once || found != nullptr;
  Forecast out =
      run_candidate(model, {&adjusted, &question.known, question.seed, given, found, hurried});
  if (out.mean.size() != adjusted.open_ahead()) return {};
  fade_trend(out.mean, adjusted.period, adjusted.fitted_values().size());
  forecast::clip_below(out, 0);
  round_off(out, adjusted.fitted_values());
  if (!forecast::plausible(out, bound_of(adjusted))) return {};
  if (adjusted.past < kFewestForSpread) widen(out);
  return out;
}

Forecast ensemble_of(const Question& question, const Adjusted& adjusted,
                     std::span<const Forecast> forecasts) {
  std::vector<Forecast> members;
  for (std::size_t c = 0; c < question.candidates.size(); ++c) {
    if (is_member(question, question.candidates[c]) && !forecasts[c].mean.empty()) {
      members.push_back(forecasts[c]);
    }
  }
  if (members.empty()) return {};
  return forecast::combine(members, forecast::Combination::median, bound_of(adjusted));
}

double squared_error(const Question& question, const Adjusted& adjusted) {
  const std::size_t origin = adjusted.origin, horizon = adjusted.horizon;
  const auto forecast = aggregate(adjusted.fitted_values(), adjusted.period, adjusted.open_ahead());
  const std::vector<double> daily = restore(adjusted, forecast.mean);
  double sum = 0, total = 0;
  for (std::size_t h = 0; h < horizon; ++h) {
    const double error = question.series.values[origin + h] - daily[h];
    sum += error * error;
    total += error;
  }
  // Days and their total count alike: the total's error as if it were spread over the days.
  return sum + total * total / static_cast<double>(horizon);
}

// Whether the folds, which come without the yearly pattern, leave it in place.
bool year_stands(const Question& question, std::span<const Fold> folds) {
  double with = 0, without = 0;
  for (const Fold& fold : folds) {
    if (fold.adjusted.origin < kFewestDaysForYear && question.pool == nullptr) continue;
    Adjusted adjusted = fold.adjusted;
    without += squared_error(question, adjusted);
    take_off_year(adjusted, question.pool);
    with += squared_error(question, adjusted);
  }
  return with <= kYearTolerance * without;
}

void score_candidate(const Question& question, const forecast::FoldPlan& plan,
                     std::span<const Fold> folds, std::size_t c, CandidateScore& score) {
  std::vector<forecast::FoldForecast> forecasts;
  double business_squares = 0, business_days = 0;
  for (const Fold& fold : folds) {
    if (fold.daily[c].empty()) return;
    forecast::FoldForecast& made = forecasts.emplace_back();
    made.origin = fold.adjusted.origin;
    made.forecast.mean = fold.daily[c];
    for (std::size_t h = 0; h < plan.horizon; ++h) {
      const std::size_t day = made.origin + h;
      if (question.business[day] == 0) continue;
      const double error = question.series.values[day] - fold.daily[c][h];
      business_squares += error * error;
      ++business_days;
    }
  }
  score.usable = true;
  score.accuracy = forecast::score(question.series.values, 7, forecasts);
  const double business =
      business_days > 0 ? std::sqrt(business_squares / business_days) : score.accuracy.rmse;
  score.weighted_rmse = kCalendarWeight * score.accuracy.rmse + (1 - kCalendarWeight) * business;
}

// The ensemble of every fold, and the scores of all.
void score_all(const Question& question, const forecast::FoldPlan& plan, Evaluation& out) {
  for (Fold& fold : out.folds) {
    if (!question.members.empty()) {
      fold.forecasts.back() = ensemble_of(question, fold.adjusted, fold.forecasts);
    }
    for (std::size_t c = 0; c < out.scores.size(); ++c) {
      if (fold.forecasts[c].mean.empty()) continue;
      fold.daily[c] = restore(fold.adjusted, fold.forecasts[c].mean);
    }
  }
  for (std::size_t c = 0; c < out.scores.size(); ++c) {
    score_candidate(question, plan, out.folds, c, out.scores[c]);
  }
}

// Goes over to transformed models where the folds are clearly better for it.
void try_power(const Question& question, const forecast::FoldPlan& plan, const SharedForms& forms,
               Evaluation& out) {
  const Adjusted& first = out.folds.front().adjusted;
  if (question.members.empty() || question.search_once || !out.scores.back().usable) return;
  const double power = forecast::promising_power(first.fitted_values(), first.period);
  if (power == 1) return;
  Evaluation other = out;
  other.power = power;
  for (Fold& fold : other.folds) fold.adjusted.power = power;
  const std::size_t candidates = question.candidates.size();
  parallel_for(question.threads, candidates * other.folds.size(), [&](std::size_t task) {
    const std::size_t c = task % candidates;
    if (!can_be_transformed(question.candidates[c])) return;
    if (question.cancelled && question.cancelled()) return;
    Fold& fold = other.folds[other.folds.size() - 1 - task / candidates];
    Forecast made = sane_candidate(question.candidates[c], question, fold.adjusted, &forms);
    if (!made.mean.empty()) fold.forecasts[c] = std::move(made);
  });
  score_all(question, plan, other);
  if (other.scores.back().weighted_rmse < forecast::kPowerGain * out.scores.back().weighted_rmse) {
    out = std::move(other);
  }
}

// The preferred candidate: the ensemble, or else the first one that can be used.
std::size_t choose(std::vector<CandidateScore>& scores, bool ensemble) {
  std::vector<forecast::Accuracy> usable;
  std::vector<std::size_t> index;
  std::size_t preferred = 0, least = 0;
  for (std::size_t c = 0; c < scores.size(); ++c) {
    if (!scores[c].usable) continue;
    usable.push_back(scores[c].accuracy);
    usable.back().rmse = scores[c].weighted_rmse;
    if (usable.back().rmse < usable[least].rmse) least = index.size();
    index.push_back(c);
  }
  if (index.empty()) return scores.size() - 1;
  const bool has_ensemble = ensemble && scores.back().usable;
  preferred = has_ensemble ? index.size() - 1 : least;
  return index[has_ensemble ? forecast::choose(usable, preferred) : preferred];
}

}  // namespace

Evaluation evaluate(const Question& question) {
  Evaluation out;
  for (const Model model : question.candidates) out.scores.emplace_back().model = model;
  if (!question.members.empty()) out.scores.emplace_back().model = Model::ensemble;
  const std::size_t n = question.series.size(), candidates = question.candidates.size();
  const auto plan = forecast::plan_folds(n, 7, question.horizon, kFolds);
  const std::size_t folds = plan.origins.size();
  if (folds == 0) {
    out.best = out.scores.size() - 1;
    return out;
  }
  out.fold_horizon = plan.horizon;
  out.folds.resize(folds);
  parallel_for(question.threads, folds, [&](std::size_t f) {
    Fold& fold = out.folds[f];
    fold.adjusted = adjust(question.series, question.known, plan.origins[f], plan.horizon, {});
    fold.forecasts.resize(out.scores.size());
    fold.daily.resize(out.scores.size());
  });
  out.use_year = year_stands(question, out.folds);
  for (Fold& fold : out.folds) {
    if (out.use_year) take_off_year(fold.adjusted, question.pool);
  }
  std::vector<double> seconds(candidates * folds, 0);
  SharedForms forms;  // of the first fold
  const auto run = [&](std::size_t f, std::size_t c) {
    if (question.cancelled && question.cancelled()) return;
    const Stopwatch watch;
    Fold& fold = out.folds[f];
    fold.forecasts[c] = sane_candidate(question.candidates[c], question, fold.adjusted,
                                       f > 0 ? &forms : nullptr, f == 0 ? &forms : nullptr);
    seconds[f * candidates + c] = watch.seconds();
  };
  parallel_for(question.threads, candidates, [&](std::size_t c) { run(0, c); });
  // The last folds are the dearest: those tasks go first.
  parallel_for(question.threads, candidates * (folds - 1),
               [&](std::size_t task) { run(folds - 1 - task / candidates, task % candidates); });
  for (std::size_t task = 0; task < seconds.size(); ++task) {
    out.scores[task % candidates].seconds += seconds[task];
  }
  score_all(question, plan, out);
  try_power(question, plan, forms, out);
  for (std::size_t c = 0; c < candidates; ++c) {
    if (is_member(question, out.scores[c].model)) {
      out.scores.back().seconds += out.scores[c].seconds;
    }
  }
  out.best = choose(out.scores, !question.members.empty());
  if (question.search_once && plan.origins.front() >= kFewestDaysForForms) {
    out.forms.arima = forms.arima;
    out.forms.tbats = forms.tbats;
  }
  return out;
}

std::vector<Forecast> final_forecasts(const Question& question, const Adjusted& adjusted,
                                      const Evaluation& evaluation, std::size_t wanted) {
  std::vector<Forecast> forecasts(evaluation.scores.size());
  const bool ensemble = evaluation.scores[wanted].model == Model::ensemble;
  parallel_for(question.threads, question.candidates.size(), [&](std::size_t c) {
    const Model model = question.candidates[c];
    if (c != wanted && !(ensemble && is_member(question, model))) return;
    if (question.cancelled && question.cancelled()) return;
    forecasts[c] = sane_candidate(model, question, adjusted, &evaluation.forms);
  });
  if (ensemble) forecasts[wanted] = ensemble_of(question, adjusted, forecasts);
  return forecasts;
}

}  // namespace clientele::forecast_pipeline
