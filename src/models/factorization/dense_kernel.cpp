// Register-tiled products (8 rows x 32 columns), and Cholesky A = U'U in groups of eight
// rows whose right-hand side rides along as one more column.
//
// Every product is a fused multiply-add in a fixed order, so each instruction set gives the same
// bits (the baseline calls the exact library function). Lanes never mix, so what stands in padding
// columns stays there. Degenerate: inner = 0 gives zero products, n = 0 solves nothing. Source:
// Golub, Van Loan, Matrix Computations, 4.2. Complexity: inner x rows x columns; n^3 / 3.
#include "models/factorization/dense_kernel.hpp"

#include <algorithm>
#include <cmath>

#include "models/factorization/lanes.hpp"
#include "numeric/simd.hpp"

namespace clientele::factorization {
namespace {

// sum - factor x values, rounded once.
CLIENTELE_SIMD_INLINE Lanes less_product(Lanes sum, float factor, Lanes values) {
  Lanes result;
  for (std::size_t i = 0; i < kLanes; ++i) {
    result[i] = __builtin_fmaf(factor, -values[i], sum[i]);
  }
  return result;
}

enum class Mode { add, subtract };

template <Mode mode, std::size_t groups>
CLIENTELE_SIMD_INLINE void multiply_tile(Panel left, Panel right, std::size_t inner, Block out) {
  Lanes sums[kTileRows][groups];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kTileRows; ++i) {
#pragma GCC unroll 2
    for (std::size_t g = 0; g < groups; ++g) {
      sums[i][g] = lanes(out.values + i * out.stride + g * kLanes);
    }
  }
  for (std::size_t k = 0; k < inner; ++k) {
    const float* from = right.values + k * right.stride;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kTileRows; ++i) {
      const float factor = left.values[k * left.stride + i];
#pragma GCC unroll 2
      for (std::size_t g = 0; g < groups; ++g) {
        const Lanes& values = lanes(from + g * kLanes);
        sums[i][g] = mode == Mode::subtract ? less_product(sums[i][g], factor, values)
                                            : plus_product(sums[i][g], factor, values);
      }
    }
  }
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kTileRows; ++i) {
#pragma GCC unroll 2
    for (std::size_t g = 0; g < groups; ++g) {
      lanes(out.values + i * out.stride + g * kLanes) = sums[i][g];
    }
  }
}

template <Mode mode>
CLIENTELE_SIMD_INLINE void multiply_stripe(Panel left, Panel right, std::size_t inner,
                                           std::size_t columns, Block out) {
  std::size_t j = 0;
  for (; j + 2 * kLanes <= columns; j += 2 * kLanes) {
    multiply_tile<mode, 2>(left, {right.values + j, right.stride}, inner,
                           {out.values + j, out.stride});
  }
  if (j < columns) {
    multiply_tile<mode, 1>(left, {right.values + j, right.stride}, inner,
                           {out.values + j, out.stride});
  }
}

// Columns `first` and on of the weighted sum of rows.
template <std::size_t groups>
CLIENTELE_SIMD_INLINE void combine_groups(Panel source, const std::uint32_t* rows,
                                          const float* factors, std::size_t count,
                                          std::size_t first, float* out) {
  Lanes sums[groups] = {};
  for (std::size_t i = 0; i < count; ++i) {
#pragma GCC unroll 4
    for (std::size_t g = 0; g < groups; ++g) {
      sums[g] = plus_product(sums[g], factors[i],
                             lanes(source.values + rows[i] * source.stride + first + g * kLanes));
    }
  }
#pragma GCC unroll 4
  for (std::size_t g = 0; g < groups; ++g) lanes(out + first + g * kLanes) = sums[g];
}

// Vectors `first` and on of the products of four rows with `right`.
template <std::size_t groups>
CLIENTELE_SIMD_INLINE void multiply_four(const float* const (&rows)[4], Panel right,
                                         std::size_t inner, std::size_t first,
                                         float* const (&out)[4]) {
  Lanes sums[4][groups] = {};
  for (std::size_t k = 0; k < inner; ++k) {
    const float* from = right.values + k * right.stride + first;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < 4; ++i) {
#pragma GCC unroll 4
      for (std::size_t g = 0; g < groups; ++g) {
        sums[i][g] = plus_product(sums[i][g], rows[i][k], lanes(from + g * kLanes));
      }
    }
  }
#pragma GCC unroll 4
  for (std::size_t i = 0; i < 4; ++i) {
#pragma GCC unroll 4
    for (std::size_t g = 0; g < groups; ++g) lanes(out[i] + first + g * kLanes) = sums[i][g];
  }
}

