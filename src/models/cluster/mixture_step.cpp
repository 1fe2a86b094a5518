// Density of component c at x: with the Cholesky factor L of its covariance and y = L^-1 (x - m),
// log share_c - d/2 log 2 pi - log det L - |y|^2 / 2. Responsibilities are taken relative to the
// largest, so that nothing under- or overflows; where a component's are below 1e-19 for all of
// eight points, which no sum of doubles notices, they are left out. Moments are relative to the
// mean that the responsibilities came from: no cancellation for tight components far from the
// origin.
#include "models/cluster/mixture_step.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/parallel.hpp"
#include "models/cluster/mixture.hpp"

namespace clientele::cluster {
namespace {

using numeric::kWidth;
using numeric::Lanes;
using numeric::lanes_where;
using numeric::LaneTest;
using numeric::load;
using numeric::store;

constexpr double kNegligible = -44;       // relative log density
constexpr double kRegularisation = 1e-6;  // of a column's variance
constexpr double kFlat = 1.5e-6;
constexpr std::size_t kMostChunks = 32;
constexpr std::size_t kChunkGroups = 256;  // at least, a chunk

std::size_t packed(std::size_t d) { return d * (d + 1) / 2; }

// e^x for x <= 0, to 2e-16 relative; 0 below -700. Cody-Waite reduction and Taylor's polynomial.
CLIENTELE_SIMD_INLINE void exponential(Lanes& x) {
  constexpr double kShift = 0x1.8p52;
  constexpr double kHigh = 0x1.62e42fefa0000p-1;  // ln 2 in two parts
  constexpr double kLow = 0x1.cf79abc9e3b3ap-40;
  constexpr double kCoefficients[] = {1.0 / 6227020800,
                                      1.0 / 479001600,
                                      1.0 / 39916800,
                                      1.0 / 3628800,
                                      1.0 / 362880,
                                      1.0 / 40320,
                                      1.0 / 5040,
                                      1.0 / 720,
                                      1.0 / 120,
                                      1.0 / 24,
                                      1.0 / 6,
                                      0.5,
                                      1.0,
                                      1.0};
  const LaneTest small = x < -700.0;
  x = small ? Lanes{} - 700.0 : x;
  const Lanes shifted = x * std::numbers::log2e + kShift;
  const Lanes whole = shifted - kShift;
  const Lanes r = x - whole * kHigh - whole * kLow;
  Lanes sum = Lanes{} + kCoefficients[0];
  for (std::size_t i = 1; i < std::size(kCoefficients); ++i) sum = sum * r + kCoefficients[i];
  LaneTest bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  LaneTest scale = (bits << 52) + (std::int64_t{1023} << 52);
  Lanes power;
  std::memcpy(&power, &scale, sizeof power);
  x = small ? Lanes{} : sum * power;
}

// ln x for normal x > 0, to 3e-16 relative or absolute: x = 2^e m with m around 1, ln m from the
// series of artanh((m - 1) / (m + 1)).
CLIENTELE_SIMD_INLINE void logarithm(Lanes& x) {
  constexpr std::int64_t kRootOfHalf = 0x3fe6a09e667f3bcd;
  constexpr std::int64_t kShift = 0x4338000000000000;  // 1.5 * 2^52: adds an integer to a double
  constexpr std::size_t kTerms = 11;
  LaneTest bits;
  std::memcpy(&bits, &x, sizeof bits);
  const LaneTest exponent = (bits - kRootOfHalf) >> 52;
  bits -= exponent << 52;
  Lanes m;
  std::memcpy(&m, &bits, sizeof m);
  const LaneTest shifted = exponent + kShift;
  Lanes e;
  std::memcpy(&e, &shifted, sizeof e);
  e -= 0x1.8p52;
  const Lanes s = (m - 1.0) / (m + 1.0);
  const Lanes square = s * s;
  Lanes sum = {};
  for (std::size_t n = kTerms; n-- > 0;) {
    sum = sum * square + 2.0 / static_cast<double>(2 * n + 1);
  }
  x = e * std::numbers::ln2 + s * sum;
}

// The components as the loops read them.
struct Packed {
  std::size_t k;
  std::size_t d;
  std::vector<double> means;      // k x d
  std::vector<double> whiteners;  // k x packed(d)
  std::vector<double> log_scales;
};

Packed pack(const std::vector<Component>& components, std::size_t d) {
  Packed all{components.size(), d, {}, {}, {}};
  for (const Component& component : components) {
    all.means.insert(all.means.end(), component.mean.begin(), component.mean.end());
    all.whiteners.insert(all.whiteners.end(), component.whitener.begin(), component.whitener.end());
    all.log_scales.push_back(component.log_scale);
  }
  return all;
}

// log densities (k times eight) of one group of points, and their largest.
template <std::size_t D>
CLIENTELE_SIMD_INLINE void log_densities(const Packed& all, const double* group, double* density,
                                         Lanes& largest) {
  const std::size_t d = D > 0 ? D : all.d;
  Lanes x[D > 0 ? D : kMostMixtureColumns];
  for (std::size_t c = 0; c < all.k; ++c) {
    const double* mean = all.means.data() + c * d;
    const double* row = all.whiteners.data() + c * (d * (d + 1) / 2);
    for (std::size_t j = 0; j < d; ++j) {
      load(x[j], group + j * kWidth);
      x[j] -= mean[j];
    }
    Lanes squared = {};
    for (std::size_t j = 0; j < d; row += ++j) {
      Lanes y = {};
      for (std::size_t i = 0; i <= j; ++i) y += row[i] * x[i];
      squared += y * y;
    }
    const Lanes own = all.log_scales[c] - 0.5 * squared;
    store(density + c * kWidth, own);
    largest = c == 0 ? own : (own > largest ? own : largest);
  }
}

CLIENTELE_SIMD_INLINE void add(double* sum, const Lanes& term) {
  Lanes so_far;
  load(so_far, sum);
  so_far += term;
  store(sum, so_far);
}

// Adds what one component attracts of a group: weight, sums, products, eight lanes each.
template <std::size_t D>
CLIENTELE_SIMD_INLINE void add_moments(const double* group, const double* mean, const Lanes& share,
                                       std::size_t dimensions, double* sum) {
  const std::size_t d = D > 0 ? D : dimensions;
  Lanes x[D > 0 ? D : kMostMixtureColumns];
  add(sum, share);
  for (std::size_t j = 0; j < d; ++j) {
    load(x[j], group + j * kWidth);
    x[j] -= mean[j];
    add(sum += kWidth, share * x[j]);
  }
  for (std::size_t j = 0; j < d; ++j) {
    const Lanes y = share * x[j];
    for (std::size_t i = 0; i <= j; ++i) add(sum += kWidth, y * x[i]);
  }
}

// Adds the groups [begin, end) to `sums`: the moments of each component, eight lanes each.
template <std::size_t D>
CLIENTELE_SIMD double expect_groups(const MixturePoints& points, const Packed& all,
                                    std::size_t begin, std::size_t end, double* sums) {
  const std::size_t d = D > 0 ? D : all.d;
  const std::size_t stride = (1 + d + d * (d + 1) / 2) * kWidth;
  std::vector<double> density(all.k * kWidth);
  std::vector<std::uint32_t> near(all.k);  // components that count
  Lanes log_likelihoods = {};
  for (std::size_t g = begin; g < end; ++g) {
    const double* group = points.coordinates.data() + g * d * kWidth;
    Lanes weight, largest = {}, total = {}, own;
    load(weight, points.weights.data() + g * kWidth);
    log_densities<D>(all, group, density.data(), largest);
    std::size_t count = 0;
    for (std::uint32_t c = 0; c < all.k; ++c) {
      load(own, density.data() + c * kWidth);
      own -= largest;
      if (lanes_where(own < kNegligible) == ~std::uint64_t{0}) continue;
      exponential(own);
      store(density.data() + c * kWidth, own);
      total += own;
      near[count++] = c;
    }
    const Lanes factor = weight / total;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t c = near[i];
      load(own, density.data() + c * kWidth);
      own *= factor;
      add_moments<D>(group, all.means.data() + c * d, own, d, sums + c * stride);
    }
    logarithm(total);
    log_likelihoods += weight * (largest + total);
  }
  double log_likelihood = 0;
  for (std::size_t l = 0; l < kWidth; ++l) log_likelihood += log_likelihoods[l];
  return log_likelihood;
}

double expect_groups(const MixturePoints& points, const Packed& all, std::size_t begin,
                     std::size_t end, double* sums) {
  switch (all.d) {
    case 1:
      return expect_groups<1>(points, all, begin, end, sums);
    case 2:
      return expect_groups<2>(points, all, begin, end, sums);
    case 3:
      return expect_groups<3>(points, all, begin, end, sums);
    case 6:
      return expect_groups<6>(points, all, begin, end, sums);
    default:
      return expect_groups<0>(points, all, begin, end, sums);
  }
}

template <std::size_t D>
CLIENTELE_SIMD void likeliest_of(const MixturePoints& points, const Packed& all, std::size_t begin,
                                 std::size_t end, std::int32_t* labels) {
  const std::size_t d = D > 0 ? D : all.d;
  std::vector<double> density(all.k * kWidth);
  for (std::size_t g = begin; g < end; ++g) {
    Lanes largest = {};
    log_densities<D>(all, points.coordinates.data() + g * d * kWidth, density.data(), largest);
    for (std::size_t l = 0; l < kWidth && g * kWidth + l < points.n; ++l) {
      std::size_t c = 0;
      while (density[c * kWidth + l] < largest[l]) ++c;
      labels[g * kWidth + l] = static_cast<std::int32_t>(c);
    }
  }
}

std::size_t chunks_of(const MixturePoints& points) {
  return std::clamp<std::size_t>(points.groups() / kChunkGroups, 1, kMostChunks);
}

// Lower Cholesky factor of a packed covariance, in place. False: not positive definite.
bool factorise(std::vector<double>& a, std::size_t d) {
  const auto at = [](std::size_t i, std::size_t j) { return i * (i + 1) / 2 + j; };
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[at(i, j)];
      for (std::size_t m = 0; m < j; ++m) sum -= a[at(i, m)] * a[at(j, m)];
      if (i == j && !(sum > 0)) return false;
      a[at(i, j)] = i == j ? std::sqrt(sum) : sum / a[at(j, j)];
    }
  }
  return true;
}

