// forecast_revenue: monthly totals of a daily revenue, with intervals.
#include "vocabulary/money_forecast.hpp"
#include "vocabulary/orders.hpp"

namespace clientele::endpoints::forecast_revenue {
namespace {

using namespace vocabulary;  // NOLINT: the shapes of all forecasts
using schema::field;

struct RevenueDay {
  Date date;
  double revenue = 0;
};
schema::Object describe(schema::For<RevenueDay>) {
  return schema::object<RevenueDay>(
      "One day. Further columns of numbers or booleans (a promotion, a price) explain it.",
      field<&RevenueDay::date>(
          "The day, in any order; days without a row count as 0, rows of one day "
          "add up."),
      field<&RevenueDay::revenue>("Revenue of the day.").between(0, kMostMoney).unit("currency"));
}

struct Revenue {
  using Day = RevenueDay;
  static constexpr Quantity kQuantity = Quantity::revenue;
  static constexpr std::string_view kAnalysis = "generic_revenue";
  static constexpr const char* kAlways = "Always generic_revenue.";
  static constexpr const char* kAnswer = "A revenue forecast.";
  static double amount(const Day& day) { return day.revenue; }
};

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<MoneyForecastRequest<Revenue>, MoneyForecastResponse<Revenue>,
                         forecast_money<Revenue>>(
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
           "half of their pace is left after half as many days as were seen. Where the spread of "
           "weeks grows with their level and the windows are better for it by 5 %, ETS, ARIMA, CES "
           "and Theta are fitted to a Box-Cox transform (Guerrero's power), adjusted for bias on "
           "the way back; never where days of 0 are usual.\n\n"
           "Monthly intervals come from simulated joint paths and from how far totals missed "
           "within the windows; daily bounds are never added up. Nothing is negative. With fewer "
           "than 60 days of data only \"Aggregation\" is used, and a note says so. A warning names "
           "the months ahead in whose time of the year the history has no day: a first December "
           "comes without what is usual in December.",
       .cost = "one fit a model and window",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::forecast_revenue
