#include "vocabulary/forecast_shapes.hpp"

namespace clientele::vocabulary {

using schema::field;

schema::Object describe(schema::For<MonthValue>) {
  using M = MonthValue;
  return schema::object<M>("Total of one month with the bounds of its intervals.",
                           field<&M::yyyy_mm>("The month.").named("yyyy-mm"),
                           field<&M::value>("Expected total."),
                           field<&M::lower_80>("The total is above this with 90 % probability."),
                           field<&M::upper_80>("The total is below this with 90 % probability."),
                           field<&M::lower_95>("The total is above this with 97.5 % probability."),
                           field<&M::upper_95>("The total is below this with 97.5 % probability."));
}

schema::Object describe(schema::For<DayValue>) {
  using D = DayValue;
  return schema::object<D>("One day with the bounds of its intervals.", field<&D::date>("The day."),
                           field<&D::value>("Expected value."),
                           field<&D::lower_80>("Lower bound of the 80 % interval."),
                           field<&D::upper_80>("Upper bound of the 80 % interval."),
                           field<&D::lower_95>("Lower bound of the 95 % interval."),
                           field<&D::upper_95>("Upper bound of the 95 % interval."));
}

schema::Object describe(schema::For<FittedDay>) {
  using F = FittedDay;
  return schema::object<F>(
      "A day of the history.", field<&F::date>("The day."), field<&F::actual>("What it brought."),
      field<&F::fitted>("What the model expected the day before; null where it did not yet know.")
          .nullable());
}

schema::Object describe(schema::For<ForecastViews>) {
  using V = ForecastViews;
  return schema::object<V>(
      "Monthly totals.", field<&V::calendar>("All days."),
      field<&V::business>("Monday to Friday without the public holidays of `country`."),
      field<&V::daily>("Every day from the one after the last of the history, with `daily`."));
}

schema::Object describe(schema::For<ModelCandidate>) {
  using C = ModelCandidate;
  return schema::object<C>(
      "One model in the folds.", field<&C::name>("The model."),
      field<&C::rmse>("Root mean square error; null if it could not forecast every fold.")
          .named("RMSE")
          .nullable(),
      field<&C::mae>("Mean absolute error.").named("MAE").nullable(),
      field<&C::mape>("Mean absolute error in percent, over days that were not 0.")
          .named("MAPE")
          .unit("%")
          .nullable(),
      field<&C::mase>("MAE over that of last week's value within the first fold's history.")
          .named("MASE")
          .nullable(),
      field<&C::seconds>("Time of its fits, of all folds.").unit("seconds"));
}

schema::Object describe(schema::For<ForecastAccuracy>) {
  using A = ForecastAccuracy;
  return schema::object<A>(
      "Errors of the chosen model out of sample, by rolling-origin cross-validation.",
      field<&A::rmse>("Root mean square error of a day; null without a fold.")
          .named("RMSE")
          .nullable(),
      field<&A::mae>("Mean absolute error of a day.").named("MAE").nullable(),
      field<&A::r2>("Explained share of the variance of the days that were forecast; negative if "
                    "their mean would have been nearer.")
          .named("R2")
          .nullable(),
      field<&A::mape>("Mean absolute error in percent, over days that were not 0.")
          .named("MAPE")
          .unit("%")
          .nullable(),
      field<&A::mase>("MAE over that of last week's value; below 1 is better than that.")
          .named("MASE")
          .nullable(),
      field<&A::average_daily_revenue>("Mean of the history a day.").unit("currency"),
      field<&A::average_daily_sales>("Mean of the history a day.").unit("units"),
      field<&A::average_daily_cost>("Mean of the history a day.").unit("currency"),
      field<&A::average_daily_forecast>("Mean of the forecast a day, over the months."),
      field<&A::interpretation>("The choice in a sentence.").named("Interpretation"),
      field<&A::note>("Why fewer models than usual were tried."),
      field<&A::folds>("Rolling origins that were forecast: 4, fewer for short histories."),
      field<&A::fold_days>("Days that were forecast from each.").unit("days"),
      field<&A::model_candidates>("Every model with its errors."));
}

schema::Object describe(schema::For<DateRange>) {
  return schema::object<DateRange>("Days in a row, both ends included.",
                                   field<&DateRange::first>("The first day."),
                                   field<&DateRange::last>("The last day."));
}

schema::Object describe(schema::For<OutlierDay>) {
  using O = OutlierDay;
  return schema::object<O>(
      "A day far from what its weeks suggest; kept, but moved to the nearest usual value for "
      "fitting.",
      field<&O::date>("The day."), field<&O::value>("As sent."),
      field<&O::expected>("Median level of its weeks on that weekday."));
}

schema::Object describe(schema::For<LevelShiftDay>) {
  using S = LevelShiftDay;
  return schema::object<S>("A lasting change of the level.",
                           field<&S::date>("About the first day of the new level."),
                           field<&S::before>("Mean a day in the seven weeks before."),
                           field<&S::after>("Mean a day in the seven weeks after."));
}

schema::Object describe(schema::For<ForecastDiagnostics>) {
  using D = ForecastDiagnostics;
  return schema::object<D>(
      "What was found in the history.", field<&D::days>("From the first day to the last."),
      field<&D::missing_days>("Days without a row, taken as 0."),
      field<&D::gaps>("Where they are, the first 100."),
      field<&D::repeated_dates>("Rows beyond the first of their day; they were added up."),
      field<&D::zero_share>("Share of days with nothing.").digits(4),
      field<&D::closed_weekdays>("Weekdays on which nothing is ever sold; forecast as exactly 0."),
      field<&D::yearly_pattern>("Whether a yearly pattern helped within the folds and is used."),
      field<&D::box_cox_power>("Power of the Box-Cox transform (0: logarithm) in which ETS, ARIMA, "
                               "CES and Theta are fitted; absent where the folds are not better "
                               "for one."),
      field<&D::month_pattern_percent>("Rise within a month from its first to its last day, where "
                                       "it is clear; it is taken into account.")
          .unit("%"),
      field<&D::outliers>("Unusual days, the first 100."),
      field<&D::closures>("Days of 0 among days of business, taken for closures: models see what "
                          "was expected of them, and the forecast is lower by their share. The "
                          "first 100."),
      field<&D::level_shifts>("Lasting changes of the level."));
}

schema::Object describe(schema::For<RegressorReport>) {
  using R = RegressorReport;
  return schema::object<R>(
      "What one of your own columns does.", field<&R::name>("The column."),
      field<&R::used>("Whether its effect is clear enough to be used (|t| of at least 2.5)."),
      field<&R::effect_percent>(
          "Change of a day in percent of the level around it: where a flag is "
          "set, or for one unit more of a number.")
          .unit("%"),
      field<&R::lower_95>("Lower bound of the effect.").unit("%"),
      field<&R::upper_95>("Upper bound of the effect.").unit("%"),
      field<&R::days>("Days of the history on which it is not 0."));
}

schema::Object describe(schema::For<HolidayReport>) {
  using H = HolidayReport;
  return schema::object<H>(
      "What one public holiday does.", field<&H::name>("The holiday."),
      field<&H::effect_percent>(
          "Change of the day in percent of the level around it, drawn towards "
          "that of all holidays as if the mean had been seen once more; -100 where it is closed.")
          .unit("%"),
      field<&H::closed>("Nothing was ever sold on it: forecast as exactly 0."),
      field<&H::days>("How often the history holds it."));
}

schema::Object describe(schema::For<ProductForecast>) {
  using P = ProductForecast;
  return schema::object<P>(
      "One product.", field<&P::product_code>("Your code of the product."),
      field<&P::error>(
          "Why this product could not be forecast; the other members are then absent."),
      field<&P::best_algorithm>("The model that was chosen."),
      field<&P::evaluation_metrics>("How well it forecast days it had not seen."),
      field<&P::forecast>("Monthly totals."),
      field<&P::regressors>("Effects of your own columns, if there are any."),
      field<&P::holidays>("Effects of public holidays that the history holds, with `country`."),
      field<&P::diagnostics>("What was found in the history."),
      field<&P::fitted>("The past as the model saw it, with `fitted`."),
      field<&P::plot>("SVG, with `plot`."));
}

ProductForecast product_forecast(std::string_view product_code, SeriesReport report) {
  ProductForecast out;
  out.product_code = product_code;
  out.best_algorithm = report.best_algorithm;
  out.evaluation_metrics = std::move(report.accuracy);
  out.forecast = std::move(report.forecast);
  out.regressors = std::move(report.regressors);
  out.holidays = std::move(report.holidays);
  out.diagnostics = std::move(report.diagnostics);
  out.fitted = std::move(report.fitted);
  out.plot = std::move(report.plot);
  return out;
}

}  // namespace clientele::vocabulary
