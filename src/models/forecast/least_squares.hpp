// Non-linear least squares within box bounds.
// min_x S(x) = sum_i r_i(x)^2, lower <= x <= upper, by Levenberg-Marquardt steps
// (J'J + C + lambda diag J'J) d = -J'r on the coordinates that no bound holds, clamped into the
// box; C is 0 or the secant correction of Dennis, Gay, Welsch (1981) for curved residuals.
// Degenerate cases: an infinite S marks x as infeasible and shortens the step; a flat coordinate
// does not move. Source: Nocedal, Wright (2006), "Numerical optimization", chapters 10 and 16.
// Complexity: O(k^3) a step beside the evaluations. Deterministic.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace clientele::forecast {

class LeastSquares {
 public:
  virtual ~LeastSquares() = default;
  // S(x); infinity or NaN where x is not feasible.
  virtual double cost(std::span<const double> x) = 0;
  // S(x), with jtj = J'J (k x k, row-major, both triangles) and jtr = J'r (k).
  virtual double linearise(std::span<const double> x, std::span<double> jtj,
                           std::span<double> jtr) = 0;
};

// A problem whose Jacobian comes from forward differences of the residuals.
class ResidualLeastSquares : public LeastSquares {
 public:
  explicit ResidualLeastSquares(std::size_t residual_count) : count_(residual_count) {}
  double cost(std::span<const double> x) final;
  double linearise(std::span<const double> x, std::span<double> jtj, std::span<double> jtr) final;

 protected:
  // Fills the residuals and returns whether x is feasible.
  virtual bool residuals(std::span<const double> x, std::span<double> r) = 0;
  // The step of coordinate i for the differences, kept inside the feasible region by the caller.
  virtual double difference_step(std::span<const double> x, std::size_t i) const;

 private:
  std::size_t count_;
  std::vector<double> at_, base_, columns_, moved_;  // base_: the residuals at at_
  double at_cost_ = std::numeric_limits<double>::infinity();
};

struct LeastSquaresOptions {
  int max_iterations = 60;
  double tolerance = 1e-9;  // stops when S falls by a smaller fraction
  // Whether to learn the curvature that J'J lacks: pays for few parameters and large residuals.
  bool second_order = false;
  // A cost to be reached: gives up early, after at least three steps, once what is missing is
  // `hopeless` times the last fall.
  double target = std::numeric_limits<double>::infinity();
  double hopeless = 10;
};

struct LeastSquaresResult {
  double cost;     // S at the final x; infinite when the start was infeasible
  int iterations;  // linearisations made
};

// Moves x to a local minimum. Requires: x, lower, upper of the same size.
LeastSquaresResult minimise(LeastSquares& problem, std::span<double> x,
                            std::span<const double> lower, std::span<const double> upper,
                            const LeastSquaresOptions& options = {});

}  // namespace clientele::forecast
