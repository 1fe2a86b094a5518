#include "base/instant.hpp"

#include <gtest/gtest.h>

namespace clientele {
namespace {

Instant at(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

TEST(Instant, PrintsAsRfc3339) {
  EXPECT_EQ(to_rfc3339(at(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(at(951827696)), "2000-02-29T12:34:56Z");
}

TEST(Instant, BeforeTheEpochRoundsDownToTheDay) {
  EXPECT_EQ(to_rfc3339(at(-1)), "1969-12-31T23:59:59Z");
}

}  // namespace
}  // namespace clientele