// Transposes 16 x 16: four rounds of interleaving row i with row i + 8.
CLIENTELE_SIMD_INLINE void transpose_square(Lanes (&rows)[kLanes]) {
  Lanes other[kLanes];
  const auto interleave = [](const Lanes(&from)[kLanes], Lanes(&to)[kLanes]) {
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kLanes / 2; ++k) {
      to[2 * k] = __builtin_shufflevector(from[k], from[k + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20,
                                          5, 21, 6, 22, 7, 23);
      to[2 * k + 1] = __builtin_shufflevector(from[k], from[k + 8], 8, 24, 9, 25, 10, 26, 11, 27,
                                              12, 28, 13, 29, 14, 30, 15, 31);
    }
  };
  interleave(rows, other);
  interleave(other, rows);
  interleave(rows, other);
  interleave(other, rows);
}

CLIENTELE_SIMD_INLINE void load_transposed(Panel square, Lanes (&columns)[kLanes]) {
#pragma GCC unroll 16
  for (std::size_t k = 0; k < kLanes; ++k) columns[k] = lanes(square.values + k * square.stride);
  transpose_square(columns);
}

// Solves U x = z (column n of a) for the factored a, sixteen unknowns at a time from the last.
CLIENTELE_SIMD_INLINE void substitute_back(Block a, std::size_t n, float* x) {
  Lanes columns[kLanes];
  for (std::size_t first = padded(n); first > 0;) {
    first -= kLanes;
    const float* rows = a.values + first * a.stride;
    Lanes rest{};
#pragma GCC unroll 16
    for (std::size_t k = 0; k < kLanes; ++k) rest[k] = rows[k * a.stride + n];
    for (std::size_t known = first + kLanes; known < n; known += kLanes) {
      load_transposed({rows + known, a.stride}, columns);
      for (std::size_t k = 0; k < std::min(kLanes, n - known); ++k) {
        rest = less_product(rest, x[known + k], columns[k]);
      }
    }
    load_transposed({rows + first, a.stride}, columns);
#pragma GCC unroll 16
    for (std::size_t k = kLanes; k-- > 0;) {
      if (first + k >= n) continue;
      const float value = rest[k] * columns[k][k];
      x[first + k] = value;
      rest = less_product(rest, value, columns[k]);
    }
  }
}

// What the eight rows of a tile have to do with one another: row k, divided by its pivot, is taken
// multiples[k][i] times from row i below it, and is kept times scales[k], 1 / u_kk.
struct Elimination {
  float multiples[kTileRows][kTileRows];
  float scales[kTileRows];
};

// Factors the 8 x 8 block on the diagonal without square roots (L D L'), so that they do not delay
// the next pivot.
CLIENTELE_SIMD_INLINE Elimination elimination_of(const float* block, std::size_t stride,
                                                 float floor) {
  float rest[kTileRows][kTileRows];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kTileRows; ++i) {
#pragma GCC unroll 8
    for (std::size_t j = i; j < kTileRows; ++j) rest[i][j] = block[i * stride + j];
  }
  Elimination result;
  float pivots[kTileRows];
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kTileRows; ++k) {
    pivots[k] = std::max(rest[k][k], floor);
    const float inverse = 1 / pivots[k];
#pragma GCC unroll 8
    for (std::size_t i = k + 1; i < kTileRows; ++i) {
      result.multiples[k][i] = rest[k][i] * inverse;
#pragma GCC unroll 8
      for (std::size_t j = i; j < kTileRows; ++j) {
        rest[i][j] = __builtin_fmaf(result.multiples[k][i], -rest[k][j], rest[i][j]);
      }
    }
  }
  for (std::size_t k = 0; k < kTileRows; ++k) result.scales[k] = 1 / std::sqrt(pivots[k]);
  return result;
}

// Eliminates in one group of columns.
CLIENTELE_SIMD_INLINE void eliminate(const Elimination& by, Block rows) {
  Lanes values[kTileRows];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kTileRows; ++i) values[i] = lanes(rows.values + i * rows.stride);
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kTileRows; ++k) {
#pragma GCC unroll 8
    for (std::size_t i = k + 1; i < kTileRows; ++i) {
      values[i] = less_product(values[i], by.multiples[k][i], values[k]);
    }
    lanes(rows.values + k * rows.stride) = by.scales[k] * values[k];
  }
}

// Factors the eight rows from `first` on, leaving 1 / u_kk on the diagonal, which stands in columns
// `offset` and on of the first group.
CLIENTELE_SIMD_INLINE void factor_tile(Block tile, std::size_t offset, std::size_t columns,
                                       float floor) {
  const Elimination elimination = elimination_of(tile.values + offset, tile.stride, floor);
  for (std::size_t j = 0; j < columns; j += kLanes) {
    eliminate(elimination, {tile.values + j, tile.stride});
  }
  for (std::size_t k = 0; k < kTileRows; ++k) {
    tile.values[k * tile.stride + offset + k] = elimination.scales[k];
  }
}

}  // namespace

