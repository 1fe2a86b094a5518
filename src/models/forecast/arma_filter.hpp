// Exact one-step predictions of a stationary autoregressive moving-average series.
// State form of Harvey; the gain moves by the Chandrasekhar recursions, O(r) a step with
// r = max(p, q + 1), and stays where it is once converged:
//   f' = f + u^2 M,  K' = K + T L u M,  L' = T L - K u / f,  M' = M f / f',  u = first of L
// starting from the stationary covariance: K = L = T P e1, M = -1 / f, f = P_11.
// Degenerate cases: a model that is not stationary is refused.
// Source: Morf, Sidhu, Kailath (1974); Melard (1984), AS 197. Complexity: O(n r + r^2).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace clientele::forecast {

class ArmaFilter {
 public:
  // Prepares for coefficients of the expanded polynomials. False if not stationary.
  bool set(std::span<const double> phi, std::span<const double> theta);

  // Fills r with v_t / sqrt(f_t), the innovations scaled to the variance of the noise, and roots
  // with sqrt(f_t); returns the sum of log f_t. Once after each set(). Requires: sizes as y.
  double run(std::span<const double> y, std::span<double> r, std::span<double> roots);

  // After run(): component i is the part of the value i steps ahead known from the past; the first
  // is the next expected value.
  std::span<const double> state() const { return {state_.data(), order_}; }

 private:
  std::size_t order_ = 0;    // r, rounded up to whole lanes
  std::vector<double> phi_;  // padded with zeros, like the others
  std::vector<double> state_, gain_, change_;
  double variance_ = 1;
};

}  // namespace clientele::forecast
