#include "base/number_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace clientele {
namespace {

constexpr std::array<double, 10> kScale{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
constexpr double kLargestExact = 0x1.0p53;
constexpr double kMostShort = 1e12;

template <typename Value>
void append_chars(std::string& out, Value value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

// magnitude / 10^decimals, trailing zeros of the decimals dropped.
void append_decimal(std::string& out, std::uint64_t magnitude, int decimals, bool negative) {
  while (decimals > 0 && magnitude % 10 == 0) {
    magnitude /= 10;
    --decimals;
  }
  std::array<char, 24> text;
  char* at = text.data() + text.size();
  for (int i = 0; i < decimals; ++i, magnitude /= 10) {
    *--at = static_cast<char>('0' + magnitude % 10);
  }
  if (decimals > 0) *--at = '.';
  do {
    *--at = static_cast<char>('0' + magnitude % 10);
    magnitude /= 10;
  } while (magnitude != 0);
  if (negative) *--at = '-';
  out.append(at, text.data() + text.size());
}

// Writes what std::to_chars would write for values of at most three decimals and fifteen digits,
// several times as fast: a decimal of fifteen digits that is nearest to a double is its shortest
// text. From five closing zeros on an exponent would be shorter.
bool append_short(std::string& out, double value) {
  const double magnitude = std::fabs(value);
  if (!(magnitude < kMostShort)) return false;
  const auto whole = static_cast<std::uint64_t>(magnitude);
  if (static_cast<double>(whole) == magnitude) {
    if (whole != 0 && whole % 100'000 == 0) return false;
    append_decimal(out, whole, 0, value < 0);
    return true;
  }
  const auto thousandths = static_cast<std::uint64_t>(std::llrint(magnitude * 1000));
  if (static_cast<double>(thousandths) / 1000 != magnitude) return false;
  append_decimal(out, thousandths, 3, value < 0);
  return true;
}

}  // namespace

void append_number(std::string& out, double value) {
  if (!append_short(out, value)) append_chars(out, value == 0 ? 0.0 : value);  // no "-0"
}

std::string fixed(double value, int digits) {
  char text[400];  // the longest double has 309 digits
  std::snprintf(text, sizeof text, "%.*f", digits, rounded(value, digits));
  return text;
}

void append_integer(std::string& out, std::int64_t value) { append_chars(out, value); }

void append_rounded(std::string& out, double value, int digits) {
  const double scaled = std::round(value * kScale[static_cast<std::size_t>(digits)]);
  if (std::fabs(scaled) >= kLargestExact) {
    append_number(out, value);
    return;
  }
  append_decimal(out, static_cast<std::uint64_t>(std::fabs(scaled)), digits, scaled < 0);
}

double rounded(double value, int digits) {
  const double scale = kScale[static_cast<std::size_t>(digits)];
  const double scaled = std::round(value * scale);
  return std::fabs(scaled) >= kLargestExact ? value : scaled / scale;
}

}  // namespace clientele
