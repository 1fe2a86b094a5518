#include "models/report/texts.hpp"

#include <algorithm>
#include <cassert>

namespace clientele::report {

std::string_view LanguageTexts::operator[](std::string_view key) const {
  const auto found = std::ranges::lower_bound(entries, key, {}, &TextEntry::key);
  assert(found != entries.end() && found->key == key);
  return found->text;
}

const LanguageTexts& language(std::string_view code) {
  const auto all = languages();
  const auto found = std::ranges::find(all, code, &LanguageTexts::code);
  assert(found != all.end());
  return *found;
}

}  // namespace clientele::report
