#include "models/report/wording.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/number_text.hpp"
#include "base/utf8.hpp"

namespace clientele::report {
namespace {

constexpr std::size_t kLongestName = 32;
constexpr int kMostDigits = 9;
constexpr double kLongestPlain = 1e15;  // larger numbers are written with an exponent

struct Symbol {
  std::string_view code;
  std::string_view symbol;
};
constexpr std::array<Symbol, 5> kSymbols{
    {{"USD", "$"}, {"EUR", "€"}, {"GBP", "£"}, {"BRL", "R$"}, {"JPY", "¥"}}};

const Value* find(const Values& values, std::string_view name) {
  const auto found = std::ranges::find(values, name, &Value::name);
  return found == values.end() ? nullptr : &*found;
}

bool is_blank(char32_t c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x0B || c == 0x0C || c == 0xA0 ||
         c == 0x2028 || c == 0x2029 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F;
}

// Control characters, direction and joining marks, byte order marks: all that cannot be seen.
bool is_invisible(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x061C ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         c >= 0xE0000;
}

bool is_whole(double value) { return std::fabs(value - std::round(value)) < 1e-9; }

bool begins_with_i(std::string_view word) {
  return word.starts_with('i') || word.starts_with('I') || word.starts_with("í") ||
         word.starts_with("Í") ||
         ((word.starts_with("hi") || word.starts_with("Hi")) && !word.substr(2).starts_with('e'));
}

}  // namespace

std::string Wording::sentence(std::string_view key, const Values& values) const {
  const std::string_view form = texts_[key];
  std::string result;
  for (std::size_t at = 0; at < form.size();) {
    const std::size_t open = std::min(form.find('{', at), form.size());
    result += form.substr(at, open - at);
    if (open == form.size()) break;
    const std::size_t close = form.find('}', open);
    const std::string_view inside = form.substr(open + 1, close - open - 1);
    const std::size_t colon = std::min(inside.find(':'), inside.size());
    if (const Value* value = find(values, inside.substr(0, colon))) {
      const std::size_t bar = inside.find('|');
      if (bar == std::string_view::npos) {
        result += value->text;
      } else {
        result += value->one ? inside.substr(colon + 1, bar - colon - 1) : inside.substr(bar + 1);
      }
    } else {
      result += form.substr(open, close - open + 1);  // tests look for braces
    }
    at = close + 1;
  }
  return result;
}

std::string Wording::number(double value, int digits) const {
  std::string plain;
  if (std::fabs(value) >= kLongestPlain) {
    append_number(plain, value);
    return plain;
  }
  append_rounded(plain, value, digits);
  const std::size_t point = std::min(plain.find('.'), plain.size());
  std::string whole = plain.substr(0, point);
  std::string decimals = point == plain.size() ? "" : plain.substr(point + 1);
  decimals.resize(static_cast<std::size_t>(digits), '0');
  const std::size_t first = whole.starts_with('-') ? 1 : 0;
  for (std::size_t at = whole.size(); at > first + 3;) {
    at -= 3;
    whole.insert(at, texts_["numbers.group"]);
  }
  if (digits > 0) whole += std::string(texts_["numbers.decimal"]) + decimals;
  return whole;
}

std::string Wording::amount(double value, int digits) const {
  const std::string plain = number(value, digits);
  if (currency_.empty()) return plain;
  const auto known = std::ranges::find(kSymbols, currency_, &Symbol::code);
  if (known == kSymbols.end()) {
    return sentence("numbers.money_code", {{"symbol", currency_}, {"n", plain}});
  }
  return sentence("numbers.money", {{"symbol", std::string(known->symbol)}, {"n", plain}});
}

std::string Wording::money(double value) const { return amount(value, value >= 100 ? 0 : 2); }

std::string Wording::whole_money(double value) const { return amount(value, 0); }

std::string Wording::percent(double value) const {
  std::string text = number(value, is_whole(value) ? 0 : 1);
  if (value > 0 && value < 0.05) text = "<" + number(0.1, 1);
  if (value < 100 && value >= 99.95) text = ">" + number(99.9, 1);
  return sentence("numbers.percent", {{"n", std::move(text)}});
}

std::string Wording::average(double value) const {
  if (value > 0 && value < 0.05) return "<" + number(0.1, 1);
  return number(value, is_whole(value) ? 0 : 1);
}

bool Wording::is_one(double average) const {
  if (average == 1) return true;
  return texts_["numbers.singular_below_two"] == "yes" && average > 0 && average < 1.95;
}

std::string Wording::distance(double value) const {
  if (value == 0 || value >= 100) return number(value, 0);
  int digits = 2;
  for (double unit = 1; digits < kMostDigits && value < unit; unit /= 10) ++digits;
  return number(value, value < 1 ? digits - 1 : digits);
}

std::string Wording::list(const std::vector<std::string>& items) const {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0 && i + 1 == items.size()) {
      text += texts_[begins_with_i(items[i]) ? "numbers.and_before_i" : "numbers.and"];
    } else if (i > 0) {
      text += ", ";
    }
    text += items[i];
  }
  return text;
}

std::string shown_name(std::string_view name) {
  std::string shown;
  std::size_t length = 0;
  bool blank = false;
  for (std::size_t at = 0; at < name.size();) {
    const auto point = decode_utf8(name, at);
    at += point ? point->length : 1;
    if (!point) continue;
    if (is_blank(point->value)) {
      blank = !shown.empty();
      continue;
    }
    if (is_invisible(point->value)) continue;
    if (length + (blank ? 1 : 0) >= kLongestName) {
      shown += "…";
      break;
    }
    if (blank) {
      shown += ' ';
      ++length;
    }
    blank = false;
    append_utf8(shown, point->value);
    ++length;
  }
  return shown.empty() ? "?" : shown;
}

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto point = decode_utf8(text, at);
    at += point ? point->length : 1;
    const bool blank = point && is_blank(point->value);
    words += !blank && !inside ? 1 : 0;
    inside = !blank;
  }
  return words;
}

}  // namespace clientele::report
