#include "models/explain/path_kernel.hpp"

#include <cstring>

#include "numeric/simd.hpp"

namespace clientele::explain {
namespace {

using Lanes = double __attribute__((vector_size(kRowLanes * sizeof(double))));
using Mask = std::int64_t __attribute__((vector_size(kRowLanes * sizeof(std::int64_t))));
using Bytes = std::uint8_t __attribute__((vector_size(kRowLanes)));
using ByteMask = std::int8_t __attribute__((vector_size(kRowLanes)));

// Which rows go along the edge.
CLIENTELE_SIMD_INLINE void meets(const PathEdge& edge, const std::uint8_t* cells, Mask& met) {
  Bytes bins;
  std::memcpy(&bins, cells + edge.column * kRowLanes, sizeof(bins));
  ByteMask left;
  if (edge.set == nullptr) {
    left = (bins - edge.low) <= edge.width;
  } else {
    for (std::size_t lane = 0; lane < kRowLanes; ++lane) {
      left[lane] = trees::contains(*edge.set, bins[lane]) ? -1 : 0;
    }
  }
  met = __builtin_convertvector(edge.left ? left : ~left, Mask);
}

// What is known on the way down at one depth: o, the product of factors W and the leaf sum E.
template <std::size_t kPoints>
struct Level {
  Mask met;
  const PathEdge* edge;
  Lanes product[kPoints];
  Lanes sum[kPoints];
};

template <std::size_t kPoints>
CLIENTELE_SIMD_INLINE void enter(const PathEdge& edge, const double* c, const std::uint8_t* cells,
                                 Level<kPoints>* levels) {
  Level<kPoints>& here = levels[edge.depth];
  const Level<kPoints>& above = levels[edge.depth - 1];
  here.edge = &edge;
  meets(edge, cells, here.met);
  if (edge.previous == 0) {
    for (std::size_t k = 0; k < kPoints; ++k, c += kFirstCoefficients) {
      here.product[k] = above.product[k] * (here.met ? c[0] + Lanes{} : c[1] + Lanes{});
    }
    return;
  }
  const Mask before = levels[edge.previous].met;
  here.met &= before;
  for (std::size_t k = 0; k < kPoints; ++k, c += kRepeatCoefficients) {
    const Lanes unmet = before ? c[1] + Lanes{} : c[2] + Lanes{};
    here.product[k] = above.product[k] * (here.met ? c[0] + Lanes{} : unmet);
  }
}

// Credits the edge's feature with the leaves below it.
template <std::size_t kPoints>
CLIENTELE_SIMD_INLINE void leave(const double* coefficients, const Level<kPoints>* levels,
                                 std::size_t depth, double* values) {
  const Level<kPoints>& here = levels[depth];
  const PathEdge& edge = *here.edge;
  const double* c = coefficients + edge.coefficients;
  Lanes credit;
  std::memcpy(&credit, values + edge.group * kRowLanes, sizeof(credit));
  if (edge.previous == 0) {
    for (std::size_t k = 0; k < kPoints; ++k, c += kFirstCoefficients) {
      credit += here.sum[k] * (here.met ? c[2] + Lanes{} : c[3] + Lanes{});
    }
  } else {
    const Mask before = levels[edge.previous].met;
    for (std::size_t k = 0; k < kPoints; ++k, c += kRepeatCoefficients) {
      const Lanes unmet = before ? c[4] + Lanes{} : Lanes{};
      credit += here.sum[k] * (here.met ? c[3] + Lanes{} : unmet);
    }
  }
  std::memcpy(values + edge.group * kRowLanes, &credit, sizeof(credit));
}

template <std::size_t kPoints>
CLIENTELE_SIMD_INLINE void run(const PathProgram& program, const std::uint8_t* cells,
                               double* values) {
  Level<kPoints> levels[kMaxTreeDepth + 1];
  const double* coefficients = program.coefficients.data();
  for (std::size_t k = 0; k < kPoints; ++k) {
    levels[0].product[k] = Lanes{} + 1.0;
    levels[0].sum[k] = Lanes{};
  }
  for (const PathEdge& edge : program.edges) {
    enter(edge, coefficients + edge.coefficients, cells, levels);
    Level<kPoints>& here = levels[edge.depth];
    for (std::size_t k = 0; k < kPoints; ++k) {
      here.sum[k] = edge.leaf ? here.product[k] * edge.value : Lanes{};
    }
    for (std::size_t closed = 0; closed < edge.closes; ++closed) {
      const std::size_t depth = edge.depth - closed;
      leave(coefficients, levels, depth, values);
      for (std::size_t k = 0; k < kPoints; ++k) levels[depth - 1].sum[k] += levels[depth].sum[k];
    }
  }
}

CLIENTELE_SIMD void run_any(const PathProgram& program, const std::uint8_t* cells, double* values) {
  switch (program.points) {
    case 1:
      return run<1>(program, cells, values);
    case 2:
      return run<2>(program, cells, values);
    case 3:
      return run<3>(program, cells, values);
    case 4:
      return run<4>(program, cells, values);
    case 5:
      return run<5>(program, cells, values);
    case 6:
      return run<6>(program, cells, values);
    case 8:
      return run<8>(program, cells, values);
    default:
      return run<16>(program, cells, values);
  }
}

}  // namespace

void add_path_values(const PathProgram& program, const std::uint8_t* cells, double* values) {
  run_any(program, cells, values);
}

}  // namespace clientele::explain
