#include "models/trees/histogram.hpp"

#include <algorithm>
#include <cstddef>

namespace clientele::trees {
namespace {

constexpr std::size_t kAhead = 12;  // rows between a prefetch and its use

// Few features: their columns are small enough to stay near.
template <std::size_t kFeatures>
void add_columns(const BinnedMatrix& matrix, const std::uint16_t* features,
                 std::span<const std::uint32_t> rows, const GradientPair* pairs,
                 GradientPair* cells) {
  const std::uint8_t* columns[kFeatures];
  GradientPair* own[kFeatures];
  for (std::size_t j = 0; j < kFeatures; ++j) {
    columns[j] = matrix.column(features[j]).data();
    own[j] = cells + matrix.offset(features[j]);
  }
  for (const std::uint32_t row : rows) {
    const GradientPair pair = pairs[row];
    for (std::size_t j = 0; j < kFeatures; ++j) own[j][columns[j][row]] += pair;
  }
}

// Many features: a row's codes lie together.
void add_rows(const BinnedMatrix& matrix, std::span<const std::uint16_t> features,
              std::span<const std::uint32_t> rows, const GradientPair* pairs, GradientPair* cells) {
  const std::size_t ahead = rows.size() > kAhead ? rows.size() - kAhead : 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i < ahead) __builtin_prefetch(matrix.row(rows[i + kAhead]));
    const std::uint16_t* codes = matrix.row(rows[i]);
    const GradientPair pair = pairs[rows[i]];
    std::size_t j = 0;
    for (; j + 4 <= features.size(); j += 4) {
      cells[codes[features[j]]] += pair;
      cells[codes[features[j + 1]]] += pair;
      cells[codes[features[j + 2]]] += pair;
      cells[codes[features[j + 3]]] += pair;
    }
    for (; j < features.size(); ++j) cells[codes[features[j]]] += pair;
  }
}

}  // namespace

void build_histogram(const BinnedMatrix& matrix, std::span<const std::uint16_t> features,
                     std::span<const std::uint32_t> rows, const GradientPair* pairs,
                     GradientPair* cells) {
  for (const std::uint16_t f : features) {
    std::fill_n(cells + matrix.offset(f), matrix.bins(f), GradientPair{0});
  }
  switch (features.size()) {
    case 1:
      return add_columns<1>(matrix, features.data(), rows, pairs, cells);
    case 2:
      return add_columns<2>(matrix, features.data(), rows, pairs, cells);
    case 3:
      return add_columns<3>(matrix, features.data(), rows, pairs, cells);
    case 4:
      return add_columns<4>(matrix, features.data(), rows, pairs, cells);
    case 5:
      return add_columns<5>(matrix, features.data(), rows, pairs, cells);
    default:
      return add_rows(matrix, features, rows, pairs, cells);
  }
}

void subtract_histogram(const BinnedMatrix& matrix, std::span<const std::uint16_t> features,
                        const GradientPair* other, GradientPair* cells) {
  for (const std::uint16_t f : features) {
    const std::uint32_t end = matrix.offset(f) + matrix.bins(f);
    for (std::uint32_t i = matrix.offset(f); i < end; ++i) cells[i] -= other[i];
  }
}

GradientPair sum_pairs(std::span<const std::uint32_t> rows, const GradientPair* pairs) {
  GradientPair sum = 0;
  for (const std::uint32_t row : rows) sum += pairs[row];
  return sum;
}

}  // namespace clientele::trees
