// The smoothing recursion of one series with its exact derivatives.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/forecast/ets.hpp"
#include "models/forecast/least_squares.hpp"

namespace clientele::forecast {

// Least-squares form of the likelihood of one ETS form: S = sum e^2 * exp(mean log forecast^2), the
// second factor for multiplicative errors only; -2 log L = n log S.
// x = [alpha, beta / alpha?, gamma / (1 - alpha)?, phi?, level, slope?, seasons 1..m-1?].
class EtsLikelihood final : public LeastSquares {
 public:
  // Requires: y outlives this; period <= kMaxEtsPeriod.
  EtsLikelihood(std::span<const double> y, std::size_t period, const EtsForm& form);

  std::size_t size() const { return size_; }
  double cost(std::span<const double> x) override;
  double linearise(std::span<const double> x, std::span<double> jtj,
                   std::span<double> jtr) override;

  // The parameters and initial states that x means.
  EtsModel unpack(std::span<const double> x) const;
  // x of given parameters and states. Requires: 0 < alpha < 1.
  std::vector<double> pack(const EtsModel& model) const;
  // The box of x.
  std::vector<double> lower() const;
  std::vector<double> upper() const;

 private:
  struct Places {
    std::size_t beta = 0, gamma = 0, phi = 0, level = 0, slope = 0, seasons = 0;
  };
  void chain_to_ratios(const EtsModel& at, std::span<double> jtj, std::span<double> jtr) const;

  std::span<const double> y_;
  std::size_t period_;
  EtsForm form_;
  Places at_;
  std::size_t size_ = 0;
  std::vector<double> seasons_;
};

// Runs the recursion from model.initial: fills fitted and last, and returns S of EtsLikelihood
// (infinite if it leaves the feasible region).
double run_ets(std::span<const double> y, EtsModel& model);

}  // namespace clientele::forecast
