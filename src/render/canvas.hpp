// Pages of text and simple shapes, written as PDF with Cairo and Pango. A4, points, origin top
// left. The bytes depend on what is drawn alone; fonts are embedded as subsets.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace clientele::render {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;

  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

// Shades that stay apart in grey.
struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
};
inline constexpr Colour kInk{0.11, 0.15, 0.20}, kQuiet{0.36, 0.42, 0.48}, kRule{0.80, 0.83, 0.86},
    kPaper{0.95, 0.96, 0.97}, kAccent{0.11, 0.31, 0.57}, kSoft{0.62, 0.73, 0.85}, kWhite{1, 1, 1};

enum class Align { left, centre, right };

struct TextStyle {
  double size = 10;
  bool bold = false;
  Colour colour = kInk;
  Align align = Align::left;
  bool one_line = false;  // cut with an ellipsis instead of wrapping
};

enum class Marker { disc, square, triangle, diamond, cross, ring };

struct DocumentInfo {
  std::string title;
  std::string subject;
  std::string created;  // ISO 8601, into the metadata
};

class Canvas {
 public:
  static constexpr double kWidth = 595, kHeight = 842, kMargin = 50;
  static constexpr double kInner = kWidth - 2 * kMargin;

  Canvas();
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  void new_page();

  // Draws text wrapped to `width` with its top left at `at`; returns its height.
  double text(Point at, double width, std::string_view text, const TextStyle& style);
  double text_height(double width, std::string_view text, const TextStyle& style) const;
  void fill(const Box& box, Colour colour);
  void line(const std::vector<Point>& points, Colour colour, double thickness);
  void marker(Point centre, double radius, Marker marker, Colour colour);

  // The PDF; `footer(page, pages)` gives each page's bottom line, "" for none.
  std::string finish(const DocumentInfo& info,
                     const std::function<std::string(std::size_t, std::size_t)>& footer);

 private:
  struct Pango;
  using Page = std::vector<std::function<void(Pango&)>>;

  void draw(std::function<void(Pango&)> command);

  std::unique_ptr<Pango> pango_;
  std::vector<Page> pages_;
};

}  // namespace clientele::render
