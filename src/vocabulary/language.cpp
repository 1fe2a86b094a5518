#include "vocabulary/language.hpp"

namespace clientele::vocabulary {

std::string filled(std::string_view phrase, std::initializer_list<std::string> values) {
  std::string text;
  auto value = values.begin();
  for (std::size_t i = 0; i < phrase.size(); ++i) {
    if (phrase.substr(i, 2) == "%s" && value != values.end()) {
      text += *value++;
      ++i;
    } else {
      text += phrase[i];
    }
  }
  return text;
}

}  // namespace clientele::vocabulary
