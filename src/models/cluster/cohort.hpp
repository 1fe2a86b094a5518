// A cohort: the customers to be clustered, as distinct points in a canonical order.
//
// Every model of this family works on the distinct rows sorted lexicographically, each with its
// count. So labels, scores and random draws do not depend on the order in which the customers came,
// and equal customers always share a cluster.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "numeric/points.hpp"

namespace clientele::cluster {

// The cluster of each point, 0 .. clusters-1; kNoise = in none.
using Labels = std::vector<std::int32_t>;
inline constexpr std::int32_t kNoise = -1;

class Cohort {
 public:
  // Errors: invalid_input for no rows, no columns, more than 2^31 - 1 rows, or a value that is not
  // finite or over 1e100 in magnitude (its square would overflow), pointing at "/row/column".
  // Complexity: O(n d log n) time, O(n d) space.
  static Result<Cohort> from(numeric::Points rows);

  // The m distinct points with their counts.
  numeric::WeightedPoints points() const {
    return {{values_.data(), weights_.size(), d_}, weights_};
  }
  std::size_t rows() const { return point_of_row_.size(); }
  std::size_t distinct() const { return weights_.size(); }
  std::size_t dimensions() const { return d_; }
  // Row -> its distinct point.
  std::span<const std::uint32_t> point_of_row() const { return point_of_row_; }

  // The same customers with other coordinates for the distinct points (m x d row-major), as after
  // scaling or leaving columns out. Requires: all finite; m = distinct().
  Cohort with_values(std::vector<double> values, std::size_t d) const;

  // Labels of the distinct points to labels of the rows, and back (equal rows have equal labels).
  Labels per_row(std::span<const std::int32_t> per_point) const;
  Labels per_point(std::span<const std::int32_t> per_row) const;

 private:
  std::size_t d_ = 0;
  std::vector<double> values_;
  std::vector<double> weights_;
  std::vector<std::uint32_t> point_of_row_;
};

// Renumbers clusters 0, 1, ... by first appearance in `labels`, and drops empty numbers; noise
// stays. Returns the number of clusters.
std::size_t number_by_first_appearance(Labels& labels);

}  // namespace clientele::cluster
