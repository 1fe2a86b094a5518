// EASE: a linear model that predicts every item from a user's other items, in closed form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/cancel.hpp"
#include "base/result.hpp"
#include "models/factorization/als.hpp"
#include "models/factorization/interactions.hpp"
#include "models/factorization/spd_inverse.hpp"

namespace clientele::factorization {

struct EaseOptions {
  double ridge = 500;       // > 0
  std::size_t threads = 1;  // the model does not depend on it
  const Cancellation* cancellation = nullptr;
};

// Immutable; may be read from several threads.
class EaseModel {
 public:
  explicit EaseModel(SquareMatrix inverse) : inverse_(std::move(inverse)) {}

  std::uint32_t items() const { return static_cast<std::uint32_t>(inverse_.n); }

  // Predicted preference of a user with these items (ascending) for every item: about 0 to 1.
  // Requires: out.size() == items(). Complexity: O(n items()).
  void score(std::span<const std::uint32_t> items, std::span<float> out) const;

  // How much each of the user's items adds to the score of `item`; the values sum to the score.
  std::vector<Contribution> explain(std::span<const std::uint32_t> items, std::uint32_t item) const;

  const SquareMatrix& inverse() const { return inverse_; }

 private:
  float weight(std::uint32_t from, std::uint32_t to) const {
    return from == to ? 0 : -inverse_.row(from)[to] / inverse_.row(to)[to];
  }

  SquareMatrix inverse_;
};

// Who bought what counts, not how often. Memory: 8 bytes x items^2 while training, 4 afterwards.
// Errors: deadline_exceeded when cancelled. Deterministic: the same bits on any number of threads.
Result<EaseModel> train_ease(const Interactions& interactions, const EaseOptions& options);

// Items x items counts of common users, on and above the diagonal.
SquareMatrix common_users(const Interactions& interactions, std::size_t threads);

}  // namespace clientele::factorization
