// Public holidays by country, from rules: fixed dates, offsets from Easter Sunday, the n-th weekday
// of a month, first weekday on or after a date; with the local law on days that fall on a weekend.
// Regional holidays are left out, but for GB, which is England and Wales. Dates are those of
// 2010-2050 as the law stands today; bridge days that a government decrees year by year are not
// known ahead and therefore not listed.
// Easter: Anonymous Gregorian algorithm (Meeus, "Astronomical algorithms", 1991, chapter 8).
// Complexity: O(rules) a year.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/date.hpp"

namespace clientele::calendar {

// ISO 3166-1 alpha-2 codes, in the order of kCountryCodes.
// clang-format off
enum class Country : std::uint8_t {
  AR, AT, BE, BR, CA, CH, CO, CZ, DE, DK, ES, FI, FR,
  GB, IE, IT, MX, NL, NO, NZ, PE, PL, PT, SE, US, ZA
};
// clang-format on
inline constexpr std::array<std::string_view, 26> kCountryCodes{
    "AR", "AT", "BE", "BR", "CA", "CH", "CO", "CZ", "DE", "DK", "ES", "FI", "FR",
    "GB", "IE", "IT", "MX", "NL", "NO", "NZ", "PE", "PL", "PT", "SE", "US", "ZA"};

struct Holiday {
  Date date;
  std::string_view name;  // English; the same every year

  bool operator==(const Holiday&) const = default;
};

Date easter_sunday(std::int32_t year);

// The holidays of a year by date; two names may share a day. Substitute days carry the name of
// their holiday.
std::vector<Holiday> holidays_of(Country country, std::int32_t year);

// The holidays of [first, last], by date, one a day.
std::vector<Holiday> holidays_between(Country country, Date first, Date last);

}  // namespace clientele::calendar
