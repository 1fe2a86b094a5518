#include "models/calendar/holidays.hpp"

#include <algorithm>

#include "models/calendar/holiday_rules.hpp"

namespace clientele::calendar {
namespace {

constexpr int kMonday = 0, kSaturday = 5, kSunday = 6;

Date first_on_or_after(Date date, int day_of_week) {
  return date + (day_of_week - weekday(date) + 7) % 7;
}

Date nth_weekday(std::int32_t year, int month, int nth, int day_of_week) {
  if (nth > 0) {
    return first_on_or_after(date_from({year, month, 1}), day_of_week) + 7 * (nth - 1);
  }
  const Date next = month == 12 ? date_from({year + 1, 1, 1}) : date_from({year, month + 1, 1});
  return first_on_or_after(next + -7, day_of_week);
}

Date date_of(const Rule& rule, std::int32_t year) {
  switch (rule.kind) {
    case Kind::easter:
      return easter_sunday(year) + rule.day;
    case Kind::nth:
      return nth_weekday(year, rule.month, rule.day, rule.weekday);
    case Kind::on_after:
      return first_on_or_after(date_from({year, rule.month, rule.day}), rule.weekday);
    case Kind::fixed:
      break;
  }
  return date_from({year, rule.month, rule.day});
}

bool is_taken(const std::vector<Holiday>& days, Date date) {
  return std::any_of(days.begin(), days.end(), [&](const Holiday& h) { return h.date == date; });
}

Date near_monday(Date date) {
  const int day = weekday(date);
  if (day == 1 || day == 2) return date + -day;
  if (day == 3 || day == 4) return date + (7 - day);
  return date;
}

// Adds the day of one rule where the law puts it, without substitutes that must find a free day.
void add(const Rule& rule, Date date, std::vector<Holiday>& days) {
  const int day = weekday(date);
  switch (rule.shift) {
    case Shift::nearest:
      if (day == kSaturday) days.push_back({date + -1, rule.name});
      days.push_back({date, rule.name});
      if (day == kSunday) days.push_back({date + 1, rule.name});
      return;
    case Shift::sunday_too:
      days.push_back({date, rule.name});
      if (day == kSunday) days.push_back({date + 1, rule.name});
      return;
    case Shift::sunday_before:
      days.push_back({day == kSunday ? date + -1 : date, rule.name});
      return;
    case Shift::to_monday:
      days.push_back({first_on_or_after(date, kMonday), rule.name});
      return;
    case Shift::near_monday:
      days.push_back({near_monday(date), rule.name});
      return;
    case Shift::also_monday:
    case Shift::none:
      break;
  }
  days.push_back({date, rule.name});
}

bool needs_free_day(const Rule& rule, Date date) {
  return weekday(date) >= kSaturday && rule.shift == Shift::also_monday;
}

bool applies(const Rule& rule, Country country, std::int32_t year) {
  return rule.country == country && rule.from <= year && year <= rule.to;
}

}  // namespace

Date easter_sunday(std::int32_t year) {
  const int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4;
  const int f = (b + 8) / 25, g = (b - f + 1) / 3, h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;
  return date_from({year, n / 31, n % 31 + 1});
}

std::vector<Holiday> holidays_of(Country country, std::int32_t year) {
  std::vector<Holiday> days;
  for (const Rule& rule : holiday_rules()) {
    if (applies(rule, country, year)) add(rule, date_of(rule, year), days);
  }
  for (const Rule& rule : holiday_rules()) {
    if (!applies(rule, country, year)) continue;
    Date date = date_of(rule, year);
    if (!needs_free_day(rule, date)) continue;
    while (weekday(date) >= kSaturday || is_taken(days, date)) date = date + 1;
    days.push_back({date, rule.name});
  }
  std::stable_sort(days.begin(), days.end(),
                   [](const Holiday& a, const Holiday& b) { return a.date < b.date; });
  return days;
}

std::vector<Holiday> holidays_between(Country country, Date first, Date last) {
  std::vector<Holiday> between;
  const std::int32_t end = year_month_day(last).year + 1;  // a New Year's Day may be kept before it
  for (std::int32_t year = year_month_day(first).year; year <= std::min(end, 9999); ++year) {
    for (const Holiday& day : holidays_of(country, year)) {
      if (day.date < first || day.date > last) continue;
      between.push_back(day);
    }
  }
  std::stable_sort(between.begin(), between.end(),
                   [](const Holiday& a, const Holiday& b) { return a.date < b.date; });
  const auto same = [](const Holiday& a, const Holiday& b) { return a.date == b.date; };
  between.erase(std::unique(between.begin(), between.end(), same), between.end());
  return between;
}

}  // namespace clientele::calendar
