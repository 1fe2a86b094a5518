#include "faces/http/body_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

namespace clientele::http {
namespace {

bool is_padded(const BodyBuffer& body) {
  return std::all_of(body.data() + body.size(), body.data() + body.size() + BodyBuffer::kPadding,
                     [](char c) { return c == 0; });
}

TEST(BodyBuffer, is_padded_at_every_size) {
  BodyBuffer body;
  EXPECT_TRUE(is_padded(body));
  std::string expected;
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(body.append(std::string(static_cast<std::size_t>(i), 'x')));
    expected.append(static_cast<std::size_t>(i), 'x');
    EXPECT_EQ(body.view(), expected);
    EXPECT_TRUE(is_padded(body));
  }
}

TEST(BodyBuffer, charges_its_capacity) {
  ByteBudget budget(1000);
  {
    BodyBuffer body(&budget);
    ASSERT_TRUE(body.reserve(600));
    EXPECT_EQ(budget.used(), 600U);
    EXPECT_FALSE(body.reserve(1001));
    EXPECT_EQ(body.capacity(), 600U);
    BodyBuffer other(&budget);
    EXPECT_FALSE(other.append(std::string(401, 'a')));
    EXPECT_TRUE(other.append(std::string(400, 'a')));
    body = std::move(other);
    EXPECT_EQ(budget.used(), 400U);
    EXPECT_EQ(body.size(), 400U);
    EXPECT_TRUE(is_padded(other));  // NOLINT(bugprone-use-after-move): empty, and usable
  }
  EXPECT_EQ(budget.used(), 0U);
}

TEST(BodyBuffer, growth_falls_back_to_what_fits) {
  ByteBudget budget(1000);
  BodyBuffer body(&budget);
  ASSERT_TRUE(body.append(std::string(600, 'a')));
  EXPECT_TRUE(body.append(std::string(300, 'b')));  // twice 600 does not fit, 900 does
  EXPECT_EQ(body.size(), 900U);
}

TEST(ByteBudget, does_not_overflow) {
  ByteBudget budget(100);
  EXPECT_FALSE(budget.try_take(~0ULL));
  budget.take(150);
  EXPECT_FALSE(budget.try_take(1));
  EXPECT_FALSE(budget.fits(0));
  budget.give_back(150);
  EXPECT_TRUE(budget.try_take(100));
}

}  // namespace
}  // namespace clientele::http
