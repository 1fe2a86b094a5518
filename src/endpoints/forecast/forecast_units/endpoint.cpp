// forecast_units: monthly totals of the units that one product sells a day, with intervals.
#include "schema/endpoint.hpp"
#include "base/stopwatch.hpp"
#include "vocabulary/forecast_settings.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::endpoints::forecast_units {
namespace {

using namespace vocabulary;  // NOLINT: the shapes of all forecasts
using schema::field;

struct Day {
  Date date;
  double sales_quantity = 0;
};
schema::Object describe(schema::For<Day>) {
  return schema::object<Day>(
      "One day. Further columns of numbers or booleans (a promotion, a price) explain it.",
      field<&Day::date>("The day, in any order; days without a row count as 0, rows of one day "
                        "add up."),
      field<&Day::sales_quantity>("Units sold.").between(0, 1e12).unit("units"));
}

struct Request {
  std::string_view product_code;
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
  return schema::object<R>("A product's daily history and the months wanted.",
                           field<&R::product_code>("Your code of the product.").not_empty(),
                           period_field<&R::forecast_period>(),
                           field<&R::data>("The history: 30 days and more for the models, 45 "
                                           "recommended.")
                               .at_least_items(1)
                               .at_most_items(kMostForecastRows),
                           future_field<&R::future>(), country_field<&R::country>(),
                           daily_field<&R::daily>(), fitted_field<&R::fitted>(),
                           plot_field<&R::plot>(), forecast_seed_field<&R::seed>(),
                           forecast_language_field<&R::lang>());
}

struct Response {
  std::int32_t forecast_period = 0;
  std::vector<ProductForecast> forecasts;
  double execution_time_seconds = 0;
};
schema::Object describe(schema::For<Response>) {
  using R = Response;
  return schema::object<R>("A product's forecast.", field<&R::forecast_period>("Months forecast."),
                           field<&R::forecasts>("One entry, that of the product."),
                           field<&R::execution_time_seconds>("Time taken.").unit("seconds"));
}

Result<Response> compute(const Request& request, Context& context) {
  const Stopwatch watch;
  ForecastAsked asked = vocabulary::asked_of(request, Quantity::units, context);
  for (const Day& day : request.data.rows) {
    asked.observations.push_back({day.date, day.sales_quantity});
  }
  const auto plan = plan_forecast(asked, "", context);
  if (!plan) return plan.error();
  SeriesReport report = report_forecast(
      *plan, Quantity::units, {request.daily, request.fitted, request.plot, request.lang});
  Response response;
  response.forecast_period = request.forecast_period;
  response.forecasts.push_back(product_forecast(request.product_code, std::move(report)));
  response.execution_time_seconds = watch.seconds();
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "forecast_units",
       .group = "forecast",
       .title = "Unit forecast of a product",
       .description =
           "Forecasts the units that a product sells a day and gives the totals of the coming "
           "months, of all days and of business days, each with 80 % and 95 % intervals.\n\n"
           "Works as forecast_revenue does; where at least 40 % of the days are without a sale, "
           "Croston's method (with the correction of Syntetos and Boylan) and TSB compete too. "
           "Expected values are means, so a slow product may well expect a third of a unit a day. "
           "Intervals keep the skewed shape of its demand. With fewer than 30 days the mean is "
           "carried on, under the note \"cold-start\".",
       .cost = "one fit a model and window",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::forecast_units