CLIENTELE_SIMD void subtract_products(Panel left, Panel right, std::size_t inner, std::size_t rows,
                                      std::size_t columns, Block out) {
  for (std::size_t j = 0; j < columns; j += 2 * kLanes) {  // two groups of `right` stay near
    const std::size_t width = std::min(2 * kLanes, columns - j);
    for (std::size_t i = 0; i < rows; i += kTileRows) {
      multiply_stripe<Mode::subtract>({left.values + i, left.stride},
                                      {right.values + j, right.stride}, inner, width,
                                      {out.values + i * out.stride + j, out.stride});
    }
  }
}

CLIENTELE_SIMD void add_gram(Panel m, std::size_t inner, std::size_t size, Block out) {
  for (std::size_t i = 0; i < size; i += kTileRows) {
    const std::size_t start = i / kLanes * kLanes;
    multiply_stripe<Mode::add>({m.values + i, m.stride}, {m.values + start, m.stride}, inner,
                               padded(size) - start,
                               {out.values + i * out.stride + start, out.stride});
  }
}

CLIENTELE_SIMD void solve_spd(Block a, std::size_t n, float floor, float* x) {
  const std::size_t end = padded(n + 1);
  for (std::size_t first = 0; first < n; first += kTileRows) {
    const std::size_t start = first / kLanes * kLanes;
    const Block tile{a.values + first * a.stride + start, a.stride};
    if (first > 0) {
      multiply_stripe<Mode::subtract>({a.values + first, a.stride}, {a.values + start, a.stride},
                                      first, end - start, tile);
    }
    factor_tile(tile, first - start, end - start, floor);
  }
  substitute_back(a, n, x);
}

CLIENTELE_SIMD void gather_scaled(Panel source, const std::uint32_t* rows, const float* factors,
                                  std::size_t count, std::size_t size, float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    const float* row = source.values + rows[i] * source.stride;
    for (std::size_t j = 0; j < size; j += kLanes) {
      lanes(out + i * source.stride + j) = factors[i] * lanes(row + j);
    }
  }
}

CLIENTELE_SIMD void gather_transposed(Panel source, const std::uint32_t* rows, const float* factors,
                                      std::size_t count, const float* scale, std::size_t size,
                                      Block out) {
  for (std::size_t i = 0; i < count; i += kLanes) {
    const std::size_t present = std::min(kLanes, count - i);
    const float* starts[kLanes];
    for (std::size_t k = 0; k < kLanes; ++k) {
      starts[k] = source.values + rows[i + std::min(k, present - 1)] * source.stride;
    }
    Lanes row_factors{};
    for (std::size_t k = 0; k < present; ++k) row_factors[k] = factors[i + k];
    for (std::size_t j = 0; j < size; j += kLanes) {
      Lanes square[kLanes];
#pragma GCC unroll 16
      for (std::size_t k = 0; k < kLanes; ++k) square[k] = lanes(starts[k] + j);
      transpose_square(square);
#pragma GCC unroll 16
      for (std::size_t k = 0; k < kLanes; ++k) {
        lanes(out.values + (j + k) * out.stride + i) = row_factors * (scale[j + k] * square[k]);
      }
    }
  }
}

CLIENTELE_SIMD void combine_gathered(Panel source, const std::uint32_t* rows, const float* factors,
                                     std::size_t count, std::size_t size, float* out) {
  std::size_t j = 0;
  for (; j + 4 * kLanes <= size; j += 4 * kLanes) {
    combine_groups<4>(source, rows, factors, count, j, out);
  }
  for (; j < size; j += kLanes) combine_groups<1>(source, rows, factors, count, j, out);
}

CLIENTELE_SIMD void multiply_rows(float* rows, std::size_t count, Panel right, std::size_t inner) {
  const std::size_t size = right.stride;
  alignas(64) float copies[4 * kLongestRow];
  for (std::size_t r = 0; r < count; r += 4) {
    float* out[4];
    const float* from[4];
    for (std::size_t i = 0; i < 4; ++i) {  // at the end the last row several times
      out[i] = rows + std::min(r + i, count - 1) * size;
      from[i] = std::copy_n(out[i], size, copies + i * size) - size;
    }
    std::size_t j = 0;
    for (; j + 4 * kLanes <= size; j += 4 * kLanes) multiply_four<4>(from, right, inner, j, out);
    for (; j < size; j += kLanes) multiply_four<1>(from, right, inner, j, out);
  }
}

CLIENTELE_SIMD void transpose(Panel in, std::size_t rows, std::size_t columns, Block out) {
  for (std::size_t i = 0; i < padded(rows); i += kLanes) {
    for (std::size_t j = 0; j < padded(columns); j += kLanes) {
      Lanes square[kLanes];
      load_transposed({in.values + i * in.stride + j, in.stride}, square);
#pragma GCC unroll 16
      for (std::size_t k = 0; k < kLanes; ++k) {
        lanes(out.values + (j + k) * out.stride + i) = square[k];
      }
    }
  }
}

}  // namespace clientele::factorization
