// One source, several instruction sets: a hot function is compiled for AVX-512, AVX2 and the
// baseline, and the loader picks. With -ffp-contract=off every clone gives the same bits.
#pragma once

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__GNUC__) && \
    !defined(__clang__) && defined(__x86_64__)
#define CLIENTELE_SIMD __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
// For the small functions that a CLIENTELE_SIMD function calls: they take on its instruction set.
#define CLIENTELE_SIMD_INLINE inline __attribute__((always_inline))
#else
#define CLIENTELE_SIMD
#define CLIENTELE_SIMD_INLINE inline
#endif
