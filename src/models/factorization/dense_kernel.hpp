// Small dense products and solutions in single precision, the inner loops of the factor models.
// Every matrix is row-major; `stride` is the distance of rows in floats, a multiple of kLanes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace clientele::factorization {

inline constexpr std::size_t kLanes = 16;          // columns come in groups of this many
inline constexpr std::size_t kTileRows = 8;        // rows of a product come in groups of this many
inline constexpr std::size_t kLongestRow = 1'024;  // of factors, in floats

constexpr std::size_t padded(std::size_t size) { return (size + kLanes - 1) / kLanes * kLanes; }

// One operand or result.
struct Panel {
  const float* values;
  std::size_t stride;
};
struct Block {
  float* values;
  std::size_t stride;
};

// out[i][j] -= sum over k < inner of left[k][i] right[k][j], for i < rows, j < columns.
// Requires: rows a multiple of kTileRows, columns of kLanes.
void subtract_products(Panel left, Panel right, std::size_t inner, std::size_t rows,
                       std::size_t columns, Block out);

// out += M'M for M of inner x size, on and above the diagonal; what stands below it and in the
// padding is not kept. Needs padded(size) columns of M and out, padded(size) rows of out.
void add_gram(Panel m, std::size_t inner, std::size_t size, Block out);

// Solves A x = b for symmetric positive definite A of order n, given on and above its diagonal with
// b as column n. Overwrites A; pivots below `floor` count as `floor`, which must be > 0. Requires:
// stride >= padded(n + 1), padded(n) rows, x with n places.
void solve_spd(Block a, std::size_t n, float floor, float* x);

// Row i of out = factors[i] x (row rows[i] of source), i < count; out has the stride of the source.
// Here and below: size a multiple of kLanes.
void gather_scaled(Panel source, const std::uint32_t* rows, const float* factors, std::size_t count,
                   std::size_t size, float* out);

// out[j][i] = factors[i] x scale[j] x (entry j of row rows[i] of source), i < count, j < size; 0
// for count <= i < padded(count).
void gather_transposed(Panel source, const std::uint32_t* rows, const float* factors,
                       std::size_t count, const float* scale, std::size_t size, Block out);

// out[j] = sum over i < count of factors[i] x (entry j of row rows[i] of source), j < size.
void combine_gathered(Panel source, const std::uint32_t* rows, const float* factors,
                      std::size_t count, std::size_t size, float* out);

// Replaces each of `count` rows by its product with `right`, a matrix of `inner` rows as long as
// they are, at most kLongestRow.
void multiply_rows(float* rows, std::size_t count, Panel right, std::size_t inner);

// out[j][i] = in[i][j] for i < padded(rows), j < padded(columns).
void transpose(Panel in, std::size_t rows, std::size_t columns, Block out);

}  // namespace clientele::factorization
