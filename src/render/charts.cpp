#include "render/charts.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::render {
namespace {

constexpr double kTitleSize = 11;
constexpr double kLabelSize = 8;
constexpr double kMostSpread = 20;
const TextStyle kSmall{.size = kLabelSize, .colour = kQuiet, .one_line = true};

TextStyle small(Align align) {
  TextStyle style = kSmall;
  style.align = align;
  return style;
}

// Maps values to places along one direction.
class Axis {
 public:
  Axis(std::vector<double> values, double from, double to) : from_(from), to_(to) {
    std::sort(values.begin(), values.end());
    high_ = values.empty() || values.back() <= 0 ? 1 : values.back();
    const double median = values.empty() ? 0 : values[values.size() / 2];
    logarithmic_ = median > 0 && high_ > kMostSpread * median;
  }
  double place(double value) const {
    const double part = logarithmic_ ? std::log1p(value) / std::log1p(high_) : value / high_;
    return from_ + (to_ - from_) * std::clamp(part, 0.0, 1.0);
  }
  std::vector<double> ticks() const {
    if (!logarithmic_) return round_ticks(0, high_);
    std::vector<double> ticks{0};
    double step = 10;
    while (high_ / step > 1e5) step *= 10;
    for (double tick = step; tick <= high_; tick *= 10) ticks.push_back(tick);
    return ticks;
  }

 private:
  double from_, to_;
  double high_ = 1;
  bool logarithmic_ = false;
};

struct Look {
  Marker marker;
  Colour colour;
};

Look look_of(std::size_t group) {
  static constexpr Look kLooks[]{
      {Marker::disc, {0.11, 0.31, 0.57}},    {Marker::triangle, {0.80, 0.47, 0.13}},
      {Marker::square, {0.45, 0.65, 0.62}},  {Marker::cross, {0.25, 0.25, 0.25}},
      {Marker::diamond, {0.60, 0.20, 0.32}}, {Marker::disc, {0.66, 0.72, 0.80}}};
  return kLooks[group % std::size(kLooks)];
}

void draw_axes(Canvas& canvas, const Box& plot, const Axes& axes, const Axis& x, const Axis& y) {
  for (const double tick : y.ticks()) {
    const double at = y.place(tick);
    canvas.line({{plot.x, at}, {plot.right(), at}}, kRule, 0.5);
    canvas.text({plot.x - 62, at - 5}, 56, axes.y_text(tick), small(Align::right));
  }
  for (const double tick : x.ticks()) {
    const double at = x.place(tick);
    canvas.line({{at, plot.bottom()}, {at, plot.bottom() + 3}}, kQuiet, 0.5);
    canvas.text({at - 30, plot.bottom() + 5}, 60, axes.x_text(tick), small(Align::centre));
  }
  canvas.line({{plot.x, plot.bottom()}, {plot.right(), plot.bottom()}}, kQuiet, 0.7);
  canvas.text({plot.x, plot.bottom() + 17}, plot.width, axes.x_title, small(Align::centre));
  canvas.text({plot.x - 62, plot.y - 15}, 160, axes.y_title, small(Align::left));
}

}  // namespace

std::vector<double> round_ticks(double low, double high) {
  const double rough = (high - low) / 5;
  if (!(rough > 0) || !std::isfinite(rough)) return {low};
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = power;
  for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
    step = factor * power;
    if (step >= rough) break;
  }
  std::vector<double> ticks;
  for (int i = 0; i <= 6 && low + i * step <= high * (1 + 1e-9); ++i) {
    ticks.push_back(low + i * step);
  }
  return ticks;
}

Box chart_title(Canvas& canvas, const Box& box, const std::string& title) {
  canvas.text({box.x, box.y}, box.width, title,
              {.size = kTitleSize, .bold = true, .one_line = true});
  return {box.x, box.y + 22, box.width, box.height - 22};
}

void bar_chart(Canvas& canvas, const Box& box, const std::string& title,
               const std::vector<Bar>& bars, double reference) {
  const Box plot = chart_title(canvas, box, title);
  if (bars.empty()) return;
  constexpr double kLabels = 112, kTexts = 62, kTextWidth = 26;
  const double row = std::min(24.0, plot.height / static_cast<double>(bars.size()));
  double high = reference;
  for (const Bar& bar : bars) high = std::max(high, bar.value);
  const double scale = high > 0 ? (plot.width - kLabels - kTexts) / high : 0;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double top = plot.y + row * static_cast<double>(i);
    const double length = bars[i].value * scale;
    TextStyle label{.size = std::min(9.0, row * 0.6), .one_line = true};
    const double text_top = top + (row - label.size * 1.25) / 2;
    canvas.text({plot.x, text_top}, kLabels - 8, bars[i].label, label);
    canvas.fill({plot.x + kLabels, top + row * 0.16, length, row * 0.68},
                i == 0 || reference > 0 ? kAccent : kSoft);
    // Behind the reference line where the text would meet it.
    const double line = reference * scale;
    const bool meets = line > length && line < length + kTextWidth;
    canvas.text({plot.x + kLabels + (meets ? line : length) + 5, text_top}, kTexts, bars[i].text,
                label);
  }
  if (reference <= 0) return;
  const double at = plot.x + kLabels + reference * scale;
  canvas.line({{at, plot.y - 2}, {at, plot.y + row * static_cast<double>(bars.size()) + 2}}, kInk,
              0.9);
}

