#include "models/forecast_pipeline/months.hpp"

namespace clientele::forecast_pipeline {

std::string Month::text() const { return to_string(first_day()).substr(0, 7); }

Month Month::next() const { return month == 12 ? Month{year + 1, 1} : Month{year, month + 1}; }

Date Month::first_day() const { return date_from({year, month, 1}); }

Date Month::last_day() const { return next().first_day() + -1; }

std::vector<Month> months_after(Date last, std::size_t count) {
  const YearMonthDay next = year_month_day(last + 1);
  Month month{next.year, next.month};
  if (next.day != 1) month = month.next();
  std::vector<Month> months;
  for (std::size_t i = 0; i < count; ++i, month = month.next()) months.push_back(month);
  return months;
}

}  // namespace clientele::forecast_pipeline
