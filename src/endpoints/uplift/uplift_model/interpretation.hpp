// The result of an uplift study in words.
#pragma once

#include <string>

#include "models/uplift/uplift_study.hpp"
#include "vocabulary/language.hpp"

namespace clientele::endpoints::uplift_model {

std::string interpretation_of(const uplift::UpliftStudy& study, double contamination,
                              vocabulary::Language lang);

}  // namespace clientele::endpoints::uplift_model
