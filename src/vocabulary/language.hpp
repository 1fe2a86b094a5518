// The languages in which clientele writes.
#pragma once

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

#include "schema/describe.hpp"

namespace clientele::vocabulary {

enum class Language { en, es, pt };
constexpr auto choices(schema::For<Language>) {
  return std::array<std::string_view, 3>{"en", "es", "pt"};
}

// One text in every language.
struct Phrase {
  std::string_view en;
  std::string_view es;
  std::string_view pt;

  constexpr std::string_view in(Language language) const {
    switch (language) {
      case Language::es:
        return es;
      case Language::pt:
        return pt;
      case Language::en:
        break;
    }
    return en;
  }
};

// `phrase` with its %s replaced by the values, one after another.
std::string filled(std::string_view phrase, std::initializer_list<std::string> values);

}  // namespace clientele::vocabulary
