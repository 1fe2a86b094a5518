#include "models/lifetime/symmetric_spectrum.hpp"

#include <cmath>

namespace clientele::lifetime {
namespace {

constexpr int kMostSweeps = 40;

// Turns the plane of coordinates i and j so that m(i, j) vanishes.
void rotate(Matrix& m, Matrix& vectors, std::size_t i, std::size_t j, std::size_t n) {
  const double theta = (m(j, j) - m(i, i)) / (2.0 * m(i, j));
  const double t = std::copysign(1.0 / (std::abs(theta) + std::hypot(1.0, theta)), theta);
  const double c = 1.0 / std::hypot(1.0, t);
  const double s = t * c;
  const double moved = t * m(i, j);
  m(i, i) -= moved;
  m(j, j) += moved;
  m(i, j) = m(j, i) = 0.0;
  for (std::size_t k = 0; k < n; ++k) {
    if (k != i && k != j) {
      const double a = m(k, i), b = m(k, j);
      m(k, i) = m(i, k) = c * a - s * b;
      m(k, j) = m(j, k) = s * a + c * b;
    }
    const double a = vectors(k, i), b = vectors(k, j);
    vectors(k, i) = c * a - s * b;
    vectors(k, j) = s * a + c * b;
  }
}

}  // namespace

void Matrix::mirror() {
  for (std::size_t i = 0; i < kMostParameters; ++i) {
    for (std::size_t j = 0; j < i; ++j) row[i][j] = row[j][i];
  }
}

Spectrum spectrum(const Matrix& symmetric, std::size_t n) {
  Matrix m = symmetric;
  Spectrum result;
  for (std::size_t i = 0; i < n; ++i) result.vectors(i, i) = 1.0;
  bool turned = true;
  for (int sweep = 0; turned && sweep < kMostSweeps; ++sweep) {
    turned = false;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i + 1; j < n; ++j) {
        const double negligible =
            1e-17 * std::sqrt(std::abs(m(i, i))) * std::sqrt(std::abs(m(j, j)));
        if (std::abs(m(i, j)) <= negligible || std::abs(m(i, j)) < 1e-300) continue;
        rotate(m, result.vectors, i, j, n);
        turned = true;
      }
    }
  }
  for (std::size_t i = 0; i < n; ++i) result.values[i] = m(i, i);
  return result;
}

Matrix recomposed(const Spectrum& spectrum, const Vector& values, std::size_t n) {
  Matrix result;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) {
        result(i, j) += spectrum.vectors(i, k) * values[k] * spectrum.vectors(j, k);
      }
    }
  }
  return result;
}

}  // namespace clientele::lifetime