// Inverse of a packed lower triangle.
std::vector<double> invert(const std::vector<double>& a, std::size_t d) {
  const auto at = [](std::size_t i, std::size_t j) { return i * (i + 1) / 2 + j; };
  std::vector<double> inverse(a.size(), 0.0);
  for (std::size_t j = 0; j < d; ++j) {
    inverse[at(j, j)] = 1 / a[at(j, j)];
    for (std::size_t i = j + 1; i < d; ++i) {
      double sum = 0;
      for (std::size_t m = j; m < i; ++m) sum -= a[at(i, m)] * inverse[at(m, j)];
      inverse[at(i, j)] = sum / a[at(i, i)];
    }
  }
  return inverse;
}

}  // namespace

double expect(const MixturePoints& points, const std::vector<Component>& components,
              std::size_t threads, std::vector<Moments>& moments) {
  const Packed all = pack(components, points.d);
  const std::size_t stride = 1 + points.d + packed(points.d);
  const std::size_t chunks = chunks_of(points);
  std::vector<std::vector<double>> sums(chunks, std::vector<double>(stride * all.k * kWidth, 0.0));
  std::vector<double> log_likelihoods(chunks);
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const auto [begin, end] = chunk_range(points.groups(), chunks, chunk);
    log_likelihoods[chunk] = expect_groups(points, all, begin, end, sums[chunk].data());
  });
  std::vector<double> folded(stride * all.k, 0.0);
  double log_likelihood = 0;
  for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
    log_likelihood += log_likelihoods[chunk];
    for (std::size_t i = 0; i < folded.size(); ++i) {
      for (std::size_t l = 0; l < kWidth; ++l) folded[i] += sums[chunk][i * kWidth + l];
    }
  }
  moments.assign(all.k, {});
  for (std::size_t c = 0; c < all.k; ++c) {
    const auto from = folded.begin() + static_cast<std::ptrdiff_t>(c * stride);
    const auto d = static_cast<std::ptrdiff_t>(points.d);
    moments[c] = {*from,
                  {from + 1, from + 1 + d},
                  {from + 1 + d, from + static_cast<std::ptrdiff_t>(stride)}};
  }
  return log_likelihood / points.total;
}

