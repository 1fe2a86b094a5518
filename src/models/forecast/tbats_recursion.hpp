// The recursion of a TBATS model and what its errors owe to the first states; see tbats.hpp.
#pragma once

#include <span>
#include <vector>

#include "models/forecast/tbats.hpp"

namespace clientele::forecast {

// States of one model, laid out as in TbatsModel::first.
class TbatsRecursion {
 public:
  explicit TbatsRecursion(const TbatsModel& model);

  std::size_t size() const { return size_; }
  // Level, slope and pairs: the states that are found by regression. The rest start at 0.
  std::size_t seeds() const { return size_ - ar_ - ma_; }

  // The expected value, and the step with the error e.
  double expected(std::span<const double> x) const;
  void step(std::span<double> x, double error);

  // Errors of the series from first states 0, n values.
  void errors(std::span<const double> y, std::span<double> e);
  // Column j: what one unit of first state j adds to the expected values, n rows, column-major.
  // False if they grow by more than about 1 % a step: the past would not fade (not admissible).
  bool shares(std::size_t n, std::vector<double>& columns) const;

 private:
  // v' (F - g w').
  void propagate(std::span<double> v) const;
  void observation(std::span<double> w) const;

  const TbatsModel& model_;
  bool slope_;
  std::size_t pairs_ = 0, ar_, ma_, size_;
  std::vector<double> cosine_, sine_, gamma1_, gamma2_;  // of each pair
};

}  // namespace clientele::forecast
