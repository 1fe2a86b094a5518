// Matrix factorisation for implicit feedback by alternating least squares.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/cancel.hpp"
#include "base/result.hpp"
#include "models/factorization/factor_matrix.hpp"
#include "models/factorization/interactions.hpp"

namespace clientele::factorization {

// Confidence in a pair is 1 + alpha w (Hu et al.), 1 where nothing was seen. A row's ridge is
// regularization x (sum of its confidences)^frequency_exponent: exponent 1 makes one value fit
// catalogues of any size, exponent 0 is the plain ridge of other libraries (implicit: alpha_theirs
// = 1 + alpha on binary data). The defaults are a compromise between a dense and a sparse shop, see
// bench/RESULTS.md.
struct AlsOptions {
  std::uint32_t factors = 50;  // 1-1024
  std::uint32_t iterations = 30;
  double alpha = 5;               // > 0
  double regularization = 0.003;  // >= 0
  double frequency_exponent = 1;
  std::uint64_t seed = 42;
  std::size_t threads = 1;  // the factors do not depend on it
  const Cancellation* cancellation = nullptr;
};

// What a user's purchases contribute to one score.
struct Contribution {
  std::uint32_t item;
  double value;
};

class AlsModel {
 public:
  const AlsOptions& options() const { return options_; }
  const FactorMatrix& users() const { return users_; }
  const FactorMatrix& items() const { return items_; }

  // Predicted preference, about 0 (no interest) to 1.
  double score(std::uint32_t user, std::uint32_t item) const {
    return dot(users_.values_of(user), items_.values_of(item));
  }

  // The factors of a user with these items (padded), those of a full solution with the items held
  // fixed: bit for bit those of users() for the interactions that trained. Requires: known items,
  // ascending, weights > 0. Complexity: O(n^2 d + n^3), or O(n d^2 + d^3) for n > d.
  std::vector<float> fold_in(std::span<const std::uint32_t> items,
                             std::span<const float> weights) const;
  // The same for every row; the last half-step of training.
  Result<FactorMatrix> fold_in_each(const SparseRows& rows, std::size_t threads,
                                    const Cancellation* cancellation = nullptr) const;

  // For each target how much each of the user's items adds to its score, in the order of `items`;
  // the values sum to the score of the folded-in user. Complexity: O((n + targets) d^2 + d^3).
  std::vector<std::vector<Contribution>> explain(std::span<const std::uint32_t> items,
                                                 std::span<const float> weights,
                                                 std::span<const std::uint32_t> targets) const;

  // The objective: sum of confidence (p - x.y)^2 over all users and items + ridges.
  // Complexity: O((interactions + users + items) d).
  double loss(const Interactions& interactions, std::size_t threads) const;

  // Sums of squares of the item factors by dimension; with options and items all there is to keep.
  std::span<const float> gram_diagonal() const { return gram_diagonal_; }
  // A model without users. Requires: items and diagonal of a trained model.
  static AlsModel restored(const AlsOptions& options, FactorMatrix items,
                           std::vector<float> gram_diagonal);

 private:
  friend Result<AlsModel> train_als(const Interactions& interactions, const AlsOptions& options);

  AlsOptions options_;
  FactorMatrix users_;
  FactorMatrix items_;
  std::vector<float> gram_diagonal_;  // the items lie in their principal axes
  std::vector<double> item_gram_;     // dims x dims, diagonal but for rounding
};

// Errors: deadline_exceeded when cancelled; internal if factors stop being finite.
// Deterministic: the same bits on any number of threads.
Result<AlsModel> train_als(const Interactions& interactions, const AlsOptions& options);

}  // namespace clientele::factorization
