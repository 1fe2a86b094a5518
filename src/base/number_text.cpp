#include "base/number_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace clientele {
namespace {

constexpr std::array<double, 10> kScale{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
constexpr double kLargestExact = 0x1.0p53;

template <typename Value>
void append_chars(std::string& out, Value value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

}  // namespace

void append_number(std::string& out, double value) {
  append_chars(out, value == 0 ? 0.0 : value);  // no "-0"
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
  auto magnitude = static_cast<std::uint64_t>(std::fabs(scaled));
  int decimals = digits;
  while (decimals > 0 && magnitude % 10 == 0) {
    magnitude /= 10;
    --decimals;
  }
  std::array<char, 24> text{};
  char* at = text.data() + text.size();
  for (int i = 0; i < decimals; ++i, magnitude /= 10) {
    *--at = static_cast<char>('0' + magnitude % 10);
  }
  if (decimals > 0) *--at = '.';
  do {
    *--at = static_cast<char>('0' + magnitude % 10);
    magnitude /= 10;
  } while (magnitude != 0);
  if (scaled < 0) *--at = '-';
  out.append(at, text.data() + text.size());
}

double rounded(double value, int digits) {
  const double scale = kScale[static_cast<std::size_t>(digits)];
  const double scaled = std::round(value * scale);
  return std::fabs(scaled) >= kLargestExact ? value : scaled / scale;
}

}  // namespace clientele
