// What the forecasting endpoints answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/describe.hpp"
#include "vocabulary/forecast_question.hpp"
#include "vocabulary/language.hpp"

namespace clientele::vocabulary {

struct MonthValue {
  std::string yyyy_mm;
  double value = 0;
  double lower_80 = 0, upper_80 = 0, lower_95 = 0, upper_95 = 0;
};
schema::Object describe(schema::For<MonthValue>);

struct DayValue {
  Date date;
  double value = 0;
  double lower_80 = 0, upper_80 = 0, lower_95 = 0, upper_95 = 0;
};
schema::Object describe(schema::For<DayValue>);

struct FittedDay {
  Date date;
  double actual = 0;
  std::optional<double> fitted;
};
schema::Object describe(schema::For<FittedDay>);

struct ForecastViews {
  std::vector<MonthValue> calendar;
  std::vector<MonthValue> business;
  std::optional<std::vector<DayValue>> daily;
};
schema::Object describe(schema::For<ForecastViews>);

struct ModelCandidate {
  std::string_view name;
  std::optional<double> rmse, mae, mape, mase;
  double seconds = 0;
};
schema::Object describe(schema::For<ModelCandidate>);

struct ForecastAccuracy {
  std::optional<double> rmse, mae, r2, mape, mase;
  // Of the history; the one that fits the endpoint.
  std::optional<double> average_daily_revenue, average_daily_sales, average_daily_cost;
  double average_daily_forecast = 0;
  std::string interpretation;
  std::optional<std::string> note;
  std::int64_t folds = 0;
  std::int64_t fold_days = 0;
  std::vector<ModelCandidate> model_candidates;
};
schema::Object describe(schema::For<ForecastAccuracy>);

struct DateRange {
  Date first, last;
};
schema::Object describe(schema::For<DateRange>);

struct OutlierDay {
  Date date;
  double value = 0, expected = 0;
};
schema::Object describe(schema::For<OutlierDay>);

struct LevelShiftDay {
  Date date;
  double before = 0, after = 0;
};
schema::Object describe(schema::For<LevelShiftDay>);

struct ForecastDiagnostics {
  std::int64_t days = 0;
  std::int64_t missing_days = 0;
  std::vector<DateRange> gaps;
  std::int64_t repeated_dates = 0;
  double zero_share = 0;
  std::vector<std::string_view> closed_weekdays;
  bool yearly_pattern = false;
  std::optional<double> box_cox_power;
  std::optional<double> month_pattern_percent;
  std::vector<OutlierDay> outliers;
  std::vector<Date> closures;
  std::vector<LevelShiftDay> level_shifts;
};
schema::Object describe(schema::For<ForecastDiagnostics>);

struct RegressorReport {
  std::string name;
  bool used = false;
  double effect_percent = 0, lower_95 = 0, upper_95 = 0;
  std::int64_t days = 0;
};
schema::Object describe(schema::For<RegressorReport>);

struct HolidayReport {
  std::string name;
  double effect_percent = 0;
  bool closed = false;
  std::int64_t days = 0;
};
schema::Object describe(schema::For<HolidayReport>);

// Everything that is found out about one series.
struct SeriesReport {
  std::string_view best_algorithm;
  ForecastAccuracy accuracy;
  ForecastViews forecast;
  std::optional<std::vector<RegressorReport>> regressors;
  std::optional<std::vector<HolidayReport>> holidays;
  ForecastDiagnostics diagnostics;
  std::optional<std::vector<FittedDay>> fitted;
  std::optional<std::string> plot;
};

// A product's report, or why there is none.
struct ProductForecast {
  std::string_view product_code;
  std::optional<std::string> error;
  std::optional<std::string_view> best_algorithm;
  std::optional<ForecastAccuracy> evaluation_metrics;
  std::optional<ForecastViews> forecast;
  std::optional<std::vector<RegressorReport>> regressors;
  std::optional<std::vector<HolidayReport>> holidays;
  std::optional<ForecastDiagnostics> diagnostics;
  std::optional<std::vector<FittedDay>> fitted;
  std::optional<std::string> plot;
};
schema::Object describe(schema::For<ProductForecast>);
ProductForecast product_forecast(std::string_view product_code, SeriesReport report);

struct ReportWishes {
  bool daily = false, fitted = false, plot = false;
  Language language = Language::en;
};

// Forecasts and writes down what came of it.
SeriesReport report_forecast(const ForecastPlan& plan, Quantity quantity,
                             const ReportWishes& wishes);
SeriesReport report_outlook(const ForecastPlan& plan, const forecast_pipeline::Outlook& outlook,
                            Quantity quantity, const ReportWishes& wishes);

}  // namespace clientele::vocabulary
