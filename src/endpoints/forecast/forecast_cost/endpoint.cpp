// forecast_cost: monthly totals of a daily cost, with intervals.
#include "vocabulary/money_forecast.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::endpoints::forecast_cost {
namespace {

using namespace vocabulary;  // NOLINT: the shapes of all forecasts
using schema::field;

struct CostDay {
  Date date;
  double cost = 0;
};
schema::Object describe(schema::For<CostDay>) {
  return schema::object<CostDay>(
      "One day. Further columns of numbers or booleans (a promotion, a price) explain it.",
      field<&CostDay::date>("The day, in any order; days without a row count as 0, rows of one day "
                            "add up."),
      field<&CostDay::cost>("Cost of the day.").between(0, kMostMoney).unit("currency"));
}

struct Cost {
  using Day = CostDay;
  static constexpr Quantity kQuantity = Quantity::cost;
  static constexpr std::string_view kAnalysis = "generic_cost";
  static constexpr const char* kAlways = "Always generic_cost.";
  static constexpr const char* kAnswer = "A cost forecast.";
  static double amount(const Day& day) { return day.cost; }
};

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<MoneyForecastRequest<Cost>, MoneyForecastResponse<Cost>,
                         forecast_money<Cost>>(
      {.name = "forecast_cost",
       .group = "forecast",
       .title = "Cost forecast",
       .description =
           "Forecasts daily cost and gives the totals of the coming months: of all days "
           "(`calendar`) and of business days (`business`), each with 80 % and 95 % intervals.\n\n"
           "Works as forecast_revenue does: a daily grid, closed weekdays, outliers, "
           "your own columns, public holidays, a family of models compared on past windows that "
           "they have not seen, intervals from simulated joint paths. For categories, drivers and "
           "anomalies see forecast_cost_improved. With fewer than 60 days of data only "
           "\"Aggregation\" is used, and a note says so.",
       .cost = "one fit a model and window",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::forecast_cost
