// forecast_cost_improved: costs by category that agree with their total, drivers and anomalies.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/dictionary.hpp"
#include "base/parallel.hpp"
#include "base/stopwatch.hpp"
#include "endpoints/forecast/forecast_cost_improved/shapes.hpp"
#include "models/forecast_pipeline/cost_structure.hpp"
#include "models/forecast_pipeline/reconciliation.hpp"

namespace clientele::endpoints::forecast_cost_improved {
namespace {

namespace fp = forecast_pipeline;

constexpr Limit kMostCategories{"forecast_categories", 100};
constexpr std::size_t kMostAnomalies = 200;
constexpr std::string_view kOnlyCategory = "all";

// One category's daily costs over the days of the total.
struct Category {
  std::string_view name;
  ForecastPlan plan;
  fp::Outlook outlook;
};

std::vector<Category> categories_of(const Request& request, const ForecastPlan& total) {
  std::vector<Category> categories;
  Dictionary names;
  std::vector<std::vector<fp::Observation>> costs;
  for (const CostRow& row : request.data.rows) {
    const std::string_view name = row.category.empty() ? kOnlyCategory : row.category;
    const std::uint32_t category = names.code(name);
    if (category == categories.size()) {
      categories.emplace_back().name = name;
      costs.emplace_back();
    }
    costs[category].push_back({row.date, row.cost});
  }
  const auto& series = total.history.series;
  for (std::size_t c = 0; c < categories.size(); ++c) {
    // The whole span of the total, so that folds and days are the same.
    costs[c].push_back({series.first, 0});
    costs[c].push_back({series.day(series.size() - 1), 0});
    categories[c].plan = total;
    categories[c].plan.history.series = fp::assemble(costs[c]).series;
    categories[c].plan.question.series = categories[c].plan.history.series;
    categories[c].plan.question.threads = 1;
  }
  return categories;
}

double sum_of(const fp::DailySeries& series) {
  return std::accumulate(series.values.begin(), series.values.end(), 0.0);
}

// Errors of the chosen model on every day of the folds.
std::vector<double> fold_errors(const ForecastPlan& plan, const fp::Outlook& outlook) {
  std::vector<double> errors;
  for (const fp::Fold& fold : outlook.evaluation.folds) {
    const auto& daily = fold.daily[outlook.evaluation.best];
    for (std::size_t h = 0; h < fold.adjusted.horizon; ++h) {
      const double actual = plan.history.series.values[fold.adjusted.origin + h];
      errors.push_back(daily.empty() ? 0 : actual - daily[h]);
    }
  }
  return errors;
}

void move_to(fp::Expectation& e, double value) {
  const double by = value - e.value;
  e.value = value;
  for (double* bound : {&e.lower_80, &e.upper_80, &e.lower_95, &e.upper_95}) {
    *bound = std::max(0.0, *bound + by);
  }
  e.lower_80 = std::min(e.lower_80, value);
  e.lower_95 = std::min(e.lower_95, e.lower_80);
}

// Makes months and days of the total and of the categories agree; returns the largest change of a
// month of the total in percent.
double reconcile_all(const ForecastPlan& plan, fp::Outlook& total,
                     std::vector<Category>& categories) {
  std::vector<std::vector<double>> errors{fold_errors(plan, total)};
  for (const Category& c : categories) errors.push_back(fold_errors(c.plan, c.outlook));
  const std::vector<double> shares = fp::reconciling_shares(errors);
  std::vector<fp::Expectation*> together(categories.size() + 1);
  std::vector<double> values(together.size());
  const auto agree = [&](auto&& of) {
    together[0] = &of(total);
    for (std::size_t c = 0; c < categories.size(); ++c)
      together[c + 1] = &of(categories[c].outlook);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = together[i]->value;
    const double before = values[0];
    fp::reconcile(shares, values);
    for (std::size_t i = 0; i < values.size(); ++i) move_to(*together[i], values[i]);
    return before > 0 ? 100 * std::abs(values[0] / before - 1) : 0;
  };
  double largest = 0;
  for (std::size_t m = 0; m < plan.months.size(); ++m) {
    largest =
        std::max(largest, agree([&](fp::Outlook & o) -> auto& { return o.calendar[m].total; }));
    agree([&](fp::Outlook & o) -> auto& { return o.business[m].total; });
  }
  for (std::size_t day = 0; day < total.days.size(); ++day) {
    agree([&](fp::Outlook & o) -> auto& { return o.days[day]; });
  }
  return largest;
}

// Of the costs without their outliers.
std::optional<Structure> structure_of(const ForecastPlan& plan, const fp::Adjusted& adjusted) {
  constexpr double kNormal95 = 1.959964;
  std::vector<fp::Driver> drivers;
  const std::size_t n = plan.history.series.size();
  for (const auto& column : plan.question.known.columns) {
    if (column.is_flag || column.name.empty()) continue;
    const auto end = column.values.begin() + static_cast<std::ptrdiff_t>(n);
    drivers.push_back({column.name, {column.values.begin(), end}});
  }
  std::vector<double> usual(n, 0);
  for (std::size_t t = 0; t < adjusted.past; ++t) usual[adjusted.days[t]] = adjusted.usual[t];
  const auto found = fp::cost_structure(usual, drivers);
  if (!found) return std::nullopt;
  Structure out;
  out.fixed_per_day = found->fixed_per_day;
  out.fixed_share = found->fixed_share;
  out.variable_share = found->variable_share;
  out.r2 = found->r2;
  out.weeks = static_cast<std::int64_t>(found->weeks);
  for (const fp::DriverCost& d : found->drivers) {
    const double reach = kNormal95 * d.standard_error;
    out.drivers.push_back({d.name, d.used, d.cost_per_unit, d.cost_per_unit - reach,
                           d.cost_per_unit + reach, d.share});
  }
  return out;
}

std::vector<Anomaly> anomalies_of(const std::vector<Category>& categories) {
  std::vector<Anomaly> anomalies;
  for (const Category& c : categories) {
    for (const fp::Outlier& outlier : c.outlook.adjusted.outliers) {
      const std::uint32_t day = c.outlook.adjusted.days[outlier.index];
      anomalies.push_back(
          {c.plan.history.series.day(day), c.name, outlier.value, outlier.expected});
    }
  }
  std::stable_sort(anomalies.begin(), anomalies.end(),
                   [](const Anomaly& a, const Anomaly& b) { return a.date < b.date; });
  if (anomalies.size() > kMostAnomalies) anomalies.resize(kMostAnomalies);
  return anomalies;
}

ForecastAsked asked_of(const Request& request, const Context& context) {
  ForecastAsked asked = vocabulary::asked_of(request, Quantity::cost, context);
  for (const CostRow& row : request.data.rows) asked.observations.push_back({row.date, row.cost});
  return asked;
}

std::vector<CategoryForecast> category_forecasts(const std::vector<Category>& categories,
                                                 double all, const ReportWishes& wishes) {
  std::vector<CategoryForecast> out;
  for (const Category& c : categories) {
    SeriesReport report = report_outlook(c.plan, c.outlook, Quantity::cost, wishes);
    CategoryForecast& row = out.emplace_back();
    row.category = c.name;
    row.best_algorithm = report.best_algorithm;
    row.rmse = report.accuracy.rmse;
    row.mae = report.accuracy.mae;
    row.mase = report.accuracy.mase;
    row.share = all > 0 ? sum_of(c.plan.history.series) / all : 0;
    row.forecast = std::move(report.forecast);
  }
  return out;
}

Result<Response> compute(const Request& request, Context& context) {
  const Stopwatch watch;
  const auto plan = plan_forecast(asked_of(request, context), "", context);
  if (!plan) return plan.error();
  std::vector<Category> categories = categories_of(request, *plan);
  const std::uint64_t most = context.limit(kMostCategories);
  if (categories.size() > most) {
    return invalid("/data", "too_many_categories",
                   std::to_string(categories.size()) + " categories; at most " +
                       std::to_string(most) + " are forecast. Group the small ones.");
  }
  std::stable_sort(categories.begin(), categories.end(), [](const Category& a, const Category& b) {
    const double x = sum_of(a.plan.history.series), y = sum_of(b.plan.history.series);
    return x != y ? x > y : a.name < b.name;
  });
  fp::Outlook total = fp::look_ahead(plan->question, plan->months);
  parallel_for(context.threads, categories.size(), [&](std::size_t c) {
    categories[c].outlook = fp::look_ahead(categories[c].plan.question, plan->months);
  });
  Response response;
  response.forecast_period = request.forecast_period;
  ForecastResult& result = response.forecast_result;
  const ReportWishes wishes{request.daily, false, request.plot, request.lang};
  if (request.plot) result.plot = report_outlook(*plan, total, Quantity::cost, wishes).plot;
  result.reconciliation.largest_change_percent = reconcile_all(*plan, total, categories);
  SeriesReport report =
      report_outlook(*plan, total, Quantity::cost, {wishes.daily, false, false, wishes.language});
  result.best_algorithm = report.best_algorithm;
  result.evaluation_metrics = std::move(report.accuracy);
  result.forecast = std::move(report.forecast);
  result.regressors = std::move(report.regressors);
  result.holidays = std::move(report.holidays);
  result.diagnostics = std::move(report.diagnostics);
  result.categories = category_forecasts(categories, sum_of(plan->history.series),
                                         {wishes.daily, false, false, wishes.language});
  result.cost_structure = structure_of(*plan, total.adjusted);
  result.anomalies = anomalies_of(categories);
  response.execution_time_seconds = watch.seconds();
  return response;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, Response, compute>(
      {.name = "forecast_cost_improved",
       .group = "forecast",
       .title = "Cost forecast by category, with drivers and anomalies",
       .description =
           "Forecasts each category of cost and their total as forecast_cost does, and makes them "
           "agree: every monthly total is the sum of its categories. Who gives way follows from "
           "how well each was forecast in the past windows (minimum trace).\n\n"
           "Columns of numbers (a volume, hours) are taken as drivers: weekly costs are regressed "
           "on them, which splits the cost into a fixed part a day and a variable part a unit. A "
           "driver that does not clearly cost something is listed but not used. Correlation is all "
           "that this shows; a driver that only follows the season will look like one.\n\n"
           "`anomalies` lists days far from what their weeks suggest, by category. Intervals of "
           "reconciled values keep the width of the base forecasts, which is on the safe side.",
       .cost = "one fit a category, model and window",
       .since = "0.1",
       .limits = {kMostCategories}});
}

}  // namespace clientele::endpoints::forecast_cost_improved
