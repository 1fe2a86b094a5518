// Register-tiled products (8 rows x 32 columns), and Cholesky A = U'U in groups of eight rows whose
// right-hand side rides along as one more column.
//
// Every product is a fused multiply-add in a fixed order, so each instruction set gives the same
// bits (the baseline calls the exact library function). Lanes never mix, so what stands in padding
// columns stays there. Degenerate: inner = 0 gives zero products, n = 0 solves nothing. Source:
// Golub, Van Loan, Matrix Computations, 4.2. Complexity: inner x rows x columns; n^3 / 3.
#include "models/factorization/dense_kernel.hpp"

#include <algorithm>
#include <cmath>

#include "numeric/simd.hpp"

// Vectors are passed between inlined functions only.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace clientele::factorization {
namespace {

typedef float Lanes __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));

CLIENTELE_SIMD_INLINE const Lanes& lanes(const float* at) {
  return *reinterpret_cast<const Lanes*>(at);
}
CLIENTELE_SIMD_INLINE Lanes& lanes(float* at) { return *reinterpret_cast<Lanes*>(at); }

// sum + factor x values, rounded once.
CLIENTELE_SIMD_INLINE Lanes plus_product(Lanes sum, float factor, Lanes values) {
  Lanes result;
  for (std::size_t i = 0; i < kLanes; ++i) {
    result[i] = __builtin_fmaf(factor, values[i], sum[i]);
  }
  return result;
}

enum class Mode { set, add, subtract };

template <Mode mode, std::size_t groups>
CLIENTELE_SIMD_INLINE void multiply_tile(Panel left, Panel right, std::size_t inner, Block out) {
  Lanes sums[kTileRows][groups];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kTileRows; ++i) {
#pragma GCC unroll 2
    for (std::size_t g = 0; g < groups; ++g) {
      sums[i][g] = mode == Mode::set ? Lanes{} : lanes(out.values + i * out.stride + g * kLanes);
    }
  }
  for (std::size_t k = 0; k < inner; ++k) {
    const float* row = right.values + k * right.stride;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kTileRows; ++i) {
      const float factor = left.values[k * left.stride + i];
#pragma GCC unroll 2
      for (std::size_t g = 0; g < groups; ++g) {
        sums[i][g] = plus_product(sums[i][g], mode == Mode::subtract ? -factor : factor,
                                  lanes(row + g * kLanes));
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

template <Mode mode>
CLIENTELE_SIMD_INLINE void multiply_gram(Panel m, std::size_t inner, std::size_t size, Block out) {
  for (std::size_t i = 0; i < size; i += kTileRows) {
    const std::size_t start = i / kLanes * kLanes;
    multiply_stripe<mode>({m.values + i, m.stride}, {m.values + start, m.stride}, inner,
                          padded(size) - start, {out.values + i * out.stride + start, out.stride});
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
        rest -= x[known + k] * columns[k];
      }
    }
    load_transposed({rows + first, a.stride}, columns);
#pragma GCC unroll 16
    for (std::size_t k = kLanes; k-- > 0;) {
      if (first + k >= n) continue;
      const float value = rest[k] * columns[k][k];
      x[first + k] = value;
      rest -= value * columns[k];
    }
  }
}

// The eight rows of a tile in one group of columns: row k is scaled by scales[k], then
// multiples[k][i] of it are taken from the rows below.
CLIENTELE_SIMD_INLINE void eliminate(const float (&multiples)[kTileRows][kTileRows],
                                     const float (&scales)[kTileRows], Block rows) {
  Lanes values[kTileRows];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kTileRows; ++i) values[i] = lanes(rows.values + i * rows.stride);
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kTileRows; ++k) {
    values[k] *= scales[k];
#pragma GCC unroll 8
    for (std::size_t i = k + 1; i < kTileRows; ++i) {
      values[i] -= multiples[k][i] * values[k];
    }
    lanes(rows.values + k * rows.stride) = values[k];
  }
}

// Factors the eight rows from `first` on in the group of columns that holds their diagonal (offset
// 0 or 8 in it), leaving 1 / u_kk on the diagonal, then the groups to the right of it.
template <std::size_t offset>
CLIENTELE_SIMD_INLINE void factor_tile(Block tile, std::size_t columns, float floor) {
  float multiples[kTileRows][kTileRows];
  float scales[kTileRows];
  Lanes values[kTileRows];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < kTileRows; ++i) values[i] = lanes(tile.values + i * tile.stride);
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kTileRows; ++k) {
    scales[k] = 1 / std::sqrt(std::max(values[k][offset + k], floor));
    values[k] *= scales[k];
#pragma GCC unroll 8
    for (std::size_t i = k + 1; i < kTileRows; ++i) {
      multiples[k][i] = values[k][offset + i];
      values[i] -= multiples[k][i] * values[k];
    }
    values[k][offset + k] = scales[k];
    lanes(tile.values + k * tile.stride) = values[k];
  }
  for (std::size_t j = kLanes; j < columns; j += kLanes) {
    eliminate(multiples, scales, {tile.values + j, tile.stride});
  }
}

}  // namespace

CLIENTELE_SIMD void subtract_products(Panel left, Panel right, std::size_t inner, std::size_t rows,
                                      std::size_t columns, Block out) {
  for (std::size_t i = 0; i < rows; i += kTileRows) {
    multiply_stripe<Mode::subtract>({left.values + i, left.stride}, right, inner, columns,
                                    {out.values + i * out.stride, out.stride});
  }
}

CLIENTELE_SIMD void set_gram(Panel m, std::size_t inner, std::size_t size, Block out) {
  multiply_gram<Mode::set>(m, inner, size, out);
}

CLIENTELE_SIMD void add_gram(Panel m, std::size_t inner, std::size_t size, Block out) {
  multiply_gram<Mode::add>(m, inner, size, out);
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
    if (first == start) {
      factor_tile<0>(tile, end - start, floor);
    } else {
      factor_tile<kTileRows>(tile, end - start, floor);
    }
  }
  substitute_back(a, n, x);
}

CLIENTELE_SIMD void gather_scaled(Panel source, const std::uint32_t* rows, const float* factors,
                                  std::size_t count, const float* scale, std::size_t size,
                                  float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    const float* row = source.values + rows[i] * source.stride;
    for (std::size_t j = 0; j < size; j += kLanes) {
      lanes(out + i * source.stride + j) = factors[i] * (lanes(row + j) * lanes(scale + j));
    }
  }
}

CLIENTELE_SIMD void combine_rows(Panel rows, const float* factors, std::size_t count,
                                 const float* scale, std::size_t size, float* out) {
  for (std::size_t j = 0; j < size; j += kLanes) {
    Lanes even{};
    Lanes odd{};
    for (std::size_t i = 0; i + 1 < count; i += 2) {
      even += factors[i] * lanes(rows.values + i * rows.stride + j);
      odd += factors[i + 1] * lanes(rows.values + (i + 1) * rows.stride + j);
    }
    if (count % 2 != 0) {
      even += factors[count - 1] * lanes(rows.values + (count - 1) * rows.stride + j);
    }
    lanes(out + j) = lanes(scale + j) * (even + odd);
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
