// From an outlook to the shapes of the answer.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/number_text.hpp"
#include "vocabulary/forecast_plot.hpp"
#include "vocabulary/forecast_shapes.hpp"

namespace clientele::vocabulary {
namespace {

namespace fp = forecast_pipeline;

constexpr std::size_t kMostListed = 100;
constexpr std::array<std::string_view, 7> kWeekdays{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                    "Friday", "Saturday", "Sunday"};
constexpr std::array<Phrase, 3> kQuantities{
    Phrase{"daily revenue", "de ingresos diarios", "de receita diária"},
    Phrase{"daily sales", "de ventas diarias", "de vendas diárias"},
    Phrase{"daily cost", "de costes diarios", "de custo diário"}};

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::string errors_in_words(const ForecastAccuracy& accuracy, Language language) {
  constexpr Phrase kAnd{" and ", " y ", " e "};
  constexpr Phrase kR2{" and R² of ", " y un R² de ", " e um R² de "};
  constexpr Phrase kMae{"MAE of ", "un MAE de ", "um MAE de "};
  std::string text = fixed(*accuracy.rmse, 2);
  text += accuracy.r2 ? ", " : kAnd.in(language);
  text += std::string(kMae.in(language)) + fixed(*accuracy.mae, 2);
  if (accuracy.r2) {
    text += (language == Language::en ? "," : "") + std::string(kR2.in(language)) +
            fixed(*accuracy.r2, 2);
  }
  return text;
}

std::string interpretation(std::string_view model, const ForecastAccuracy& accuracy,
                           Quantity quantity, Language language) {
  constexpr Phrase kModel{"The ", "Se eligió el algoritmo ", "O algoritmo "};
  constexpr Phrase kChosen{" algorithm was selected because it achieved a low RMSE of ",
                           " porque alcanzó un RMSE bajo de ",
                           " foi escolhido porque atingiu um RMSE baixo de "};
  constexpr Phrase kOnly{" algorithm was used; the history is too short to measure its error.",
                         " sin medir su error: el historial es demasiado corto.",
                         " foi usado; o histórico é curto demais para medir seu erro."};
  constexpr Phrase kAverage{"The average ", "El pronóstico medio ", "A previsão média "};
  constexpr Phrase kForecast{" forecast is ", " es ", " é "};
  std::string text = std::string(kModel.in(language)) + std::string(model);
  if (accuracy.rmse && accuracy.mae) {
    text += std::string(kChosen.in(language)) + errors_in_words(accuracy, language) + ".";
  } else {
    text += kOnly.in(language);
  }
  text += " " + std::string(kAverage.in(language));
  text += std::string(kQuantities[static_cast<std::size_t>(quantity)].in(language));
  return text + std::string(kForecast.in(language)) + fixed(accuracy.average_daily_forecast, 2) +
         ".";
}

void fill_accuracy(const ForecastPlan& plan, const fp::Outlook& outlook, Quantity quantity,
                   Language language, ForecastAccuracy& out) {
  const fp::CandidateScore& score = outlook.score();
  if (score.usable) {
    out.rmse = finite(score.accuracy.rmse);
    out.mae = finite(score.accuracy.mae);
    out.r2 = finite(score.accuracy.r2);
    out.mape = finite(score.accuracy.mape);
    out.mase = finite(score.accuracy.mase);
  }
  double sum = 0;
  for (const double value : plan.history.series.values) sum += value;
  const double mean = sum / static_cast<double>(plan.history.series.size());
  if (quantity == Quantity::revenue) out.average_daily_revenue = mean;
  if (quantity == Quantity::units) out.average_daily_sales = mean;
  if (quantity == Quantity::cost) out.average_daily_cost = mean;
  out.average_daily_forecast = outlook.average_ahead;
  if (!plan.note.empty()) out.note = plan.note;
  out.folds = static_cast<std::int64_t>(outlook.evaluation.folds.size());
  out.fold_days = static_cast<std::int64_t>(outlook.evaluation.fold_horizon);
  for (const fp::CandidateScore& candidate : outlook.evaluation.scores) {
    ModelCandidate& row = out.model_candidates.emplace_back();
    row.name = fp::name_of(candidate.model);
    row.seconds = candidate.seconds;
    if (!candidate.usable) continue;
    row.rmse = finite(candidate.accuracy.rmse);
    row.mae = finite(candidate.accuracy.mae);
    row.mape = finite(candidate.accuracy.mape);
    row.mase = finite(candidate.accuracy.mase);
  }
  out.interpretation = interpretation(fp::name_of(outlook.best()), out, quantity, language);
}

MonthValue month_value(const fp::MonthTotal& month) {
  const fp::Expectation& t = month.total;
  return {month.month.text(), t.value, t.lower_80, t.upper_80, t.lower_95, t.upper_95};
}

void fill_views(const ForecastPlan& plan, const fp::Outlook& outlook, bool daily,
                ForecastViews& out) {
  for (const auto& month : outlook.calendar) out.calendar.push_back(month_value(month));
  for (const auto& month : outlook.business) out.business.push_back(month_value(month));
  if (!daily) return;
  out.daily.emplace();
  for (std::size_t h = 0; h < outlook.days.size(); ++h) {
    const fp::Expectation& e = outlook.days[h];
    const Date date = plan.history.series.day(plan.history.series.size() + h);
    out.daily->push_back({date, e.value, e.lower_80, e.upper_80, e.lower_95, e.upper_95});
  }
}

void fill_diagnostics(const ForecastPlan& plan, const fp::Outlook& outlook,
                      ForecastDiagnostics& out) {
  const auto& series = plan.history.series;
  const fp::Adjusted& adjusted = outlook.adjusted;
  out.days = static_cast<std::int64_t>(series.size());
  out.missing_days = static_cast<std::int64_t>(plan.history.missing_days);
  for (const fp::Gap& gap : plan.history.gaps) {
    if (out.gaps.size() < kMostListed) out.gaps.push_back({gap.first, gap.last});
  }
  out.repeated_dates = static_cast<std::int64_t>(plan.history.repeated_dates);
  out.zero_share =
      static_cast<double>(std::count(series.values.begin(), series.values.end(), 0.0)) /
      static_cast<double>(series.size());
  for (std::size_t day = 0; day < 7; ++day) {
    if (!adjusted.week.open[day]) out.closed_weekdays.push_back(kWeekdays[day]);
  }
  out.yearly_pattern = !adjusted.year.empty();
  if (adjusted.power != 1) out.box_cox_power = adjusted.power;
  for (const fp::Outlier& outlier : adjusted.outliers) {
    if (out.outliers.size() == kMostListed) break;
    out.outliers.push_back(
        {series.day(adjusted.days[outlier.index]), outlier.value, outlier.expected});
  }
  for (const fp::Closure& closure : adjusted.closures) {
    if (out.closures.size() == kMostListed) break;
    out.closures.push_back(series.day(adjusted.days[closure.index]));
  }
  for (const auto& shift : fp::find_level_shifts(adjusted.usual, adjusted.period)) {
    const double share = static_cast<double>(adjusted.period) / 7;
    out.level_shifts.push_back(
        {series.day(adjusted.days[shift.index]), shift.before * share, shift.after * share});
  }
}

void fill_effects(const fp::Outlook& outlook, SeriesReport& report) {
  constexpr double kNormal95 = 1.959964;
  const fp::CalendarEffects& effects = outlook.adjusted.effects;
  for (const fp::ColumnEffect& e : effects.columns) {
    if (e.name.empty()) {  // the day of the month, which nobody sent
      if (e.used) report.diagnostics.month_pattern_percent = 100 * 30 * e.effect;
      continue;
    }
    if (!report.regressors) report.regressors.emplace();
    const double reach = kNormal95 * e.standard_error;
    report.regressors->push_back({e.name, e.used, 100 * e.effect, 100 * (e.effect - reach),
                                  100 * (e.effect + reach), static_cast<std::int64_t>(e.days)});
  }
  for (const fp::HolidayEffect& e : effects.holidays) {
    if (e.days == 0) continue;
    if (!report.holidays) report.holidays.emplace();
    report.holidays->push_back(
        {e.name, 100 * e.effect, e.closed, static_cast<std::int64_t>(e.days)});
  }
}

}  // namespace

SeriesReport report_outlook(const ForecastPlan& plan, const fp::Outlook& outlook, Quantity quantity,
                            const ReportWishes& wishes) {
  SeriesReport report;
  report.best_algorithm = fp::name_of(outlook.best());
  fill_accuracy(plan, outlook, quantity, wishes.language, report.accuracy);
  fill_views(plan, outlook, wishes.daily, report.forecast);
  fill_effects(outlook, report);
  fill_diagnostics(plan, outlook, report.diagnostics);
  if (wishes.fitted) {
    report.fitted.emplace();
    const auto& series = plan.history.series;
    for (std::size_t t = 0; t < series.size(); ++t) {
      report.fitted->push_back({series.day(t), series.values[t], finite(outlook.fitted[t])});
    }
  }
  if (wishes.plot) report.plot = plot_forecast(plan, outlook, quantity, wishes.language);
  return report;
}

SeriesReport report_forecast(const ForecastPlan& plan, Quantity quantity,
                             const ReportWishes& wishes) {
  return report_outlook(plan, fp::look_ahead(plan.question, plan.months), quantity, wishes);
}

}  // namespace clientele::vocabulary
