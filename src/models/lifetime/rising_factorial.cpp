#include "models/lifetime/rising_factorial.hpp"

#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <cmath>

namespace clientele::lifetime {
namespace {

constexpr std::uint64_t kLongGap = 64;

// sum over low <= j < high of ln(q + j) and its derivatives.
LogRising stretch(double q, std::uint64_t low, std::uint64_t high) {
  LogRising sum;
  if (high - low > kLongGap) {
    const double from = q + static_cast<double>(low);
    const double to = q + static_cast<double>(high);
    sum.value = boost::math::lgamma(to) - boost::math::lgamma(from);
    sum.first = boost::math::digamma(to) - boost::math::digamma(from);
    sum.second = boost::math::trigamma(to) - boost::math::trigamma(from);
    return sum;
  }
  for (std::uint64_t j = low; j < high; ++j) {
    const double at = q + static_cast<double>(j);
    sum.value += std::log(at);
    sum.first += 1.0 / at;
    sum.second -= 1.0 / (at * at);
  }
  return sum;
}

}  // namespace

LogRising weighted_log_rising(double q, std::span<const std::uint32_t> x,
                              std::span<const double> tail, std::uint32_t shift) {
  LogRising total;
  std::uint64_t low = 0;
  for (std::size_t g = 0; g < x.size(); ++g) {
    const std::uint64_t high = std::uint64_t{x[g]} + shift;
    const LogRising part = stretch(q, low, high);
    total.value += tail[g] * part.value;
    total.first += tail[g] * part.first;
    total.second += tail[g] * part.second;
    low = high;
  }
  return total;
}

}  // namespace clientele::lifetime
