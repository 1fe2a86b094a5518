#include <gtest/gtest.h>

#include "render/charts.hpp"

namespace clientele::render {
namespace {

std::string document(double largest) {
  Canvas canvas;
  canvas.new_page();
  canvas.text({50, 50}, 200, "Clúster «ação» €\n\xF0\x9F\x98\x80", {.size = 12});
  bar_chart(canvas, {50, 100, 400, 100}, "Bars", {{"a", largest, "1"}, {"b", 0, "0"}}, 1);
  scatter_chart(canvas, {50, 220, 400, 250}, "Dots", {{{1, largest}, 0}, {{2, 0}, 7}},
                {{{1.5, largest / 2}, "a"}},
                {.x_title = "x",
                 .y_title = "y",
                 .x_text = [](double) { return "1"; },
                 .y_text = [](double) { return "2"; }});
  canvas.new_page();
  tree_chart(
      canvas, {50, 50, 400, 200}, "Tree",
      {{.label = "1"}, {.label = "2"}, {.left = 0, .right = 1, .height = largest, .label = {}}},
      "height", [](double) { return "h"; });
  return canvas.finish({"Title", "Subject", "2025-06-30T00:00:00Z"},
                       [](std::size_t page, std::size_t pages) {
                         return std::to_string(page) + " / " + std::to_string(pages);
                       });
}

TEST(Canvas, GivesTheSamePdfAgain) {
  const std::string first = document(3);
  EXPECT_TRUE(first.starts_with("%PDF-1."));
  EXPECT_NE(first.find("%%EOF"), std::string::npos);
  EXPECT_NE(first.find("/CreationDate (20250630000000"), std::string::npos);
  EXPECT_TRUE(first == document(3));
  EXPECT_FALSE(first == document(4));
}

TEST(Canvas, EmbedsItsFonts) { EXPECT_NE(document(1).find("/FontFile2"), std::string::npos); }

TEST(Charts, BearExtremeValues) {
  for (const double value : {0.0, 1e-300, 1e20, 1e300}) {
    EXPECT_GT(document(value).size(), 1000u) << value;
  }
}

TEST(Charts, TicksAreRoundAndFew) {
  EXPECT_EQ(round_ticks(0, 10), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(round_ticks(0, 0).size(), 1u);
  EXPECT_LE(round_ticks(0, 8866.5).size(), 7u);
}

}  // namespace
}  // namespace clientele::render
