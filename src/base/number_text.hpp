// Numbers as text.
#pragma once

#include <cstdint>
#include <string>

namespace clientele {

// Appends the shortest decimal text that reads back as `value`. Requires: value is finite.
void append_number(std::string& out, double value);

// Appends `value` rounded half away from zero at `digits` (0-9) decimals, trailing zeros dropped.
// Values too large for an exact scaled integer are written shortest. Requires: value is finite.
void append_rounded(std::string& out, double value, int digits);

// `value` rounded half away from zero at `digits` (0-9) decimals, all of them written: "0.50".
// Requires: value is finite.
std::string fixed(double value, int digits);

void append_integer(std::string& out, std::int64_t value);

// `value` rounded half away from zero at `digits` (0-9) decimals.
double rounded(double value, int digits);

}  // namespace clientele
