// Turns values into words of one language and puts them into the language's sentences.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/report/texts.hpp"

namespace clientele::report {

// A value for a placeholder; `one` chooses the singular form of {name:one|many}.
struct Value {
  std::string_view name;
  std::string text;
  bool one = false;
};
using Values = std::vector<Value>;

class Wording {
 public:
  // `currency`: an ISO 4217 code, "" for bare amounts.
  Wording(const LanguageTexts& texts, std::string currency)
      : texts_(texts), currency_(std::move(currency)) {}

  // The sentence of `key` with its placeholders replaced; values are put in as they are.
  std::string sentence(std::string_view key, const Values& values) const;
  std::string_view text(std::string_view key) const { return texts_[key]; }

  // Grouped by thousands, `digits` decimals, rounded half away from zero.
  std::string number(double value, int digits) const;
  std::string count(std::size_t value) const { return number(static_cast<double>(value), 0); }
  // Whole from 100 on, two decimals below; with the currency, if there is one.
  std::string money(double value) const;
  std::string whole_money(double value) const;
  // One decimal unless whole; what would round to 0 or 100 without being so is "<0.1%" or ">99.9%".
  std::string percent(double value) const;
  // One decimal unless whole; "<0.1" for what would round to 0 without being so.
  std::string average(double value) const;
  // Whether an average takes the singular in this language.
  bool is_one(double average) const;
  // Whole from 100 on, two decimals from 1 on, two significant digits below.
  std::string distance(double value) const;
  // "a, b and c".
  std::string list(const std::vector<std::string>& items) const;

 private:
  std::string amount(double value, int digits) const;

  const LanguageTexts& texts_;
  std::string currency_;
};

// A caller's word as it may stand in a text: without control and direction marks, runs of blanks
// made one, at most 32 characters; "?" when nothing is left.
std::string shown_name(std::string_view name);

// Words between blanks, no-break spaces among them.
std::size_t count_words(std::string_view text);

}  // namespace clientele::report
