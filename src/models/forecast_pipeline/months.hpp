// Whole months after the last day of a history.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/date.hpp"

namespace clientele::forecast_pipeline {

struct Month {
  std::int32_t year = 0;
  std::int32_t month = 0;  // 1-12

  std::string text() const;  // "2025-03"
  Month next() const;
  Date first_day() const;
  Date last_day() const;
};

// `count` months, the first being the first one that begins after `last`.
std::vector<Month> months_after(Date last, std::size_t count);

}  // namespace clientele::forecast_pipeline
