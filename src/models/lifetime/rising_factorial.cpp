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

LogRisingQuotient weighted_log_rising_quotient(double a, double b, std::span<const std::uint32_t> x,
                                               std::span<const double> tail, std::uint32_t shift) {
  LogRisingQuotient total;
  std::uint64_t j = 0;
  for (std::size_t g = 0; g < x.size(); ++g) {
    LogRisingQuotient part;
    for (const std::uint64_t high = std::uint64_t{x[g]} + shift; j < high; ++j) {
      const double low = b + static_cast<double>(j);
      const double sum = a + low;
      const double share = a / sum;
      const double by_b = share * (b / low);
      part.value -= std::log1p(a / low);
      part.by_a -= share;
      part.by_b += by_b;
      part.by_aa -= share * (low / sum);
      part.by_ab += share * (b / sum);
      part.by_bb += by_b * (static_cast<double>(j) / low - b / sum);
    }
    total.value += tail[g] * part.value;
    total.by_a += tail[g] * part.by_a;
    total.by_b += tail[g] * part.by_b;
    total.by_aa += tail[g] * part.by_aa;
    total.by_ab += tail[g] * part.by_ab;
    total.by_bb += tail[g] * part.by_bb;
  }
  return total;
}

}  // namespace clientele::lifetime
