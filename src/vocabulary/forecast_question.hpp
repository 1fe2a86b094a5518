// A daily history as callers send it, and what the forecasting endpoints ask of it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/context.hpp"
#include "base/result.hpp"
#include "models/calendar/holidays.hpp"
#include "models/forecast_pipeline/pipeline.hpp"
#include "schema/describe.hpp"

namespace clientele::calendar {

constexpr auto choices(schema::For<Country>) { return kCountryCodes; }

}  // namespace clientele::calendar

namespace clientele::vocabulary {

using calendar::Country;

inline constexpr Limit kMostForecastRows{"forecast_rows", 250'000};
inline constexpr std::int32_t kMostForecastMonths = 120;
inline constexpr std::int32_t kMostHistoryDays = 40'000;

// A day ahead of which some of the caller's own columns are known.
struct FutureDay {
  Date date;
};
schema::Object describe(schema::For<FutureDay>);

// What is forecast; the words follow from it.
enum class Quantity { revenue, units, cost };

// One history and the request's settings.
struct ForecastAsked {
  Quantity quantity = Quantity::revenue;
  std::vector<forecast_pipeline::Observation> observations;
  std::span<const std::uint32_t> rows{};  // of the observations among those sent; empty: the same
  const FeatureTable* own = nullptr;      // a row for each observation, or nullptr
  const std::vector<FutureDay>* future = nullptr;
  const FeatureTable* future_own = nullptr;
  std::int32_t months = 1;
  std::optional<Country> country{};
  const forecast_pipeline::DailySeries* pool = nullptr;  // total of related series
  bool one_of_many = false;  // leaves out the models that take longest and win least
  std::int64_t seed = 42;
  std::size_t threads = 1;
};

// What every forecast request says in the same fields; the rows are the caller's to add.
// Views into `request`, which must outlive it.
template <typename Request>
ForecastAsked asked_of(const Request& request, Quantity quantity, const Context& context) {
  ForecastAsked asked;
  asked.quantity = quantity;
  asked.own = &request.data.features;
  asked.future = &request.future.rows;
  asked.future_own = &request.future.features;
  asked.months = request.forecast_period;
  asked.country = request.country;
  asked.seed = request.seed;
  asked.threads = context.threads;
  return asked;
}

struct ForecastPlan {
  forecast_pipeline::Assembled history;
  forecast_pipeline::Question question;
  std::vector<forecast_pipeline::Month> months;
  std::string note;  // why the models are fewer than usual; "" if they are not
};

// Faults of dates: /data/I/date, /future/I/COLUMN, below `place` ("" or "/items/3").
// Warns of columns that cannot be used, of rows that are months and, unless asked.one_of_many, of
// months never seen.
// Requires: at least one observation.
Result<ForecastPlan> plan_forecast(const ForecastAsked& asked, const std::string& place,
                                   Context& context);

// Warns of months ahead in whose time of the year the history has no day.
void warn_of_unseen_months(const forecast_pipeline::DailySeries& history,
                           std::span<const forecast_pipeline::Month> months, Context& context);

}  // namespace clientele::vocabulary
