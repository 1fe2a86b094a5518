// Charts on a canvas. Each keeps inside its box and can be read in grey.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "render/canvas.hpp"

namespace clientele::render {

struct Bar {
  std::string label;
  double value = 0;
  std::string text;  // of the value
};

// Horizontal bars, longest for the largest value. `reference` > 0 draws a line at that value.
void bar_chart(Canvas& canvas, const Box& box, const std::string& title,
               const std::vector<Bar>& bars, double reference = 0);

struct Dot {
  Point value;
  std::size_t group = 0;  // chooses marker and shade
};

struct Ring {
  Point value;
  std::string label;
};

struct Axes {
  std::string x_title;
  std::string y_title;
  std::function<std::string(double)> x_text;  // of a tick
  std::function<std::string(double)> y_text;
};

// An axis whose values spread over more than twenty times their median is logarithmic.
void scatter_chart(Canvas& canvas, const Box& box, const std::string& title,
                   const std::vector<Dot>& dots, const std::vector<Ring>& rings, const Axes& axes);

// A binary tree from the root down: two children or none.
struct TreeNode {
  std::int32_t left = -1;
  std::int32_t right = -1;
  double height = 0;
  std::string label;  // of a leaf
};

// Requires: nodes.back() is the root, children stand before their parents.
void tree_chart(Canvas& canvas, const Box& box, const std::string& title,
                const std::vector<TreeNode>& nodes, const std::string& axis_title,
                const std::function<std::string(double)>& height_text);

// Heading of a chart; returns the box below it.
Box chart_title(Canvas& canvas, const Box& box, const std::string& title);

// Round values from about `low` to `high`, at most six.
std::vector<double> round_ticks(double low, double high);

}  // namespace clientele::render
