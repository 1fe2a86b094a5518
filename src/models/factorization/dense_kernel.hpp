// Small dense products and solutions in single precision, the inner loops of the factor models.
// Every matrix is row-major; `stride` is the distance of rows in floats, a multiple of kLanes.
#pragma once

#include <cstddef>

namespace clientele::factorization {

inline constexpr std::size_t kLanes = 16;    // columns come in groups of this many
inline constexpr std::size_t kTileRows = 8;  // rows of a product come in groups of this many

constexpr std::size_t padded(std::size_t size) { return (size + kLanes - 1) / kLanes * kLanes; }

// One operand or result of a product.
struct Panel {
  const float* values;
  std::size_t stride;
};
struct Block {
  float* values;
  std::size_t stride;
};

// out[i][j] += sum over k < inner of left[k][i] right[k][j], for i < rows, j < columns.
// Requires: rows a multiple of kTileRows, columns of kLanes, all of it readable.
void add_products(Panel left, Panel right, std::size_t inner, std::size_t rows, std::size_t columns,
                  Block out);

// The same, subtracted.
void subtract_products(Panel left, Panel right, std::size_t inner, std::size_t rows,
                       std::size_t columns, Block out);

// out += M'M for M of inner x size, on and above the diagonal (rounded to whole tiles).
// Requires: size a multiple of kLanes.
void add_gram(Panel m, std::size_t inner, std::size_t size, Block out);

// Solves A x = b for symmetric positive definite A of order n, given on and above its diagonal with
// b as column n. Overwrites A; pivots that rounding left below `floor` count as `floor`. Requires:
// stride >= padded(n + 1), padded(n) rows of finite values, x with padded(n + 1) places, floor > 0.
void solve_spd(Block a, std::size_t n, float floor, float* x);

// out[j] += factor row[j]. Requires: size a multiple of kLanes.
void add_scaled(const float* row, float factor, std::size_t size, float* out);

}  // namespace clientele::factorization
