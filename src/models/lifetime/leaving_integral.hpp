// The integral over the moment of leaving that the Pareto/NBD likelihood needs.
//
// From a moment t on, relative to the chance of not having left by t, customers leave at y with
// density proportional to
//   f_t(y) = ((alpha+t)/(alpha+y))^power ((beta+t)/(beta+y))^s / (beta+y),   power = r + repeats.
// Features of y, all 0 at y = t: A = ln((alpha+y)/(alpha+t)), Q = alpha/(alpha+t) -
// alpha/(alpha+y), and B, H, the same of beta. They stay accurate relative to themselves where
// alpha or beta is huge.
#pragma once

#include <array>
#include <span>
#include <vector>

namespace clientele::lifetime {

struct ParetoParameters {
  double r, alpha, s, beta;
};

// The integral of f, of f times each feature, and of f times each product of two.
enum LeavingMoment {
  kMass,
  kA,
  kQ,
  kB,
  kH,
  kAa,
  kAq,
  kAb,
  kAh,
  kQq,
  kQb,
  kQh,
  kBb,
  kBh,
  kHh,
  kLeavingMoments
};
using LeavingMoments = std::array<double, kLeavingMoments>;

// A stretch of time short enough for one Gauss-Legendre rule in ln(min(alpha, beta) + y), where the
// integrand is analytic in a strip of half-width pi.
struct Panel {
  double from;    // t
  double length;  // in ln(min(alpha, beta) + y)
};

// Beyond a fall of f by e^-kDeepestFall nothing is integrated.
inline constexpr double kDeepestFall = 42.0;

// The panels that cover [from, to], less the tail below kDeepestFall, appended to `panels`.
void append_panels(const ParetoParameters& at, double power, double from, double to,
                   std::vector<Panel>& panels);

// Moments over each panel relative to its start. Relative error of the mass below 1e-12.
std::vector<LeavingMoments> panel_moments(const ParetoParameters& at, double power,
                                          std::span<const Panel> panels);

// How features and density change when the start moves from t to a later moment.
struct Shift {
  double a, q, b, h;  // the features of the later moment
  double left;        // f of the later moment times (beta + it), relative to t: e^-(power a + s b)
};
Shift shift_of(const ParetoParameters& at, double power, double from, double to);

// Adds the moments of a later start, moved to this one.
void add_shifted(LeavingMoments& moments, const LeavingMoments& later, const Shift& shift);

// The integral of f_recency over [recency, age] of each customer.
std::vector<double> leaving_masses(const ParetoParameters& at, double power,
                                   std::span<const double> recency, std::span<const double> age);

}  // namespace clientele::lifetime
