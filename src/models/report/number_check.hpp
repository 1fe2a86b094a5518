// Whether a rewritten text states only numbers that the computed one states.
#pragma once

#include <string>
#include <string_view>

#include "models/report/texts.hpp"

namespace clientele::report {

// The first number or number word of `rewritten` that `computed` does not have; "" if there is
// none. Numbers are compared by value; digits of other scripts are never accepted. What is said
// about a number is not compared. Complexity: O(words log words).
std::string unknown_number(std::string_view computed, std::string_view rewritten,
                           const LanguageTexts& texts);

}  // namespace clientele::report
