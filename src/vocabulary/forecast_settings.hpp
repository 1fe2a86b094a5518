// The settings that all forecasting requests share, field by field.
#pragma once

#include "schema/describe.hpp"
#include "vocabulary/forecast_shapes.hpp"

namespace clientele::vocabulary {

template <auto Member>
auto period_field() {
  return schema::field<Member>("Months to forecast, from the first whole one after the history.")
      .between(1, kMostForecastMonths)
      .unit("months");
}
template <auto Member>
auto country_field() {
  return schema::field<Member>(
      "Country whose public holidays are no business days and whose effect is learnt; none by "
      "default.");
}
template <auto Member>
auto daily_field() {
  return schema::field<Member>("Also give every day ahead.").or_default();
}
template <auto Member>
auto fitted_field() {
  return schema::field<Member>("Also give what the model expected of the past.").or_default();
}
template <auto Member>
auto plot_field() {
  return schema::field<Member>("Also give an SVG of history, forecast and intervals.").or_default();
}
template <auto Member>
auto forecast_seed_field() {
  return schema::field<Member>("Seed of the simulated paths and of the trees.")
      .or_default()
      .at_least(0);
}
template <auto Member>
auto forecast_language_field() {
  return schema::field<Member>("Language of the interpretation.").or_default();
}
template <auto Member>
auto future_field() {
  return schema::field<Member>(
             "Days ahead with columns of data that are known for them; others: flags off, numbers "
             "at their recent mean.")
      .or_default()
      .at_most_items(kMostForecastRows);
}

}  // namespace clientele::vocabulary
