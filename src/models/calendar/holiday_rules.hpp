// The table of rules behind holidays.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "models/calendar/holidays.hpp"

namespace clientele::calendar {

enum class Kind : std::uint8_t {
  fixed,     // month, day
  easter,    // `day` days after Easter Sunday
  nth,       // the `day`-th `weekday` of `month`; day -1 = the last one
  on_after,  // the first `weekday` on or after month, day
};

// What happens when the day falls on a weekend, or is moved by law.
enum class Shift : std::uint8_t {
  none,
  nearest,        // Saturday: Friday before too; Sunday: Monday after too
  also_monday,    // Saturday, Sunday: the next weekday that is free, too
  sunday_too,     // Sunday: Monday too
  sunday_before,  // Sunday: Saturday instead
  to_monday,      // any other day: the next Monday instead
  near_monday,    // Tuesday, Wednesday: Monday before; Thursday, Friday: Monday after
};

struct Rule {
  Country country;
  Kind kind;
  std::int8_t month;
  std::int8_t day;
  std::int8_t weekday;  // 0 = Monday
  Shift shift;
  std::string_view name;
  std::int16_t from = 0;
  std::int16_t to = 9999;
};

std::span<const Rule> holiday_rules();

}  // namespace clientele::calendar
