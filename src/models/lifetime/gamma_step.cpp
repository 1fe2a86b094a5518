#include "models/lifetime/gamma_step.hpp"

#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <cmath>

namespace clientele::lifetime {
namespace {

constexpr double kStirling = 20.0;

// What Stirling's series add to their elementary parts, for ln Gamma, psi and psi'.
GammaStep tail(double z) {
  const double i = 1.0 / z;
  const double q = i * i;
  return {i * (1.0 / 12 - q * (1.0 / 360 - q * (1.0 / 1260 - q / 1680))),
          -0.5 * i - q * (1.0 / 12 - q * (1.0 / 120 - q * (1.0 / 252 - q / 240))),
          0.5 * q + q * i * (1.0 / 6 - q * (1.0 / 30 - q * (1.0 / 42 - q / 30)))};
}

// std::lgamma leaves the sign in a variable that all threads share.
double ln_gamma(double z) {
  int sign = 0;
  return lgamma_r(z, &sign);
}

}  // namespace

GammaStep gamma_step(double z, double d) {
  using namespace boost::math;
  const double to = z + d;
  if (z < kStirling) {
    return {ln_gamma(to) - ln_gamma(z), digamma(to) - digamma(z), trigamma(to) - trigamma(z)};
  }
  const GammaStep low = tail(z);
  const GammaStep high = tail(to);
  const double ln = std::log1p(d / z);
  return {(z - 0.5) * ln + d * (std::log(to) - 1.0) + (high.value - low.value),
          ln + (high.first - low.first), -d / (z * to) + (high.second - low.second)};
}

}  // namespace clientele::lifetime
