// Bounded Newton ascent for up to four parameters.
//
// Step: eigenvalue-modified Newton (|lambda| in place of lambda) inside a trust radius, shortened
// to end on the first bound of the box that it meets (clipping one coordinate would turn it off a
// ridge); a coordinate that sits on a bound and would leave it is held. Every accepted step raises
// the value, so the search ends for any continuous function that is bounded above on the box.
// How it ended is judged by the gain that the whole Newton step still promises, never by the
// length of the last step: a collapsed trust radius is no convergence.
// Source: Nocedal, Wright (2006), "Numerical Optimization", 3.4 and 4.
// Complexity: one evaluation and one n x n eigendecomposition a step, at most kMaxSteps steps.
#pragma once

#include <array>
#include <functional>
#include <optional>

#include "models/lifetime/symmetric_spectrum.hpp"

namespace clientele::lifetime {

// A function's value with its first and second derivatives at a point.
struct Curve {
  double value = 0;
  Vector gradient{};
  Matrix hessian{};

  bool finite() const;
};

struct Box {
  Vector lower{};
  Vector upper{};
};

struct Maximum {
  std::size_t parameters = 0;
  Vector point{};
  Curve curve;
  std::array<bool, kMostParameters> held{};  // true where the point is held by its bound
  int evaluations = 0;
  double promise = 0;  // what a further Newton step would gain, by the second-order model
  bool converged = false;

  bool inside() const;           // nothing is held
  double gradient_size() const;  // largest derivative by a parameter that is not held
  // Inverse of -hessian over the parameters that are not held, 0 elsewhere; nullopt unless it is
  // positive definite.
  std::optional<Matrix> covariance() const;
};

inline constexpr int kMaxSteps = 300;
// In units of log-likelihood: the point is within sqrt(2 x 1e-6), about a thousandth, of a standard
// error of the maximum.
inline constexpr double kNegligibleGain = 1e-6;

// Maximises `function` over the box in its first `parameters` coordinates. Requires: lower <= start
// <= upper and a finite value at `start`. The search goes on until rounding hides further gains; it
// has converged where the last point promises no more than kNegligibleGain.
Maximum maximise(const std::function<Curve(const Vector&)>& function, std::size_t parameters,
                 const Vector& start, const Box& box);

// The same, ended where a step promises no more than kRoughGain. That step is taken without
// another evaluation where it is short and stays inside: Newton's error is squared by it. For
// bootstrap replicates and starts of finer searches; derivatives are those before the step.
inline constexpr double kRoughGain = 0.01;
Maximum maximise_roughly(const std::function<Curve(const Vector&)>& function,
                         std::size_t parameters, const Vector& start, const Box& box);

}  // namespace clientele::lifetime
