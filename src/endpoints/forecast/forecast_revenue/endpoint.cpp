// forecast_revenue: monthly totals of a daily revenue, with intervals.
#include "schema/endpoint.hpp"
#include "base/stopwatch.hpp"
#include "vocabulary/forecast_settings.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::endpoints::forecast_revenue {
namespace {

using namespace vocabulary;  // NOLINT: the shapes of all forecasts
using schema::field;

struct Day {
  Date date;
  double revenue = 0;
};
schema::Object describe(schema::For<Day>) {
  return schema::object<Day>(
      "One day. Further columns of numbers or booleans (a promotion, a price) explain it.",
      field<&Day::date>("The day, in any order; days without a row count as 0, rows of one day "
                        "add up."),
      field<&Day::revenue>("Revenue of the day.").between(0, kMostMoney).unit("currency"));
}

struct Request {
  std::int32_t forecast_period = 12;
  schema::Table<Day> data;
  schema::Table<FutureDay> future;
  std::optional<Country> country;
  bool daily = false;
  bool fitted = false;
  bool plot = false;
  std::int64_t seed = 42;
  Language lang = Language::en;
};
schema::Object describe(schema::For<Request>) {
  using R = Request;
  return schema::object<R>(
      "A daily history and the months wanted.", period_field<&R::forecast_period>(),
      field<&R::data>("The history: 60 days and more for the models, two at "
                      "least.")
          .at_least_items(2)
          .at_most_items(kMostForecastRows),
      future_field<&R::future>(), country_field<&R::country>(), daily_field<&R::daily>(),
      fitted_field<&R::fitted>(), plot_field<&R::plot>(), forecast_seed_field<&R::seed>(),
      forecast_language_field<&R::lang>());
}

struct ForecastResult {
  std::string_view analysis_type = "generic_revenue";
  std::string_view best_algorithm;
  ForecastAccuracy evaluation_metrics;
  ForecastViews forecast;
  std::optional<std::vector<RegressorReport>> regressors;
  std::optional<std::vector<HolidayReport>> holidays;
  ForecastDiagnostics diagnostics;
  std::optional<std::vector<FittedDay>> fitted;
  std::optional<std::string> plot;
};
schema::Object describe(schema::For<ForecastResult>) {
  using R = ForecastResult;
  return schema::object<R>(
      "The forecast.", field<&R::analysis_type>("Always generic_revenue."),
      field<&R::best_algorithm>("The model that was chosen."),
      field<&R::evaluation_metrics>("How well it forecast days it had not seen."),
      field<&R::forecast>("Monthly totals."),
      field<&R::regressors>("Effects of your own columns, if there are any."),
      field<&R::holidays>("Effects of public holidays that the history holds, with `country`."),
      field<&R::diagnostics>("What was found in the history."),
      field<&R::fitted>("The past as the model saw it, with `fitted`."),
      field<&R::plot>("SVG, with `plot`."));
}

struct Response {
  std::int32_t forecast_period = 0;
  ForecastResult forecast_result;
  double execution_time_seconds = 0;
};
schema::Object describe(schema::For<Response>) {
  using R = Response;
  return schema::object<R>("A revenue forecast.", field<&R::forecast_period>("Months forecast."),
                           field<&R::forecast_result>("The forecast."),
                           field<&R::execution_time_seconds>("Time taken.").unit("seconds"));
}

Result<Response> compute(const Request& request, Context& context) {
  const Stopwatch watch;
  ForecastAsked asked;
  asked.quantity = Quantity::revenue;
  for (const Day& day : request.data.rows) asked.observations.push_back({day.date, day.revenue});
  asked.own = &request.data.features;
  asked.future = &request.future.rows;
  asked.future_own = &request.future.features;
  asked.months = request.forecast_period;
  asked.country = request.country;
  asked.seed = request.seed;
  asked.threads = context.threads;
  const auto plan = plan_forecast(asked, "", context);
  if (!plan) return plan.error();
  SeriesReport report = report_forecast(
      *plan, Quantity::revenue, {request.daily, request.fitted, request.plot, request.lang});
  Response response;
  response.forecast_period = request.forecast_period;
  ForecastResult& result = response.forecast_result;
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

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "forecast_revenue",
       .group = "forecast",
       .title = "Revenue forecast",
       .description =
           "Forecasts daily revenue and gives the totals of the coming months: of all days "
           "(`calendar`) and of business days (`business`), each with 80 % and 95 % intervals.\n\n"
           "The history is put on a daily grid, weekdays that never sell are set aside, outliers "
           "are flagged and tamed for fitting, and the effects of your own columns, of public "
           "holidays, of the day of the month and, from thirteen months of history on, of the time "
           "of the year are taken off where they are clear. A family of models then forecasts up "
           "to four past windows that it has not seen. Ensemble, the median of ETS, ARIMA, CES, "
           "Theta, Aggregation and, for busy series, the two tree models, is the default, because "
           "picking one champion loses to it; a single model wins only if it is better in every "
           "window and by 10 % overall. Errors in `evaluation_metrics` are those of the windows, "
           "never of the fit; all days weigh 0.6 and business days 0.4 in the choice. Trends fade: "
           "half of their pace is left after half as many days as were seen.\n\n"
           "Monthly intervals come from simulated joint paths and from how far totals missed "
           "within the windows; daily bounds are never added up. Nothing is negative. With fewer "
           "than 60 days of data only \"Aggregation\" is used, and a note says so.",
       .cost = "one fit a model and window",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::forecast_revenue
