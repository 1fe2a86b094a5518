// E[Y | alive] of one model and one number of repeats as a function of time, fast for many ages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/lifetime/purchase_model.hpp"

namespace clientele::lifetime {

// For BG/NBD and MBG/NBD, E[Y | alive] / w depends on u = ln(1 + w) alone, w = time/(alpha + age),
// and is analytic for |Im u| < pi: a Chebyshev polynomial on [0, u_max] whose degree doubles until
// its last coefficients vanish. The other models have closed forms.
class PurchaseCurve {
 public:
  // Ages and times that will be asked for: the least age with the longest time bounds u. With fewer
  // than `evaluations` worth a polynomial, every value is computed exactly.
  PurchaseCurve(const PurchaseModel& model, std::uint32_t repeats, double least_age,
                double longest_time, std::size_t evaluations);

  // expected[i] = E[Y(time) | alive] at age[i]. Requires: spans of one length, time >= 0.
  void evaluate(std::span<const double> age, double time, std::span<double> expected) const;

 private:
  bool interpolate(double u_max, std::size_t nodes);

  PurchaseModel model_;
  std::uint32_t repeats_;
  double u_max_ = 0;
  std::vector<double> coefficients_;  // empty: exact
};

}  // namespace clientele::lifetime
