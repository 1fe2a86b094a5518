#include "models/calendar/holidays.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

namespace clientele::calendar {
namespace {

std::string text_of(Country country, Date date) {
  return std::string(kCountryCodes[static_cast<std::size_t>(country)]) + "," + to_string(date);
}

TEST(Holidays, AreThoseOfAnIndependentTable) {
  std::ifstream in(std::string(CLIENTELE_SOURCE_DIR) + "/tests/golden/calendar/holidays.csv");
  ASSERT_TRUE(in);
  std::set<std::string> expected, actual;
  for (std::string line; std::getline(in, line);) {
    if (line[0] != '#') expected.insert(line);
  }
  for (std::size_t c = 0; c < kCountryCodes.size(); ++c) {
    const auto country = static_cast<Country>(c);
    for (const Holiday& day :
         holidays_between(country, date_from({2023, 1, 1}), date_from({2030, 12, 31}))) {
      if (weekday(day.date) != 6) actual.insert(text_of(country, day.date));
    }
  }
  // The Holidays Act of Canada moves 1 July to the Monday; the table does not.
  actual.erase("CA,2029-07-02");
  EXPECT_EQ(actual, expected);
}

TEST(Holidays, EasterIsWhereItWas) {
  EXPECT_EQ(to_string(easter_sunday(1961)), "1961-04-02");
  EXPECT_EQ(to_string(easter_sunday(2024)), "2024-03-31");
  EXPECT_EQ(to_string(easter_sunday(2038)), "2038-04-25");
}

TEST(Holidays, OfARangeAreOneADayAndReachAcrossTheYear) {
  const auto days =
      holidays_between(Country::US, date_from({2021, 12, 1}), date_from({2022, 1, 2}));
  std::vector<std::string> dates;
  for (const Holiday& day : days) dates.push_back(to_string(day.date));
  const std::vector<std::string> expected{"2021-12-24", "2021-12-25", "2021-12-31", "2022-01-01"};
  EXPECT_EQ(dates, expected);
  EXPECT_TRUE(
      holidays_between(Country::US, date_from({2022, 1, 2}), date_from({2022, 1, 1})).empty());
  EXPECT_NO_FATAL_FAILURE(
      holidays_between(Country::GB, date_from({9999, 1, 1}), date_from({9999, 12, 31})));
  EXPECT_NO_FATAL_FAILURE(
      holidays_between(Country::GB, date_from({1, 1, 1}), date_from({1, 2, 1})));
}

}  // namespace
}  // namespace clientele::calendar
