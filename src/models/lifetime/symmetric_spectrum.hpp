// Vectors and symmetric matrices of up to four parameters, and their eigenvalues by cyclic Jacobi
// rotations: small eigenvalues of positive definite matrices keep their digits however the
// parameters are scaled. Degenerate: a matrix that is diagonal already needs no rotation.
// Source: Golub, Van Loan (2013), "Matrix Computations", 8.5. Complexity: O(n^3) a sweep, 4-8
// sweeps.
#pragma once

#include <array>
#include <cstddef>

namespace clientele::lifetime {

inline constexpr std::size_t kMostParameters = 4;

// Places beyond the number of parameters in use are 0.
using Vector = std::array<double, kMostParameters>;

struct Matrix {
  std::array<Vector, kMostParameters> row{};

  double& operator()(std::size_t i, std::size_t j) { return row[i][j]; }
  double operator()(std::size_t i, std::size_t j) const { return row[i][j]; }
  friend bool operator==(const Matrix&, const Matrix&) = default;

  // Copies the upper triangle to the lower one.
  void mirror();
};

struct Spectrum {
  Vector values{};   // in no order
  Matrix vectors{};  // column k belongs to values[k]
};

// Of the leading n x n block. Requires: symmetric and finite, n <= kMostParameters.
Spectrum spectrum(const Matrix& symmetric, std::size_t n);

// vectors f(values) vectors^T, given f's values.
Matrix recomposed(const Spectrum& spectrum, const Vector& values, std::size_t n);

}  // namespace clientele::lifetime
