// Preconditioned conjugate gradients for a diagonal plus the interactions of one row,
//
//   A x = b,  A = D + sum_j w_j y_j y_j',  b = sum_j (1 + w_j) y_j,  residual r = b - A x:
//   x += a p,  r -= a A p,  a = r'z / p'Ap,  z = D^-1 r,  p = z + (r'z / r'z before) p.
//
// In the principal axes of the fixed side D is most of A, so from the row of the iteration before
// one to three steps do. As A >= D, r'z >= r'A^-1 r, which is how far the loss is above its
// minimum: the steps end when that is a small share of the loss at the start, sum_j (1 + w_j) (1 -
// y_j.x)^2 + ridge |x|^2 and what the other columns add. A step reads each y_j once, for y_j.p and
// the sum of the y_j, four at a time so that sums across lanes overlap.
//
// Degenerate: a loss of 0 ends at once or at the largest number of steps, with x no worse than it
// was. Operations have a fixed order, so each instruction set gives the same bits. Source: Golub,
// Van Loan, Matrix Computations, 11.5; Takács, Pilászy, Tikk (2011), "Applications of the conjugate
// gradient method for implicit feedback collaborative filtering"; Hu, Koren, Volinsky (2008),
// eq. 4. Complexity: see the header.
#include "models/factorization/conjugate_gradients.hpp"

#include <algorithm>

#include "models/factorization/lanes.hpp"
#include "numeric/simd.hpp"

