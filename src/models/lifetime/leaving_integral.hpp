// The integral over the moment of leaving that the Pareto/NBD likelihood needs, for many customers.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace clientele::lifetime {

struct ParetoParameters {
  double r, alpha, s, beta;
};

// Moments over the moment of leaving y in (recency, age), with density proportional to
//   f(y) = ((alpha + recency)/(alpha + y))^power ((beta + recency)/(beta + y))^s / (beta + y),
// of A = -ln((alpha+y)/(alpha+recency)), P = alpha/(alpha+y), B = -ln((beta+y)/(beta+recency)),
// G = beta/(beta+y): the integral of f, then f times each, then f times each product of two.
enum LeavingMoment {
  kMass,
  kA,
  kP,
  kB,
  kG,
  kAa,
  kAp,
  kAb,
  kAg,
  kPp,
  kPb,
  kPg,
  kBb,
  kBg,
  kGg,
  kLeavingMoments
};
using LeavingMoments = std::array<double, kLeavingMoments>;

// One entry a customer; all zero where recency == age. `power` is r + repeats, the same for all.
// 16-point Gauss-Legendre panels in ln(min(alpha, beta) + y), where the integrand is analytic in a
// strip of half-width pi; the length of a panel is bounded by the local decay, and the tail below
// e^-42 of the start is left out. Relative error below 1e-12.
std::vector<LeavingMoments> leaving_moments(const ParetoParameters& at, double power,
                                            std::span<const double> recency,
                                            std::span<const double> age);

}  // namespace clientele::lifetime
