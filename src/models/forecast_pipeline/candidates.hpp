// The models that compete for a series, behind one call.
// Aggregation: totals of one, two and four weeks, each by the mean of damped exponential smoothing
// and Theta, averaged and shared out over the weekdays; levels of fewer than five totals are left
// out, and with fewer than eight weeks the recent mean is shared out. Source: Kourentzes,
// Petropoulos, Trapero (2014), "Improving forecasting by estimating time series structural
// components across multiple frequencies".
// CES: fitted to deviations from the mean. As the days ahead grow in number its forecasts fade to
// 0, which over two months of days is 6 to 36 % too low; this way they fade to the mean. The form
// found so is also fitted to the series itself, and taken where its AICc is lower by 10, as it is
// where sales grow without end.
// The other models: see models/forecast and lag_trees.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "models/forecast/arima.hpp"
#include "models/forecast/ces.hpp"
#include "models/forecast/ets.hpp"
#include "models/forecast/forecast.hpp"
#include "models/forecast/tbats.hpp"
#include "models/forecast_pipeline/adjustment.hpp"

namespace clientele::forecast_pipeline {

enum class Model : std::uint8_t {
  arima,
  ets,
  ces,
  stl_ets,
  theta,
  prophet,
  tbats,
  croston,
  tsb,
  random_forest,
  gradient_boosting,
  seasonal_naive,
  aggregation,
  ensemble,
  naive_mean,
};
inline constexpr std::array<std::string_view, 15> kModelNames{"ARIMA",
                                                              "ETS",
                                                              "CES",
                                                              "STL-ETS",
                                                              "Theta",
                                                              "Prophet",
                                                              "TBATS",
                                                              "Croston",
                                                              "TSB",
                                                              "Random Forest",
                                                              "Gradient Boosting",
                                                              "Seasonal Naïve",
                                                              "Aggregation",
                                                              "Ensemble",
                                                              "Naïve mean"};
inline std::string_view name_of(Model model) {
  return kModelNames[static_cast<std::size_t>(model)];
}

// Forms that are dear to search, from one fit to others.
struct SharedForms {
  std::optional<forecast::ArimaModel> arima{};  // whose order is kept, and where its fit ended
  std::optional<forecast::EtsForm> ets{};
  std::optional<forecast::TbatsForm> tbats{};
  std::optional<forecast::CesForm> ces{};
};

// What a model may know beside the series.
struct CandidateInput {
  const Adjusted* adjusted = nullptr;
  const KnownDays* known = nullptr;
  std::uint64_t seed = 42;
  const SharedForms* given = nullptr;  // to be fitted as they are
  SharedForms* found = nullptr;        // where to put those that were searched
  bool hurried = false;                // whether searches may be less thorough
};

// Forecasts the open days ahead in adjusted units. A model that cannot be fitted gives a forecast
// that is not plausible (see plausible()). Requires: not Model::ensemble.
// With Adjusted::power below 1 the models of can_be_transformed() are fitted to the transform.
forecast::Forecast run_candidate(Model model, const CandidateInput& input);

constexpr bool can_be_transformed(Model model) {
  return model == Model::arima || model == Model::ets || model == Model::ces ||
         model == Model::theta;
}

// The model that carries a series too short for anything else; never fails.
forecast::Forecast aggregate(std::span<const double> y, std::size_t period, std::size_t horizon);

}  // namespace clientele::forecast_pipeline