namespace clientele::factorization {
namespace {

constexpr std::size_t kGroup = 4;  // columns taken at once
constexpr std::size_t kMostVectors = kLongestRow / kLanes;
constexpr std::size_t kUsualVectors = 4;  // 49 to 64 factors: all in registers

// Lanes 4i .. 4i + 3 of the result are the sum over the lanes of rows[i].
CLIENTELE_SIMD_INLINE Lanes sums_across(const Lanes (&rows)[kGroup]) {
  const auto halves = [](Lanes a, Lanes b) {
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
           __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30,
                                   31);
  };
  const Lanes a = halves(rows[0], rows[1]);
  const Lanes b = halves(rows[2], rows[3]);
  const Lanes quarters =
      __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
      __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  const Lanes pairs = quarters + __builtin_shufflevector(quarters, quarters, 2, 3, 0, 1, 6, 7, 4, 5,
                                                         10, 11, 8, 9, 14, 15, 12, 13);
  return pairs + __builtin_shufflevector(pairs, pairs, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12,
                                         15, 14);
}

CLIENTELE_SIMD_INLINE float sum_across(Lanes a) {
  const Lanes rows[kGroup] = {a};
  return sums_across(rows)[0];
}

// What sums_across() says of row i, in every lane.
template <int i>
CLIENTELE_SIMD_INLINE Lanes of_row(Lanes a) {
  constexpr int k = 4 * i;
  return __builtin_shufflevector(a, a, k, k + 1, k + 2, k + 3, k, k + 1, k + 2, k + 3, k, k + 1,
                                 k + 2, k + 3, k, k + 1, k + 2, k + 3);
}

// Calls body(g) for every vector of a row; `fixed` 0: of a row of `count` vectors.
template <std::size_t fixed, typename Body>
CLIENTELE_SIMD_INLINE void for_vectors(std::size_t count, Body body) {
  if constexpr (fixed > 0) {
#pragma GCC unroll 4
    for (std::size_t g = 0; g < fixed; ++g) body(g);
  } else {
    for (std::size_t g = 0; g < count; ++g) body(g);
  }
}

enum class Pass { residual, product };

// out += sum_j w_j (y_j.along) y_j; for the residual sum_j (1 + w_j - w_j y_j.along) y_j, and the
// result is the loss of the columns, sum_j (1 + w_j) (1 - y_j.along)^2.
template <Pass what, std::size_t fixed>
CLIENTELE_SIMD_INLINE float add_columns(const DescentScratch& columns, std::size_t count,
                                        const Lanes* along, Lanes* out) {
  Lanes losses{};
  for (std::size_t j = 0; j < columns.rows.size(); j += kGroup) {
    const float* const* rows = columns.rows.data() + j;
    Lanes products[kGroup] = {};
    for_vectors<fixed>(
        count, [&](std::size_t g) __attribute__((always_inline)) {
#pragma GCC unroll 4
          for (std::size_t i = 0; i < kGroup; ++i) {
            products[i] = plus_product(products[i], lanes(rows[i] + g * kLanes), along[g]);
          }
        });
    const Lanes scores = sums_across(products);
    const Lanes& weights = lanes(columns.weights.data() + j * kGroup);
    Lanes factors = weights * scores;
    if constexpr (what == Pass::residual) {
      const Lanes errors = 1 - scores;
      factors = plus_product(Lanes{} + 1, weights, errors);
      losses += errors * plus_product(errors, weights, errors);
    }
    const Lanes factor[kGroup] = {of_row<0>(factors), of_row<1>(factors), of_row<2>(factors),
                                  of_row<3>(factors)};
    for_vectors<fixed>(
        count, [&](std::size_t g) __attribute__((always_inline)) {
#pragma GCC unroll 4
          for (std::size_t i = 0; i < kGroup; ++i) {
            out[g] = plus_product(out[g], lanes(rows[i] + g * kLanes), factor[i]);
          }
        });
  }
  return losses[0] + losses[4] + (losses[8] + losses[12]);
}

// With rows of `fixed` vectors, or of `count` if that is 0; `columns` has `n` and some zeros.
template <std::size_t fixed>
CLIENTELE_SIMD_INLINE std::size_t descend_from(float* x, const DescentScratch& columns,
                                               std::size_t n, std::size_t count,
                                               const RidgedDiagonal& ridged,
                                               const DescentLimits& limits) {
  constexpr std::size_t kRoom = fixed > 0 ? fixed : kMostVectors;
  Lanes at[kRoom];
  Lanes diagonal[kRoom];
  Lanes inverse[kRoom];
  Lanes residual[kRoom];
  Lanes along[kRoom];
  Lanes image[kRoom];
  Lanes squares{};
  for_vectors<fixed>(
      count, [&](std::size_t g) __attribute__((always_inline)) {
        const Lanes sum = lanes(ridged.gram.data() + g * kLanes) + ridged.ridge;
        diagonal[g] = sum > ridged.floor ? sum : Lanes{} + ridged.floor;
        inverse[g] = 1 / diagonal[g];
        at[g] = lanes(x + g * kLanes);
        squares += at[g] * at[g];
        residual[g] = -(diagonal[g] * at[g]);
      });
  const float loss = add_columns<Pass::residual, fixed>(columns, count, at, residual) -
                     static_cast<float>(columns.rows.size() - n) +
                     ridged.ridge * sum_across(squares);
  const float enough = limits.excess * loss;
  Lanes products{};
  for_vectors<fixed>(
      count, [&](std::size_t g) __attribute__((always_inline)) {
        along[g] = inverse[g] * residual[g];
        products += along[g] * residual[g];
      });
  float excess = sum_across(products);
  std::size_t step = 0;
  for (; step < limits.steps && excess > enough; ++step) {
    for_vectors<fixed>(
        count, [&](std::size_t g)
                   __attribute__((always_inline)) { image[g] = diagonal[g] * along[g]; });
    add_columns<Pass::product, fixed>(columns, count, along, image);
    products = Lanes{};
    for_vectors<fixed>(
        count, [&](std::size_t g)
                   __attribute__((always_inline)) { products += along[g] * image[g]; });
    const float length = excess / sum_across(products);
    products = Lanes{};
    for_vectors<fixed>(
        count, [&](std::size_t g) __attribute__((always_inline)) {
          at[g] += length * along[g];
          residual[g] -= length * image[g];
          image[g] = inverse[g] * residual[g];
          products += image[g] * residual[g];
        });
    const float before = excess;
    excess = sum_across(products);
    const float kept = excess / before;
    for_vectors<fixed>(
        count, [&](std::size_t g)
                   __attribute__((always_inline)) { along[g] = image[g] + kept * along[g]; });
  }
  for_vectors<fixed>(
      count, [&](std::size_t g) __attribute__((always_inline)) { lanes(x + g * kLanes) = at[g]; });
  return step;
}

CLIENTELE_SIMD_INLINE void set_columns(Panel fixed, std::span<const std::uint32_t> columns,
                                       std::span<const float> values, float alpha,
                                       DescentScratch& scratch) {
  typedef float Four __attribute__((vector_size(4 * kGroup), aligned(4), may_alias));
  const std::size_t n = columns.size();
  const std::size_t groups = (n + kGroup - 1) / kGroup;
  scratch.zeros.resize(fixed.stride);
  scratch.rows.resize(groups * kGroup);
  scratch.weights.resize(groups * kLanes);
  for (std::size_t j = 0; j < groups * kGroup; j += kGroup) {
    Four weights{};
    if (j + kGroup <= n) {
      weights = alpha * *reinterpret_cast<const Four*>(values.data() + j);
#pragma GCC unroll 4
      for (std::size_t i = 0; i < kGroup; ++i) {
        scratch.rows[j + i] = fixed.values + columns[j + i] * fixed.stride;
      }
    } else {
      for (std::size_t i = 0; i < kGroup; ++i) {
        const bool present = j + i < n;
        scratch.rows[j + i] =
            present ? fixed.values + columns[j + i] * fixed.stride : scratch.zeros.data();
        weights[i] = present ? alpha * values[j + i] : 0;
      }
    }
    lanes(scratch.weights.data() + j * kGroup) =
        __builtin_shufflevector(weights, weights, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
  }
}

}  // namespace

CLIENTELE_SIMD std::size_t descend(Panel fixed, std::span<const std::uint32_t> columns,
                                   std::span<const float> values, float alpha,
                                   const RidgedDiagonal& diagonal, const DescentLimits& limits,
                                   float* x, DescentScratch& scratch) {
  set_columns(fixed, columns, values, alpha, scratch);
  const std::size_t n = columns.size();
  const std::size_t count = fixed.stride / kLanes;
  return count == kUsualVectors
             ? descend_from<kUsualVectors>(x, scratch, n, count, diagonal, limits)
             : descend_from<0>(x, scratch, n, count, diagonal, limits);
}

}  // namespace clientele::factorization
