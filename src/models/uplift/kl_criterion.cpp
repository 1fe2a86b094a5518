#include "models/uplift/kl_criterion.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::uplift {
namespace {

constexpr double kAlpha = 0.9;
constexpr double kSmallest = 1e-6;

double entropy(double p) { return p > 0 ? -p * std::log(p) : 0.0; }
double entropy(double p, double q) { return q > 0 ? -p * std::log(q) : 0.0; }

}  // namespace

ArmRates regularised(const ArmCounts& counts, const ArmRates& parent, const Regularisation& rules) {
  const auto rate = [&rules](double rows, double positive, double before) {
    if (rows <= rules.min_arm) return before;
    return (positive + before * rules.strength) / (rows + rules.strength);
  };
  return {rate(counts.treated, counts.treated_positive, parent.treated),
          rate(counts.control, counts.control_positive, parent.control)};
}

double divergence(double p, double q) {
  if (q == 0) return 0;
  q = std::clamp(q, kSmallest, 1 - kSmallest);
  if (p == 0) return -std::log(1 - q);
  if (p == 1) return -std::log(q);
  return p * std::log(p / q) + (1 - p) * std::log((1 - p) / (1 - q));
}

double normalised_gain(const ArmCounts& node, const ArmRates& rates, const ArmCounts& child,
                       const Regularisation& rules) {
  const ArmCounts other{
      node.treated - child.treated, node.treated_positive - child.treated_positive,
      node.control - child.control, node.control_positive - child.control_positive};
  const ArmRates one = regularised(child, rates, rules);
  const ArmRates two = regularised(other, rates, rules);
  const double share = child.rows() / node.rows();
  const double gain = share * divergence(one.treated, one.control) +
                      (1 - share) * divergence(two.treated, two.control) -
                      divergence(rates.treated, rates.control);
  const double treated = node.treated / node.rows(), control = node.control / node.rows();
  const double child_treated = child.treated / (node.treated + 0.1);
  const double child_control = child.control / (node.control + 0.1);
  const double apart = entropy(treated, control) * divergence(child_treated, child_control);
  const double norm = kAlpha * apart + (1 - kAlpha) * apart + treated * entropy(child_treated) +
                      control * entropy(child_control) + 0.5;
  return gain / norm;
}

}  // namespace clientele::uplift
