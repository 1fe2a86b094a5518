#include "models/explain/path_kernel.hpp"

#include <cstring>

#include "numeric/simd.hpp"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__GNUC__) && \
    !defined(__clang__) && defined(__x86_64__)
#define CLIENTELE_SIMD_WIDE __attribute__((target("arch=x86-64-v4")))
#endif

namespace clientele::explain {
namespace {

// kWidth doubles move together, as wide as the machine; eight rows are kRowLanes / kWidth groups.
// Each lane's arithmetic is the same for every width.
template <std::size_t kWidth>
struct Vectors;
template <>
struct Vectors<4> {
  using Lanes = double __attribute__((vector_size(32)));
  using Mask = std::int64_t __attribute__((vector_size(32)));
  using Bytes = std::int8_t __attribute__((vector_size(4)));
};
template <>
struct Vectors<8> {
  using Lanes = double __attribute__((vector_size(64)));
  using Mask = std::int64_t __attribute__((vector_size(64)));
  using Bytes = std::int8_t __attribute__((vector_size(8)));
};

// -1 for the rows that go along the edge.
CLIENTELE_SIMD_INLINE void meets(const PathEdge& edge, const std::uint8_t* bins, std::int8_t* met) {
  using Bins = std::uint8_t __attribute__((vector_size(kRowLanes)));
  using Flags = std::int8_t __attribute__((vector_size(kRowLanes)));
  Flags left;
  if (edge.set == nullptr) {
    Bins own;
    std::memcpy(&own, bins, sizeof(own));
    left = (own - edge.low) <= edge.width;
  } else {
    for (std::size_t lane = 0; lane < kRowLanes; ++lane) {
      left[lane] = trees::contains(*edge.set, bins[lane]) ? -1 : 0;
    }
  }
  left = edge.left ? left : ~left;
  std::memcpy(met, &left, sizeof(left));
}

// Eight rows at one depth of the path: o, the product of factors W and the leaf sum E.
template <std::size_t kPoints, std::size_t kWidth>
struct Level {
  static constexpr std::size_t kGroups = kRowLanes / kWidth;
  using Lanes = typename Vectors<kWidth>::Lanes;
  using Mask = typename Vectors<kWidth>::Mask;
  const PathEdge* edge;
  Mask met[kGroups];
  Lanes product[kGroups][kPoints];
  Lanes sum[kGroups][kPoints];
};

// The factor of W at one point; `before` = o above the edge, all true for the first of a group.
template <typename Lanes, typename Mask>
CLIENTELE_SIMD_INLINE void factor(const double* c, bool first, const Mask& before, const Mask& met,
                                  Lanes& out) {
  const Lanes unmet = first ? c[1] + Lanes{} : (before ? c[1] + Lanes{} : c[2] + Lanes{});
  out = met ? c[0] + Lanes{} : unmet;
}

// What a leaf sum earns the edge's feature at one point.
template <typename Lanes, typename Mask>
CLIENTELE_SIMD_INLINE void gain(const double* c, bool first, const Mask& before, const Mask& met,
                                Lanes& out) {
  const Lanes unmet = first ? c[4] + Lanes{} : (before ? c[4] + Lanes{} : Lanes{});
  out = met ? c[3] + Lanes{} : unmet;
}

// Follows the edge. An inner node waits for its leaves; a leaf is credited at once.
template <std::size_t kPoints, std::size_t kWidth>
CLIENTELE_SIMD_INLINE void enter(const PathEdge& edge, const double* c, const std::uint8_t* cells,
                                 Level<kPoints, kWidth>* levels, double* values) {
  using Here = Level<kPoints, kWidth>;
  using Lanes = typename Here::Lanes;
  using Mask = typename Here::Mask;
  Here& here = levels[edge.depth];
  Here& above = levels[edge.depth - 1];
  const bool first = edge.previous == 0;
  here.edge = &edge;
  alignas(8) std::int8_t flags[kRowLanes];
  meets(edge, cells + edge.column * kRowLanes, flags);
  for (std::size_t g = 0; g < Here::kGroups; ++g) {
    typename Vectors<kWidth>::Bytes own;
    std::memcpy(&own, flags + g * kWidth, sizeof(own));
    const Mask before = levels[edge.previous].met[g];
    const Mask met = before & __builtin_convertvector(own, Mask);
    here.met[g] = met;
    double* credit_at = values + edge.group * kRowLanes + g * kWidth;
    Lanes credit, by;
    std::memcpy(&credit, credit_at, sizeof(credit));
    for (std::size_t k = 0; k < kPoints; ++k) {
      const double* own_c = c + k * kPathCoefficients;
      factor(own_c, first, before, met, by);
      const Lanes product = above.product[g][k] * by;
      if (!edge.leaf) {
        here.product[g][k] = product;
        here.sum[g][k] = Lanes{};
        continue;
      }
      const Lanes reached = product * edge.value;
      gain(own_c, first, before, met, by);
      credit += reached * by;
      above.sum[g][k] += reached;
    }
    if (edge.leaf) std::memcpy(credit_at, &credit, sizeof(credit));
  }
}

// All leaves below the edge at `depth` are known: credits its feature and hands their sum up.
template <std::size_t kPoints, std::size_t kWidth>
CLIENTELE_SIMD_INLINE void leave(const double* coefficients, std::size_t depth,
                                 Level<kPoints, kWidth>* levels, double* values) {
  using Here = Level<kPoints, kWidth>;
  using Lanes = typename Here::Lanes;
  using Mask = typename Here::Mask;
  const Here& here = levels[depth];
  Here& above = levels[depth - 1];
  const PathEdge& edge = *here.edge;
  const double* c = coefficients + edge.coefficients;
  for (std::size_t g = 0; g < Here::kGroups; ++g) {
    const Mask before = levels[edge.previous].met[g];
    double* credit_at = values + edge.group * kRowLanes + g * kWidth;
    Lanes credit, by;
    std::memcpy(&credit, credit_at, sizeof(credit));
    for (std::size_t k = 0; k < kPoints; ++k) {
      gain(c + k * kPathCoefficients, edge.previous == 0, before, here.met[g], by);
      credit += here.sum[g][k] * by;
      above.sum[g][k] += here.sum[g][k];
    }
    std::memcpy(credit_at, &credit, sizeof(credit));
  }
}

template <std::size_t kPoints, std::size_t kWidth>
CLIENTELE_SIMD_INLINE void run(const PathProgram& program, const std::uint8_t* cells,
                               double* values) {
  using Here = Level<kPoints, kWidth>;
  using Lanes = typename Here::Lanes;
  Here levels[kMaxTreeDepth + 1];
  const double* coefficients = program.coefficients.data();
  for (std::size_t g = 0; g < Here::kGroups; ++g) {
    levels[0].met[g] = ~typename Here::Mask{};
    for (std::size_t k = 0; k < kPoints; ++k) {
      levels[0].product[g][k] = Lanes{} + 1.0;
      levels[0].sum[g][k] = Lanes{};
    }
  }
  for (const PathEdge& edge : program.edges) {
    enter(edge, coefficients + edge.coefficients, cells, levels, values);
    for (std::size_t closed = 1; closed < edge.closes; ++closed) {
      leave(coefficients, edge.depth - closed, levels, values);
    }
  }
}

template <std::size_t kWidth>
CLIENTELE_SIMD_INLINE void run_any(const PathProgram& program, const std::uint8_t* cells,
                                   double* values) {
  switch (program.points) {
    case 1:
      return run<1, kWidth>(program, cells, values);
    case 2:
      return run<2, kWidth>(program, cells, values);
    case 3:
      return run<3, kWidth>(program, cells, values);
    case 4:
      return run<4, kWidth>(program, cells, values);
    case 5:
      return run<5, kWidth>(program, cells, values);
    case 6:
      return run<6, kWidth>(program, cells, values);
    case 8:
      return run<8, kWidth>(program, cells, values);
    default:
      return run<16, kWidth>(program, cells, values);
  }
}

CLIENTELE_SIMD void run_narrow(const PathProgram& program, const std::uint8_t* cells,
                               double* values) {
  run_any<4>(program, cells, values);
}

#ifdef CLIENTELE_SIMD_WIDE
CLIENTELE_SIMD_WIDE void run_wide(const PathProgram& program, const std::uint8_t* cells,
                                  double* values) {
  run_any<8>(program, cells, values);
}
#endif

}  // namespace

void add_path_values(const PathProgram& program, const std::uint8_t* cells, double* values) {
#ifdef CLIENTELE_SIMD_WIDE
  static const bool wide = __builtin_cpu_supports("avx512f") &&
                           __builtin_cpu_supports("avx512dq") &&
                           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  if (wide) return run_wide(program, cells, values);
#endif
  run_narrow(program, cells, values);
}

}  // namespace clientele::explain
