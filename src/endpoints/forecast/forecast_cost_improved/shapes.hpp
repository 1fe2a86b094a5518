// Request and response of forecast_cost_improved.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/endpoint.hpp"
#include "vocabulary/forecast_settings.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::endpoints::forecast_cost_improved {

using namespace vocabulary;  // NOLINT: the shapes of all forecasts
using schema::field;

struct CostRow {
  Date date;
  double cost = 0;
  std::string_view category;
};
inline schema::Object describe(schema::For<CostRow>) {
  return schema::object<CostRow>(
      "A cost. Further columns of numbers (a volume, hours) drive it, columns of booleans explain "
      "days.",
      field<&CostRow::date>("The day; days without a row count as 0."),
      field<&CostRow::cost>("The amount; rows of one day and category add up.")
          .between(0, kMostMoney)
          .unit("currency"),
      field<&CostRow::category>("What it was for; all costs are one if none is given.")
          .or_default());
}

struct Request {
  std::int32_t forecast_period = 12;
  schema::Table<CostRow> data;
  schema::Table<FutureDay> future;
  std::optional<Country> country;
  bool daily = false;
  bool plot = false;
  std::int64_t seed = 42;
  Language lang = Language::en;
};
inline schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "Costs by day and category and the months wanted.", period_field<&R::forecast_period>(),
      field<&R::data>("The costs: 60 days and more for the models, two rows "
                      "at least.")
          .at_least_items(2)
          .at_most_items(kMostForecastRows),
      future_field<&R::future>(), country_field<&R::country>(), daily_field<&R::daily>(),
      plot_field<&R::plot>(), forecast_seed_field<&R::seed>(), forecast_language_field<&R::lang>());
}

struct CategoryForecast {
  std::string_view category;
  std::string_view best_algorithm;
  std::optional<double> rmse, mae, mase;
  double share = 0;
  ForecastViews forecast;
};
inline schema::Object describe(schema::For<CategoryForecast>) {
  using C = CategoryForecast;
  return schema::object<C>(
      "One category.", field<&C::category>("The category."),
      field<&C::best_algorithm>("The model that was chosen."),
      field<&C::rmse>("Root mean square error of a day, out of sample.").named("RMSE").nullable(),
      field<&C::mae>("Mean absolute error of a day.").named("MAE").nullable(),
      field<&C::mase>("MAE over that of last week's value.").named("MASE").nullable(),
      field<&C::share>("Share of the history's cost.").digits(4),
      field<&C::forecast>("Monthly totals, reconciled."));
}

struct CostDriver {
  std::string name;
  bool used = false;
  double cost_per_unit = 0, lower_95 = 0, upper_95 = 0;
  double share = 0;
};
inline schema::Object describe(schema::For<CostDriver>) {
  using D = CostDriver;
  return schema::object<D>(
      "A column of numbers that may drive the cost.", field<&D::name>("The column."),
      field<&D::used>("Whether more of it clearly costs more."),
      field<&D::cost_per_unit>("Cost of one unit more.").unit("currency"),
      field<&D::lower_95>("Lower bound of that."), field<&D::upper_95>("Upper bound of that."),
      field<&D::share>("Share of the history's cost that it explains.").digits(4));
}

struct Structure {
  double fixed_per_day = 0;
  double fixed_share = 0, variable_share = 0;
  std::optional<double> r2;
  std::int64_t weeks = 0;
  std::vector<CostDriver> drivers;
};
inline schema::Object describe(schema::For<Structure>) {
  using S = Structure;
  return schema::object<S>(
      "Fixed and variable cost, by regression of weekly costs on the drivers.",
      field<&S::fixed_per_day>("What a day costs whatever happens.").unit("currency"),
      field<&S::fixed_share>("Its share of the history's cost.").digits(4),
      field<&S::variable_share>("Share that the drivers explain.").digits(4),
      field<&S::r2>("Explained share of the variance of weeks.").named("R2").nullable(),
      field<&S::weeks>("Weeks that were used."), field<&S::drivers>("The drivers."));
}

struct Anomaly {
  Date date;
  std::string_view category;
  double cost = 0, expected = 0;
};
inline schema::Object describe(schema::For<Anomaly>) {
  using A = Anomaly;
  return schema::object<A>("A day whose cost is far from what its weeks suggest.",
                           field<&A::date>("The day."), field<&A::category>("The category."),
                           field<&A::cost>("What was spent.").unit("currency"),
                           field<&A::expected>("What was to be expected.").unit("currency"));
}

struct Reconciliation {
  std::string_view method = "MinT";
  double largest_change_percent = 0;
};
inline schema::Object describe(schema::For<Reconciliation>) {
  using R = Reconciliation;
  return schema::object<R>(
      "How total and categories were made to agree.",
      field<&R::method>("MinT: least error variance, by the errors of the folds."),
      field<&R::largest_change_percent>("Largest change of a monthly total by it.").unit("%"));
}

struct ForecastResult {
  std::string_view analysis_type = "cost_by_category";
  std::string_view best_algorithm;
  ForecastAccuracy evaluation_metrics;
  ForecastViews forecast;
  std::vector<CategoryForecast> categories;
  Reconciliation reconciliation;
  std::optional<Structure> cost_structure;
  std::vector<Anomaly> anomalies;
  std::optional<std::vector<RegressorReport>> regressors;
  std::optional<std::vector<HolidayReport>> holidays;
  ForecastDiagnostics diagnostics;
  std::optional<std::string> plot;
};
inline schema::Object describe(schema::For<ForecastResult>) {
  using R = ForecastResult;
  return schema::object<R>(
      "The forecast.", field<&R::analysis_type>("Always cost_by_category."),
      field<&R::best_algorithm>("The model that was chosen for the total."),
      field<&R::evaluation_metrics>("How well it forecast totals of days it had not seen."),
      field<&R::forecast>("Monthly totals of all costs: the sums of the categories."),
      field<&R::categories>("The categories, the dearest first."),
      field<&R::reconciliation>("How total and categories were made to agree."),
      field<&R::cost_structure>("Fixed and variable parts, where columns of numbers are sent and "
                                "eight weeks are known."),
      field<&R::anomalies>("Unusual days, by date, the first 200."),
      field<&R::regressors>("Effects of your own columns on the total."),
      field<&R::holidays>("Effects of public holidays on the total, with `country`."),
      field<&R::diagnostics>("What was found in the history of the total."),
      field<&R::plot>("SVG of the total before reconciliation, with `plot`."));
}

struct Response {
  std::int32_t forecast_period = 0;
  ForecastResult forecast_result;
  double execution_time_seconds = 0;
};
inline schema::Object describe(schema::For<Response>) {
  using R = Response;
  return schema::object<R>("A cost forecast by category.",
                           field<&R::forecast_period>("Months forecast."),
                           field<&R::forecast_result>("The forecast."),
                           field<&R::execution_time_seconds>("Time taken.").unit("seconds"));
}

}  // namespace clientele::endpoints::forecast_cost_improved
