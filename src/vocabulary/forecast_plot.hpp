// A forecast as a picture.
#pragma once

#include <string>

#include "vocabulary/forecast_question.hpp"
#include "vocabulary/language.hpp"

namespace clientele::vocabulary {

// SVG of the history by week (at most its last two years), the forecast of each week and its bands
// of 80 and 95 %. Deterministic; no scripts, no external references.
std::string plot_forecast(const ForecastPlan& plan, const forecast_pipeline::Outlook& outlook,
                          Quantity quantity, Language language);

}  // namespace clientele::vocabulary
