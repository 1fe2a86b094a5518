// Convex quadratics with an absolute penalty.
// min_x x'H x / 2 - c'x + w sum |x_i|, exactly, by following active signs: the steepest zero
// enters, the quadratic of the active signs is solved, and the step ends at its end or at the best
// sign change on the way. Degenerate cases: a singular H is solved with a jitter of 1e-12 of its
// size. Source: Lee, Battle, Raina, Ng (2006), "Efficient sparse coding algorithms" (feature-sign
// search). Complexity: O(k^3) a step, about as many steps as non-zeros.
#pragma once

#include <span>
#include <vector>

namespace clientele::forecast {

// Moves x, which may hold a guess, to the minimum. Requires: H symmetric and positive semidefinite,
// k x k row-major; weight > 0.
void minimise_lasso(std::span<const double> h, std::span<const double> c, double weight,
                    std::span<double> x);

// Solves A x = b in place for a symmetric positive definite A (k x k row-major, overwritten).
// False if A is not positive definite.
bool solve_positive(std::span<double> a, std::span<double> b);

}  // namespace clientele::forecast
