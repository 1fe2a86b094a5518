#include "models/explain/path_program.hpp"

#include <algorithm>
#include <array>

#include "models/explain/gauss_points.hpp"

namespace clientele::explain {
namespace {

struct Step {  // an edge on the way from the root
  std::uint32_t group;
  double fraction;  // product of the group's cover fractions down to here
};

class Builder {
 public:
  explicit Builder(std::span<const PathNode> nodes) : nodes_(nodes) {}

  PathProgram build() {
    const std::uint32_t features = most_features(0, 0);
    program_.points = points_for(features);
    points_ = gauss_points(program_.points);
    if (nodes_[0].first_child == 0) {
      program_.mean = nodes_[0].value;
    } else {
      visit(0, 0, 1.0);
    }
    return std::move(program_);
  }

 private:
  bool on_path(std::uint32_t group, std::uint32_t depth) const {
    return std::any_of(path_.begin() + 1, path_.begin() + depth + 1,
                       [&](const Step& step) { return step.group == group; });
  }

  // Distinct groups on the longest path under a node at `depth`.
  std::uint32_t most_features(std::uint32_t node, std::uint32_t depth) {
    const PathNode& parent = nodes_[node];
    if (parent.first_child == 0) return 0;
    const std::uint32_t here = on_path(parent.group, depth) ? 0 : 1;
    path_[depth + 1] = {parent.group, 1};
    return here + std::max(most_features(parent.first_child, depth + 1),
                           most_features(parent.first_child + 1, depth + 1));
  }

  // Emits the edges under `node`; `share` = its cover fraction of the whole tree.
  void visit(std::uint32_t node, std::uint32_t depth, double share) {
    for (const bool left : {true, false}) {
      const PathNode& parent = nodes_[node];
      const std::uint32_t child = parent.first_child + (left ? 0 : 1);
      const double fraction = parent.cover > 0 ? nodes_[child].cover / parent.cover : 0.0;
      emit(parent, nodes_[child], left, depth + 1, fraction);
      if (nodes_[child].first_child != 0) {
        visit(child, depth + 1, share * fraction);
      } else {
        program_.mean += share * fraction * nodes_[child].value;
      }
    }
    if (depth > 0) ++program_.edges.back().closes;
  }

  void emit(const PathNode& parent, const PathNode& child, bool left, std::uint32_t depth,
            double fraction) {
    std::uint32_t previous = depth - 1;
    while (previous > 0 && path_[previous].group != parent.group) --previous;
    const double above = previous > 0 ? path_[previous].fraction : 1.0;
    path_[depth] = {parent.group, above * fraction};
    PathEdge edge{};
    edge.column = parent.column;
    edge.group = parent.group;
    edge.low = parent.low;
    edge.width = parent.width;
    edge.set = parent.set;
    edge.left = left;
    edge.leaf = child.first_child == 0;
    edge.depth = static_cast<std::uint8_t>(depth);
    edge.previous = static_cast<std::uint8_t>(previous);
    edge.closes = edge.leaf ? 1 : 0;
    edge.value = child.value;
    edge.coefficients = static_cast<std::uint32_t>(program_.coefficients.size());
    program_.edges.push_back(edge);
    for (const GaussPoint& point : points_) append(point, above * fraction, above);
  }

  void append(const GaussPoint& point, double z, double before) {
    const double t = point.at, w = point.weight;
    const double met = t + (1 - t) * z, met_before = t + (1 - t) * before;
    const double gain_before = (1 - before) / met_before;
    const std::array<double, kPathCoefficients> own{
        met / met_before, (1 - t) * z / met_before, before > 0 ? z / before : 0.0,
        w * ((1 - z) / met - gain_before), w * (-1 / (1 - t) - gain_before)};
    program_.coefficients.insert(program_.coefficients.end(), own.begin(), own.end());
  }

  std::span<const PathNode> nodes_;
  std::array<Step, kMaxTreeDepth + 1> path_{};
  std::vector<GaussPoint> points_;
  PathProgram program_;
};

}  // namespace

PathProgram path_program(std::span<const PathNode> nodes) { return Builder(nodes).build(); }

}  // namespace clientele::explain
