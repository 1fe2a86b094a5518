#include "base/date.hpp"

#include <array>
#include <chrono>

namespace clientele {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Value of `count` digits at `at`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

constexpr bool leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

constexpr std::array<int, 12> kDaysBefore{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
constexpr std::array<int, 12> kDaysIn{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

// Two digits at `at`, at most `max`.
bool two_digits(std::string_view text, std::size_t at, int max) {
  const int value = digits(text, at, 2);
  return value >= 0 && value <= max;
}

// Z, +hh:mm, +hhmm or +hh.
bool is_zone(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return true;
  if (text[0] != '+' && text[0] != '-') return false;
  if (!two_digits(text, 1, 23)) return false;
  if (text.size() == 3) return true;
  const std::size_t minutes = text[3] == ':' ? 4 : 3;
  return text.size() == minutes + 2 && two_digits(text, minutes, 59);
}

// hh:mm[:ss[.fraction]][zone]
bool is_time(std::string_view text) {
  if (!two_digits(text, 0, 24) || text.size() < 5 || text[2] != ':' || !two_digits(text, 3, 59)) {
    return false;
  }
  std::size_t at = 5;
  if (at < text.size() && text[at] == ':') {
    if (!two_digits(text, at + 1, 60)) return false;
    at += 3;
    if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
      const std::size_t first = ++at;
      while (at < text.size() && is_digit(text[at])) ++at;
      if (at == first) return false;
    }
  }
  return is_zone(text.substr(at));
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1) return std::nullopt;
  const int last = kDaysIn[month - 1] + (month == 2 && leap(year) ? 1 : 0);
  if (day > last) return std::nullopt;
  if (text.size() > 10) {
    if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
    if (!is_time(text.substr(11))) return std::nullopt;
  }
  return date_from({year, month, day});
}

Date date_from(YearMonthDay ymd) {
  const int before = ymd.year - 1;
  const int days = before * 365 + before / 4 - before / 100 + before / 400 +
                   kDaysBefore[ymd.month - 1] + (ymd.month > 2 && leap(ymd.year) ? 1 : 0) +
                   ymd.day - 1;
  constexpr int kEpoch = 719162;  // days from 0001-01-01 to 1970-01-01
  return {days - kEpoch};
}

YearMonthDay year_month_day(Date date) {
  const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{date.days}}};
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

int weekday(Date date) { return ((date.days + 3) % 7 + 7) % 7; }

std::string to_string(Date date) {
  const YearMonthDay ymd = year_month_day(date);
  std::string text = "0000-00-00";
  const auto put = [&text](std::size_t last, int value, int count) {
    for (int i = 0; i < count; ++i, value /= 10) {
      text[last - static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    }
  };
  put(3, ymd.year, 4);
  put(6, ymd.month, 2);
  put(9, ymd.day, 2);
  return text;
}

}  // namespace clientele