Component component_of(const Moments& moments, const std::vector<double>& mean, double total) {
  const std::size_t d = mean.size();
  Component component;
  component.share = moments.weight / total;
  component.mean = mean;
  std::vector<double> moved(d);
  for (std::size_t j = 0; j < d; ++j) {
    moved[j] = moments.sums[j] / moments.weight;
    component.mean[j] += moved[j];
  }
  std::vector<double> covariance(packed(d));
  for (std::size_t i = 0, at = 0; i < d; ++i) {
    for (std::size_t j = 0; j <= i; ++j, ++at) {
      covariance[at] = moments.products[at] / moments.weight - moved[i] * moved[j];
    }
    covariance[at - 1] = std::max(covariance[at - 1], 0.0) + kRegularisation;
  }
  std::vector<double> factor = covariance;
  for (double more = kRegularisation; !factorise(factor, d); more *= 10) {
    factor = covariance;
    for (std::size_t i = 0; i < d; ++i) factor[packed(i + 1) - 1] += more;
  }
  double log_determinant = 0;
  for (std::size_t i = 0; i < d; ++i) {
    const double side = factor[packed(i + 1) - 1];
    component.flat = component.flat || side * side < kFlat;
    log_determinant += std::log(side);
  }
  component.whitener = invert(factor, d);
  component.log_scale = std::log(component.share) - log_determinant -
                        0.5 * static_cast<double>(d) * std::log(2 * std::numbers::pi);
  return component;
}

std::vector<std::int32_t> likeliest(const MixturePoints& points,
                                    const std::vector<Component>& components, std::size_t threads) {
  const Packed all = pack(components, points.d);
  std::vector<std::int32_t> labels(points.n);
  const std::size_t chunks = chunks_of(points);
  parallel_for(threads, chunks, [&](std::size_t chunk) {
    const auto [begin, end] = chunk_range(points.groups(), chunks, chunk);
    likeliest_of<0>(points, all, begin, end, labels.data());
  });
  return labels;
}

}  // namespace clientele::cluster
