// A daily history to monthly totals with intervals: adjustment, candidates, folds, choice, paths.
// See adjustment.hpp, candidates.hpp, evaluation.hpp and paths.hpp for each part.
// Intervals of days: mean + q sigma, q from the folds (day_scores.hpp). Intervals of months: totals
// of simulated joint paths, widened or narrowed by the factor by which totals of about a month
// missed within the folds. Nothing is negative.
// Degenerate cases: a constant series is continued without error; all zeros give zeros; one value
// is repeated. Complexity: one fit a candidate and fold. Deterministic on any number of threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/forecast_pipeline/evaluation.hpp"
#include "models/forecast_pipeline/months.hpp"

namespace clientele::forecast_pipeline {

// An expected value with its intervals.
struct Expectation {
  double value = 0;
  double lower_80 = 0, upper_80 = 0, lower_95 = 0, upper_95 = 0;
};

struct MonthTotal {
  Month month;
  Expectation total;
};

struct Outlook {
  Evaluation evaluation;
  Adjusted adjusted;              // of the whole history
  std::vector<Expectation> days;  // from the day after the last one
  std::vector<MonthTotal> calendar, business;
  std::vector<double> fitted;  // of each day of the history, one step ahead; NaN where unknown
  double average_ahead = 0;    // mean a day over the months

  Model best() const { return evaluation.scores[evaluation.best].model; }
  const CandidateScore& score() const { return evaluation.scores[evaluation.best]; }
};

// Days from the day after `last` to the end of the last of `months`.
std::size_t days_ahead(Date last, std::span<const Month> months);

// Requires: question.series is not empty, question.horizon == days_ahead(last day, months).
Outlook look_ahead(const Question& question, std::span<const Month> months);

}  // namespace clientele::forecast_pipeline
