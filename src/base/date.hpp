// Calendar dates (proleptic Gregorian), stored as days since 1970-01-01.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clientele {

struct Date {
  std::int32_t days = 0;

  auto operator<=>(const Date&) const = default;
  friend std::int32_t operator-(Date a, Date b) { return a.days - b.days; }
  friend Date operator+(Date date, std::int32_t by) { return {date.days + by}; }
};

struct YearMonthDay {
  std::int32_t year;
  std::int32_t month;  // 1-12
  std::int32_t day;    // 1-31
};

// Reads `YYYY-MM-DD`, or an ISO 8601 timestamp whose date part is taken as written (no time zone
// arithmetic). Years 0001-9999. nullopt for anything else, 2025-02-30 included.
std::optional<Date> parse_date(std::string_view text);

// Requires: a valid calendar date.
Date date_from(YearMonthDay ymd);
YearMonthDay year_month_day(Date date);

// 0 = Monday ... 6 = Sunday (ISO 8601).
int weekday(Date date);

// `YYYY-MM-DD`.
std::string to_string(Date date);

}  // namespace clientele
