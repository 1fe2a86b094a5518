// Register-tiled products (8 rows x 32 columns) and an up-looking Cholesky factorisation A = U'U in
// groups of eight rows, whose right-hand side rides along as one more column.
//
// Products and sums are separate instructions in a fixed order (no fused multiply-add), so every
// instruction set gives the same bits. Degenerate: inner = 0 adds nothing, n = 0 solves nothing.
// Source: Golub, Van Loan, Matrix Computations, 4.2. Complexity: inner x rows x columns; n^3 / 3.
#include "models/factorization/dense_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "numeric/simd.hpp"

namespace clientele::factorization {
namespace {

typedef float Lanes __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));

CLIENTELE_SIMD_INLINE const Lanes* lanes(const float* at) {
  return reinterpret_cast<const Lanes*>(at);
}
CLIENTELE_SIMD_INLINE Lanes* lanes(float* at) { return reinterpret_cast<Lanes*>(at); }

template <bool is_subtracted, std::size_t groups>
CLIENTELE_SIMD_INLINE void multiply_tile(Panel left, Panel right, std::size_t inner, Block out) {
  Lanes sums[kTileRows][groups];
  for (std::size_t i = 0; i < kTileRows; ++i) {
    for (std::size_t g = 0; g < groups; ++g) {
      sums[i][g] = *lanes(out.values + i * out.stride + g * kLanes);
    }
  }
  for (std::size_t k = 0; k < inner; ++k) {
    const float* row = right.values + k * right.stride;
    for (std::size_t i = 0; i < kTileRows; ++i) {
      const float factor = left.values[k * left.stride + i];
      for (std::size_t g = 0; g < groups; ++g) {
        const Lanes product = factor * *lanes(row + g * kLanes);
        if (is_subtracted) {
          sums[i][g] -= product;
        } else {
          sums[i][g] += product;
        }
      }
    }
  }
  for (std::size_t i = 0; i < kTileRows; ++i) {
    for (std::size_t g = 0; g < groups; ++g) {
      *lanes(out.values + i * out.stride + g * kLanes) = sums[i][g];
    }
  }
}

template <bool is_subtracted>
CLIENTELE_SIMD_INLINE void multiply(Panel left, Panel right, std::size_t inner, std::size_t rows,
                                    std::size_t columns, Block out) {
  for (std::size_t i = 0; i < rows; i += kTileRows) {
    const Panel tile_left{left.values + i, left.stride};
    std::size_t j = 0;
    for (; j + 2 * kLanes <= columns; j += 2 * kLanes) {
      multiply_tile<is_subtracted, 2>(tile_left, {right.values + j, right.stride}, inner,
                                      {out.values + i * out.stride + j, out.stride});
    }
    if (j < columns) {
      multiply_tile<is_subtracted, 1>(tile_left, {right.values + j, right.stride}, inner,
                                      {out.values + i * out.stride + j, out.stride});
    }
  }
}

CLIENTELE_SIMD_INLINE float sum_of(Lanes values) {
  float parts[kLanes];
  std::memcpy(parts, &values, sizeof(parts));
  for (std::size_t width = kLanes / 2; width > 0; width /= 2) {
    for (std::size_t i = 0; i < width; ++i) parts[i] += parts[i + width];
  }
  return parts[0];
}

// Factors rows [first, last) after the rows above were subtracted from them.
CLIENTELE_SIMD_INLINE void factor_rows(Block a, std::size_t first, std::size_t last,
                                       std::size_t end, float floor) {
  for (std::size_t k = first; k < last; ++k) {
    float* row = a.values + k * a.stride;
    const std::size_t start = k / kLanes * kLanes;
    for (std::size_t i = first; i < k; ++i) {
      const float* above = a.values + i * a.stride;
      const float factor = above[k];
      for (std::size_t j = start; j < end; j += kLanes)
        *lanes(row + j) -= factor * *lanes(above + j);
    }
    const float scale = 1 / std::sqrt(std::max(row[k], floor));
    for (std::size_t j = start; j < end; j += kLanes) *lanes(row + j) *= scale;
    row[k] = scale;  // 1 / u_kk is what the substitution needs
  }
}

}  // namespace

CLIENTELE_SIMD void add_products(Panel left, Panel right, std::size_t inner, std::size_t rows,
                                 std::size_t columns, Block out) {
  multiply<false>(left, right, inner, rows, columns, out);
}

CLIENTELE_SIMD void subtract_products(Panel left, Panel right, std::size_t inner, std::size_t rows,
                                      std::size_t columns, Block out) {
  multiply<true>(left, right, inner, rows, columns, out);
}

CLIENTELE_SIMD void add_gram(Panel m, std::size_t inner, std::size_t size, Block out) {
  for (std::size_t i = 0; i < size; i += kLanes) {
    multiply<false>({m.values + i, m.stride}, {m.values + i, m.stride}, inner, kLanes, size - i,
                    {out.values + i * out.stride + i, out.stride});
  }
}

CLIENTELE_SIMD void solve_spd(Block a, std::size_t n, float floor, float* x) {
  const std::size_t end = padded(n + 1);
  for (std::size_t first = 0; first < n; first += kTileRows) {
    const std::size_t start = first / kLanes * kLanes;
    multiply<true>({a.values + first, a.stride}, {a.values + start, a.stride}, first, kTileRows,
                   end - start, {a.values + first * a.stride + start, a.stride});
    factor_rows(a, first, std::min(first + kTileRows, n), end, floor);
  }
  std::fill(x, x + end, 0.0F);
  for (std::size_t k = n; k-- > 0;) {
    const float* row = a.values + k * a.stride;
    Lanes products{};
    for (std::size_t j = k / kLanes * kLanes; j < end; j += kLanes) {
      products += *lanes(row + j) * *lanes(x + j);
    }
    x[k] = (row[n] - sum_of(products)) * row[k];
  }
}

CLIENTELE_SIMD void add_scaled(const float* row, float factor, std::size_t size, float* out) {
  for (std::size_t j = 0; j < size; j += kLanes) *lanes(out + j) += factor * *lanes(row + j);
}

}  // namespace clientele::factorization
