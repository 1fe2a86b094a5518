// The vectors of the factor kernels: sixteen floats, whatever the machine's width. For source files
// whose functions are CLIENTELE_SIMD.
#pragma once

#include <cstddef>

#include "models/factorization/dense_kernel.hpp"
#include "numeric/simd.hpp"

// Vectors are passed between inlined functions only.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace clientele::factorization {

typedef float Lanes __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));

CLIENTELE_SIMD_INLINE const Lanes& lanes(const float* at) {
  return *reinterpret_cast<const Lanes*>(at);
}
CLIENTELE_SIMD_INLINE Lanes& lanes(float* at) { return *reinterpret_cast<Lanes*>(at); }

// sum + a x b, rounded once: each instruction set gives the same bits (the baseline calls the exact
// library function).
CLIENTELE_SIMD_INLINE Lanes plus_product(Lanes sum, Lanes a, Lanes b) {
  Lanes result;
  for (std::size_t i = 0; i < kLanes; ++i) result[i] = __builtin_fmaf(a[i], b[i], sum[i]);
  return result;
}
CLIENTELE_SIMD_INLINE Lanes plus_product(Lanes sum, float a, Lanes b) {
  Lanes result;
  for (std::size_t i = 0; i < kLanes; ++i) result[i] = __builtin_fmaf(a, b[i], sum[i]);
  return result;
}

}  // namespace clientele::factorization
