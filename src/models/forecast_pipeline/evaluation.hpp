// Rolling-origin comparison of the candidates on one daily series.
// Every fold adjusts and fits on the days before its origin only. Errors are those of calendar days
// in original units. The choice weighs the RMSE of all days 0.6 and that of business days 0.4;
// "Ensemble", the median of the members, is kept unless another candidate is better in every one of
// at least three folds and by 10 % overall: averages lose to a champion less often than a champion
// is picked by luck. The forms of ARIMA, ETS, CES and TBATS are searched on the first fold and on
// the whole history; the folds between take over that of the first, which knows less than they do.
// With `search_once` the whole history takes over those of ARIMA and TBATS if the first fold has
// half a year. A yearly pattern is taken off wherever one can be learnt, unless the same folds
// speak against it: with it, the Aggregation model's squared errors are larger by a fifth.
// ETS, ARIMA, CES and Theta see a Box-Cox transform where the spread of weeks grows with their
// level, known from before the first fold, and the ensemble of the folds is better for it by 5 %;
// the forms of the untransformed ARIMA and CES serve there. Never with `search_once`. Complexity:
// one fit a candidate and fold, two of those four. Deterministic on any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/forecast/cross_validation.hpp"
#include "models/forecast_pipeline/candidates.hpp"

namespace clientele::forecast_pipeline {

// A series with everything that is known beside it.
struct Question {
  DailySeries series;                  // n days
  KnownDays known;                     // n + horizon days
  std::size_t horizon = 1;             // calendar days
  std::vector<std::uint8_t> business;  // n + horizon days: 1 where business is done
  std::vector<Model> candidates;
  std::vector<Model> members;         // candidates whose median is the ensemble; empty: none
  const DailySeries* pool = nullptr;  // total of related series, see YearSource
  bool search_once = false;           // see above
  std::uint64_t seed = 42;
  std::size_t threads = 1;
  std::function<bool()> cancelled;  // may be empty
};

// The test window of one fold and what each candidate made of it.
struct Fold {
  Adjusted adjusted;
  std::vector<forecast::Forecast> forecasts;  // of open days in adjusted units; empty = failed
  std::vector<std::vector<double>> daily;     // restored, by calendar day; empty = failed
};

struct CandidateScore {
  Model model = Model::aggregation;
  bool usable = false;          // forecast in every fold
  forecast::Accuracy accuracy;  // of all days
  double weighted_rmse = 0;
  double seconds = 0;
};

struct Evaluation {
  bool use_year = false;
  double power = 1;                    // of the Box-Cox transform; 1: none
  std::size_t fold_horizon = 0;        // days; 0: too short for folds
  std::vector<CandidateScore> scores;  // one a candidate, then the ensemble
  std::vector<Fold> folds;             // forecasts in the order of `scores`
  SharedForms forms;                   // for the whole history; empty where they are searched
  std::size_t best = 0;                // index into scores
};

Evaluation evaluate(const Question& question);

// The forecasts of all days ahead in the order of Evaluation::scores; those that are not needed for
// scores[wanted] are left empty.
std::vector<forecast::Forecast> final_forecasts(const Question& question, const Adjusted& adjusted,
                                                const Evaluation& evaluation, std::size_t wanted);

}  // namespace clientele::forecast_pipeline
