// A forecast of daily money: request, answer and computation of forecast_revenue and forecast_cost.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/stopwatch.hpp"
#include "schema/endpoint.hpp"
#include "vocabulary/forecast_settings.hpp"

namespace clientele::vocabulary {

// What differs between the two. Kind has
//   Day                     a described struct with `date` and the amount
//   kQuantity               Quantity::revenue or Quantity::cost
//   amount(day)             the amount of a day
//   kAnalysis, kAlways      the type of analysis, and the sentence on it
//   kAnswer                 the sentence on the answer
template <typename Kind>
struct MoneyForecastRequest {
  std::int32_t forecast_period = 12;
  schema::Table<typename Kind::Day> data;
  schema::Table<FutureDay> future;
  std::optional<Country> country;
  bool daily = false;
  bool fitted = false;
  bool plot = false;
  std::int64_t seed = 42;
  Language lang = Language::en;
};
template <typename Kind>
schema::Object describe(schema::For<MoneyForecastRequest<Kind>>) {
  using R = MoneyForecastRequest<Kind>;
  return schema::object<R>(
      "A daily history and the months wanted.", period_field<&R::forecast_period>(),
      schema::field<&R::data>("The history: 60 days and more for the models, two at least.")
          .at_least_items(2)
          .at_most_items(kMostForecastRows),
      future_field<&R::future>(), country_field<&R::country>(), daily_field<&R::daily>(),
      fitted_field<&R::fitted>(), plot_field<&R::plot>(), forecast_seed_field<&R::seed>(),
      forecast_language_field<&R::lang>());
}

template <typename Kind>
struct MoneyForecastResult {
  std::string_view analysis_type = Kind::kAnalysis;
  std::string_view best_algorithm;
  ForecastAccuracy evaluation_metrics;
  ForecastViews forecast;
  std::optional<std::vector<RegressorReport>> regressors;
  std::optional<std::vector<HolidayReport>> holidays;
  ForecastDiagnostics diagnostics;
  std::optional<std::vector<FittedDay>> fitted;
  std::optional<std::string> plot;
};
template <typename Kind>
schema::Object describe(schema::For<MoneyForecastResult<Kind>>) {
  using R = MoneyForecastResult<Kind>;
  return schema::object<R>(
      "The forecast.", schema::field<&R::analysis_type>(Kind::kAlways),
      schema::field<&R::best_algorithm>("The model that was chosen."),
      schema::field<&R::evaluation_metrics>("How well it forecast days it had not seen."),
      schema::field<&R::forecast>("Monthly totals."),
      schema::field<&R::regressors>("Effects of your own columns, if there are any."),
      schema::field<&R::holidays>(
          "Effects of public holidays that the history holds, with `country`."),
      schema::field<&R::diagnostics>("What was found in the history."),
      schema::field<&R::fitted>("The past as the model saw it, with `fitted`."),
      schema::field<&R::plot>("SVG, with `plot`."));
}

template <typename Kind>
struct MoneyForecastResponse {
  std::int32_t forecast_period = 0;
  MoneyForecastResult<Kind> forecast_result;
  double execution_time_seconds = 0;
};
template <typename Kind>
schema::Object describe(schema::For<MoneyForecastResponse<Kind>>) {
  using R = MoneyForecastResponse<Kind>;
  return schema::object<R>(
      Kind::kAnswer, schema::field<&R::forecast_period>("Months forecast."),
      schema::field<&R::forecast_result>("The forecast."),
      schema::field<&R::execution_time_seconds>("Time taken.").unit("seconds"));
}

template <typename Kind>
Result<MoneyForecastResponse<Kind>> forecast_money(const MoneyForecastRequest<Kind>& request,
                                                   Context& context) {
  const Stopwatch watch;
  ForecastAsked asked = asked_of(request, Kind::kQuantity, context);
  for (const auto& day : request.data.rows) {
    asked.observations.push_back({day.date, Kind::amount(day)});
  }
  const auto plan = plan_forecast(asked, "", context);
  if (!plan) return plan.error();
  SeriesReport report = report_forecast(
      *plan, Kind::kQuantity, {request.daily, request.fitted, request.plot, request.lang});
  MoneyForecastResponse<Kind> response;
  response.forecast_period = request.forecast_period;
  auto& result = response.forecast_result;
  result.best_algorithm = report.best_algorithm;
  result.evaluation_metrics = std::move(report.accuracy);
  result.forecast = std::move(report.forecast);
  result.regressors = std::move(report.regressors);
  result.holidays = std::move(report.holidays);
  result.diagnostics = std::move(report.diagnostics);
  result.fitted = std::move(report.fitted);
  result.plot = std::move(report.plot);
  response.execution_time_seconds = watch.seconds();
  return response;
}

}  // namespace clientele::vocabulary
