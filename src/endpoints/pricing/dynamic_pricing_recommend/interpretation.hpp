// The advice in words, in every language.
#pragma once

#include <string>

#include "endpoints/pricing/dynamic_pricing_recommend/messages.hpp"
#include "models/pricing/price_advice.hpp"

namespace clientele::endpoints::dynamic_pricing_recommend {

// Requires: advice.best.
std::string recommendation(const Request& request, const pricing::PriceAdvice& advice,
                           std::optional<double> competitor_price);

// Requires: a refusal other than none.
Refused refusal_of(const pricing::PriceAdvice& advice, vocabulary::Language lang);

}  // namespace clientele::endpoints::dynamic_pricing_recommend
