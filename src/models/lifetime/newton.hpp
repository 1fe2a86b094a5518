// Bounded Newton ascent for a handful of parameters.
//
// Step: eigenvalue-modified Newton (|lambda| in place of lambda) inside a trust radius, shortened
// to end on the first bound of the box that it meets (clipping one coordinate would turn it off a
// ridge); a coordinate that sits on a bound and would leave it is held. Every accepted step raises
// the value, so the search ends for any continuous function that is bounded above on the box.
// How it ended is judged by the gain that the whole Newton step still promises, never by the
// length of the last step: a collapsed trust radius is no convergence.
// Source: Nocedal, Wright (2006), "Numerical Optimization", 3.4 and 4.
// Complexity: one evaluation and one N x N eigendecomposition a step, at most kMaxSteps steps.
#pragma once

#include <algorithm>
#include <cmath>
#include <Eigen/Dense>

namespace clientele::lifetime {

template <int N>
using Vector = Eigen::Matrix<double, N, 1>;
template <int N>
using Matrix = Eigen::Matrix<double, N, N>;

// A function's value with its first and second derivatives at a point.
template <int N>
struct Curve {
  double value = 0;
  Vector<N> gradient = Vector<N>::Zero();
  Matrix<N> hessian = Matrix<N>::Zero();

  bool finite() const {
    return std::isfinite(value) && gradient.allFinite() && hessian.allFinite();
  }
};

template <int N>
struct Maximum {
  Vector<N> point;
  Curve<N> curve;
  Vector<N> held = Vector<N>::Zero();  // 1 where the point is held by its bound
  int evaluations = 0;
  double promise = 0;  // what a further Newton step would gain, by the second-order model
  bool converged = false;

  double gradient_size() const {
    return curve.gradient.cwiseProduct(Vector<N>::Ones() - held).cwiseAbs().maxCoeff();
  }
};

inline constexpr int kMaxSteps = 300;
// In units of log-likelihood: the point is within sqrt(2 x 1e-6), about a thousandth, of a standard
// error of the maximum.
inline constexpr double kNegligibleGain = 1e-6;

// 1 where `point` is on a bound and the gradient points out of the box.
template <int N>
Vector<N> held_by_bounds(const Vector<N>& point, const Vector<N>& gradient, const Vector<N>& lower,
                         const Vector<N>& upper) {
  Vector<N> held = Vector<N>::Zero();
  for (int i = 0; i < N; ++i) {
    const bool low = point[i] <= lower[i] && gradient[i] <= 0;
    const bool high = point[i] >= upper[i] && gradient[i] >= 0;
    held[i] = low || high ? 1.0 : 0.0;
  }
  return held;
}

// The modified Newton step over the coordinates that are not held.
template <int N>
Vector<N> newton_step(const Curve<N>& curve, const Vector<N>& held) {
  Vector<N> gradient = curve.gradient;
  Matrix<N> negative = -curve.hessian;
  for (int i = 0; i < N; ++i) {
    if (held[i] == 0) continue;
    gradient[i] = 0;
    negative.row(i).setZero();
    negative.col(i).setZero();
    negative(i, i) = 1;
  }
  const Eigen::SelfAdjointEigenSolver<Matrix<N>> spectrum(negative);
  const Vector<N> size = spectrum.eigenvalues().cwiseAbs();
  const double floor = std::max(size.maxCoeff() * 1e-14, 1e-280);
  const Vector<N> along = spectrum.eigenvectors().transpose() * gradient;
  const Vector<N> step = spectrum.eigenvectors() * along.cwiseQuotient(size.cwiseMax(floor));
  return step.cwiseProduct(Vector<N>::Ones() - held);  // exactly 0 where held
}

// `held`, and also 1 where `point` is on a bound that `step` would leave.
template <int N>
Vector<N> blocked_by_bounds(const Vector<N>& point, const Vector<N>& step, Vector<N> held,
                            const Vector<N>& lower, const Vector<N>& upper) {
  for (int i = 0; i < N; ++i) {
    if ((point[i] <= lower[i] && step[i] < 0) || (point[i] >= upper[i] && step[i] > 0)) held[i] = 1;
  }
  return held;
}

// The largest share of `step`, at most 1, that stays in the box.
template <int N>
double share_inside(const Vector<N>& point, const Vector<N>& step, const Vector<N>& lower,
                    const Vector<N>& upper) {
  double share = 1.0;
  for (int i = 0; i < N; ++i) {
    const double room = step[i] > 0 ? upper[i] - point[i] : lower[i] - point[i];
    if (std::abs(step[i]) * share > std::abs(room)) share = room / step[i];
  }
  return share;
}

// The point, put on every bound that it misses by less than a billionth.
template <int N>
Vector<N> snapped(Vector<N> point, const Vector<N>& lower, const Vector<N>& upper) {
  for (int i = 0; i < N; ++i) {
    if (point[i] < lower[i] + 1e-9) point[i] = lower[i];
    if (point[i] > upper[i] - 1e-9) point[i] = upper[i];
  }
  return point;
}

// Maximises `function(point) -> Curve<N>` over the box. Requires: lower <= start <= upper and a
// finite value at `start`. The search goes on until rounding hides further gains; it has converged
// where the last point promises no more than kNegligibleGain.
template <int N, class Function>
Maximum<N> maximise(const Function& function, const Vector<N>& start, const Vector<N>& lower,
                    const Vector<N>& upper) {
  Maximum<N> best{.point = start, .curve = function(start), .evaluations = 1};
  double radius = 2.0;
  while (true) {
    const Curve<N>& at = best.curve;
    best.held = held_by_bounds<N>(best.point, at.gradient, lower, upper);
    Vector<N> step = newton_step<N>(at, best.held);
    best.promise = 0.5 * at.gradient.dot(step);
    const double scale = 1.0 + std::abs(at.value);
    const bool done = best.promise <= 1e-14 * scale || best.gradient_size() <= 1e-14 * scale;
    if (done || radius < 1e-13 || best.evaluations >= kMaxSteps) break;
    step = newton_step<N>(at, blocked_by_bounds<N>(best.point, step, best.held, lower, upper));
    step *= std::min(1.0, radius / step.cwiseAbs().maxCoeff());
    step *= share_inside<N>(best.point, step, lower, upper);
    const Vector<N> target = snapped<N>(best.point + step, lower, upper);
    const double predicted = at.gradient.dot(step) + 0.5 * step.dot(at.hessian * step);
    Curve<N> next = function(target);
    ++best.evaluations;
    const double gain = next.value - at.value;
    if (next.finite() && gain >= 1e-4 * predicted - 1e-15 * scale) {
      if (gain > 0.5 * predicted) radius = std::min(radius * 2.0, 6.0);
      best.point = target;
      best.curve = next;
    } else {
      radius = 0.25 * step.cwiseAbs().maxCoeff();
    }
  }
  best.converged = best.promise <= kNegligibleGain;
  return best;
}

}  // namespace clientele::lifetime
