#include "base/instant.hpp"

#include <cstdio>

#include "base/date.hpp"

namespace clientele {

Instant current_instant() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string to_rfc3339(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::hh_mm_ss clock{instant - day};
  char text[32];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02dZ", static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return to_string(Date{static_cast<std::int32_t>(day.time_since_epoch().count())}) + text;
}

}  // namespace clientele
