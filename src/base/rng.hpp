// Counter-based random numbers: the i-th number of a stream is a pure function of (seed, stream,
// i), so parallel work draws the same numbers on any thread count. Source: Salmon, Moraes, Dror,
// Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3" (Philox4x32-10).
#pragma once

#include <array>
#include <cstdint>

namespace clientele {

class Rng {
 public:
  explicit Rng(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  std::uint64_t next();                  // uniform over 64 bits
  double uniform();                      // [0, 1), 53 bits
  std::uint64_t below(std::uint64_t n);  // [0, n), unbiased. Requires: n > 0.
  double normal();                       // standard normal (Box-Muller)
  double gamma(double shape);            // unit scale (Marsaglia-Tsang). Requires: shape > 0.
  std::uint64_t poisson(double mean);    // Requires: 0 <= mean <= 1e6.

  // Four 32-bit words for one counter value.
  static std::array<std::uint32_t, 4> philox(std::uint64_t key, std::uint64_t stream,
                                             std::uint64_t counter);

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t counter_ = 0;
  std::uint64_t spare_ = 0;
  bool has_spare_ = false;
  double spare_normal_ = 0;
  bool has_spare_normal_ = false;
};

}  // namespace clientele
