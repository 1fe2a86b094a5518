#include "base/rng.hpp"

#include <cmath>
#include <numbers>

namespace clientele {

std::array<std::uint32_t, 4> Rng::philox(std::uint64_t key, std::uint64_t stream,
                                         std::uint64_t counter) {
  constexpr std::uint64_t kM0 = 0xD2511F53, kM1 = 0xCD9E8D57;
  constexpr std::uint32_t kW0 = 0x9E3779B9, kW1 = 0xBB67AE85;
  auto k0 = static_cast<std::uint32_t>(key);
  auto k1 = static_cast<std::uint32_t>(key >> 32);
  std::array<std::uint32_t, 4> x{
      static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
      static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)};
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = kM0 * x[0];
    const std::uint64_t p1 = kM1 * x[2];
    x = {static_cast<std::uint32_t>(p1 >> 32) ^ x[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ x[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += kW0;
    k1 += kW1;
  }
  return x;
}

std::uint64_t Rng::next() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const auto words = philox(seed_, stream_, counter_++);
  spare_ = std::uint64_t{words[2]} << 32 | words[3];
  has_spare_ = true;
  return std::uint64_t{words[0]} << 32 | words[1];
}

double Rng::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::uint64_t Rng::below(std::uint64_t n) {
  const std::uint64_t reject_below = (0 - n) % n;  // 2^64 mod n
  std::uint64_t x = next();
  while (x < reject_below) x = next();
  return x % n;
}

double Rng::normal() {
  if (has_spare_normal_) {
    has_spare_normal_ = false;
    return spare_normal_;
  }
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_normal_ = true;
  return radius * std::cos(angle);
}

double Rng::gamma(double shape) {
  if (shape < 1.0) return gamma(shape + 1.0) * std::pow(1.0 - uniform(), 1.0 / shape);
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = normal();
    const double v = std::pow(1.0 + c * x, 3.0);
    if (v <= 0) continue;
    if (std::log(1.0 - uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

std::uint64_t Rng::poisson(double mean) {
  std::uint64_t count = 0;
  while (mean > 30.0) {  // Poisson(a + b) = Poisson(a) + Poisson(b)
    double product = 1.0;
    const double limit = std::exp(-30.0);
    while ((product *= 1.0 - uniform()) > limit) ++count;
    mean -= 30.0;
  }
  double product = 1.0;
  const double limit = std::exp(-mean);
  while ((product *= 1.0 - uniform()) > limit) ++count;
  return count;
}

}  // namespace clientele
