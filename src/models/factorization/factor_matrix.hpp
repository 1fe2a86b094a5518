// Rows of factors, padded so that each begins on a cache line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/factorization/dense_kernel.hpp"

namespace clientele::factorization {

// rows x dims in single precision, zero at first; the padding behind each row stays zero.
class FactorMatrix {
 public:
  FactorMatrix() = default;
  FactorMatrix(std::uint32_t rows, std::uint32_t dims)
      : rows_(rows), dims_(dims), lines_(rows * (padded(dims) / kLanes)) {}

  std::uint32_t rows() const { return rows_; }
  std::uint32_t dims() const { return dims_; }
  std::size_t stride() const { return padded(dims_); }
  float* row(std::uint32_t r) { return lines_.data()->values + r * stride(); }
  const float* row(std::uint32_t r) const { return lines_.data()->values + r * stride(); }
  std::span<const float> values_of(std::uint32_t r) const { return {row(r), dims_}; }

 private:
  struct alignas(64) Line {
    float values[kLanes];
  };

  std::uint32_t rows_ = 0;
  std::uint32_t dims_ = 0;
  std::vector<Line> lines_;
};

// Dot product added in double precision, in order.
double dot(std::span<const float> a, std::span<const float> b);

}  // namespace clientele::factorization