void scatter_chart(Canvas& canvas, const Box& box, const std::string& title,
                   const std::vector<Dot>& dots, const std::vector<Ring>& rings, const Axes& axes) {
  const Box inner = chart_title(canvas, box, title);
  const Box plot{inner.x + 64, inner.y + 16, inner.width - 84, inner.height - 48};
  std::vector<double> xs, ys;
  for (const Dot& dot : dots) {
    xs.push_back(dot.value.x);
    ys.push_back(dot.value.y);
  }
  const Axis x(std::move(xs), plot.x, plot.right());
  const Axis y(std::move(ys), plot.bottom(), plot.y);
  draw_axes(canvas, plot, axes, x, y);
  const double radius = dots.size() > 400 ? 1.3 : 2.4;
  for (const Dot& dot : dots) {
    const Look look = look_of(dot.group);
    canvas.marker({x.place(dot.value.x), y.place(dot.value.y)}, radius, look.marker, look.colour);
  }
  std::vector<Point> named;
  for (const Ring& ring : rings) {
    const Point at{x.place(ring.value.x), y.place(ring.value.y)};
    canvas.marker(at, 6, Marker::ring, kWhite);
    canvas.marker(at, 5, Marker::ring, kInk);
    const bool covered = std::any_of(named.begin(), named.end(), [&](const Point& other) {
      return std::fabs(other.x - at.x) < 18 && std::fabs(other.y - at.y) < 10;
    });
    if (covered) continue;  // its name would lie over another
    named.push_back(at);
    const bool right = at.x + 60 < plot.right();
    canvas.text(
        {right ? at.x + 8 : at.x - 68, at.y - 13}, 60, ring.label,
        {.size = 8, .bold = true, .align = right ? Align::left : Align::right, .one_line = true});
  }
}

void tree_chart(Canvas& canvas, const Box& box, const std::string& title,
                const std::vector<TreeNode>& nodes, const std::string& axis_title,
                const std::function<std::string(double)>& height_text) {
  const Box inner = chart_title(canvas, box, title);
  const Box plot{inner.x + 64, inner.y + 16, inner.width - 70, inner.height - 50};
  const double high = nodes.back().height > 0 ? nodes.back().height : 1;
  for (const double tick : round_ticks(0, high)) {
    const double at = plot.bottom() - plot.height * tick / high;
    canvas.line({{plot.x, at}, {plot.right(), at}}, kRule, 0.5);
    canvas.text({plot.x - 62, at - 5}, 56, height_text(tick), small(Align::right));
  }
  canvas.text({plot.x - 62, plot.y - 15}, 160, axis_title, small(Align::left));
  // Leaves side by side in depth-first order, parents over the middle of their children.
  std::vector<double> place(nodes.size());
  std::vector<std::size_t> open{nodes.size() - 1}, leaves;
  while (!open.empty()) {
    const std::size_t node = open.back();
    open.pop_back();
    if (nodes[node].left < 0) {
      leaves.push_back(node);
      continue;
    }
    open.push_back(static_cast<std::size_t>(nodes[node].right));
    open.push_back(static_cast<std::size_t>(nodes[node].left));
  }
  const double step = plot.width / static_cast<double>(leaves.size());
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    place[leaves[i]] = plot.x + step * (static_cast<double>(i) + 0.5);
    canvas.text({place[leaves[i]] - step / 2 - 4, plot.bottom() + 4}, step + 8,
                nodes[leaves[i]].label,
                {.size = std::clamp(step * 0.32, 4.5, 8.0), .align = Align::centre});
  }
  const auto level = [&](std::size_t node) {
    return plot.bottom() - plot.height * std::min(nodes[node].height / high, 1.0);
  };
  for (std::size_t node = 0; node < nodes.size(); ++node) {
    if (nodes[node].left < 0) continue;
    const auto left = static_cast<std::size_t>(nodes[node].left);
    const auto right = static_cast<std::size_t>(nodes[node].right);
    place[node] = (place[left] + place[right]) / 2;
    canvas.line({{place[left], level(left)},
                 {place[left], level(node)},
                 {place[right], level(node)},
                 {place[right], level(right)}},
                kAccent, 1.1);
  }
}

}  // namespace clientele::render
