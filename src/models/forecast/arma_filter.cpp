#include "models/forecast/arma_filter.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/forecast/arma_polynomial.hpp"
#include "models/forecast/lanes.hpp"
#include "numeric/simd.hpp"

namespace clientele::forecast {
namespace {

constexpr double kConverged = 1e-15;  // of the gain, relative to the variance
constexpr std::size_t kCheckEvery = 4;
constexpr double kNegligible = 1e-150;  // see ets_recursion.cpp

struct Series {
  std::span<const double> y;
  std::span<double> r, roots;
};

// State, gain K, its change L and the coefficients, in `Blocks` registers of lanes each.
template <std::size_t Blocks>
struct Registers {
  Lanes phi[Blocks], state[Blocks], gain[Blocks], change[Blocks];
  double variance, scale;  // f, M
};

// x with every component moved one place to the front, 0 behind the last.
template <std::size_t Blocks>
CLIENTELE_SIMD_INLINE void shift(const Lanes* x, Lanes* out) {
  for (std::size_t i = 0; i < Blocks; ++i) {
    const Lanes behind = i + 1 < Blocks ? x[i + 1] : Lanes{};
    out[i] = __builtin_shufflevector(x[i], behind, 1, 2, 3, 4, 5, 6, 7, 8);
  }
}

template <std::size_t Blocks>
CLIENTELE_SIMD_INLINE bool converged(const Registers<Blocks>& at) {
  double largest = 0;
  for (std::size_t i = 0; i < Blocks * kLanes; ++i) {
    const double c = at.change[i / kLanes][i % kLanes];
    largest = std::max(largest, c * c);
  }
  return largest * std::abs(at.scale) < kConverged * at.variance;
}

// One step of state and gain.
template <std::size_t Blocks>
CLIENTELE_SIMD_INLINE void step_both(Registers<Blocks>& at, double innovation) {
  const double first = at.state[0][0], u = at.change[0][0];
  const double inverse = 1 / at.variance;
  const double by_variance = innovation * inverse, lift = u * at.scale, pull = u * inverse;
  Lanes state[Blocks], change[Blocks];
  shift<Blocks>(at.state, state);
  shift<Blocks>(at.change, change);
  for (std::size_t i = 0; i < Blocks; ++i) {
    at.state[i] = at.phi[i] * first + state[i] + at.gain[i] * by_variance;
    const Lanes moved = at.phi[i] * u + change[i];
    at.change[i] = (moved - at.gain[i] * pull + kNegligible) - kNegligible;
    at.gain[i] += moved * lift;
  }
  const double next = at.variance + u * lift;
  at.scale *= at.variance / next;
  at.variance = next;
}

// The steps from t on with a gain that no longer moves.
template <std::size_t Blocks>
CLIENTELE_SIMD_INLINE void run_steady(Registers<Blocks>& at, const Series& series, std::size_t t) {
  const double root = std::sqrt(at.variance), inverse_root = 1 / root;
  Lanes gain[Blocks], closed[Blocks], state[Blocks];
  for (std::size_t i = 0; i < Blocks; ++i) {
    gain[i] = at.gain[i] / at.variance;
    closed[i] = at.phi[i] - gain[i];
  }
  for (; t < series.y.size(); ++t) {
    const double first = at.state[0][0], y = series.y[t];
    series.roots[t] = root;
    series.r[t] = (y - first) * inverse_root;
    shift<Blocks>(at.state, state);
    for (std::size_t i = 0; i < Blocks; ++i) {
      at.state[i] = closed[i] * first + (state[i] + gain[i] * y);
    }
  }
}

template <std::size_t Blocks>
CLIENTELE_SIMD_INLINE double run_all(Registers<Blocks>& at, const Series& series) {
  double logs = 0, product = 1;
  std::size_t t = 0;
  for (; t < series.y.size(); ++t) {
    if (t % kCheckEvery == 0 && converged(at)) break;
    const double innovation = series.y[t] - at.state[0][0];
    series.roots[t] = std::sqrt(at.variance);
    series.r[t] = innovation / series.roots[t];
    product *= at.variance;
    if (!(product < 1e100)) {
      logs += std::log(product);
      product = 1;
    }
    step_both(at, innovation);
  }
  logs += std::log(product) + static_cast<double>(series.y.size() - t) * std::log(at.variance);
  run_steady(at, series, t);
  return logs;
}

struct Padded {
  const double* phi;
  double* state;
  double* gain;
  double* change;
  double variance;
};

template <std::size_t Blocks>
CLIENTELE_SIMD_INLINE double run_blocks(const Padded& from, const Series& series) {
  Registers<Blocks> at;
  for (std::size_t i = 0; i < Blocks; ++i) {
    std::memcpy(&at.phi[i], from.phi + i * kLanes, sizeof(Lanes));
    std::memcpy(&at.state[i], from.state + i * kLanes, sizeof(Lanes));
    std::memcpy(&at.gain[i], from.gain + i * kLanes, sizeof(Lanes));
    std::memcpy(&at.change[i], from.change + i * kLanes, sizeof(Lanes));
  }
  at.variance = from.variance;
  at.scale = -1 / from.variance;
  const double logs = run_all(at, series);
  for (std::size_t i = 0; i < Blocks; ++i) {
    std::memcpy(from.state + i * kLanes, &at.state[i], sizeof(Lanes));
  }
  return logs;
}

CLIENTELE_SIMD
double run_1(const Padded& from, const Series& series) { return run_blocks<1>(from, series); }
CLIENTELE_SIMD
double run_2(const Padded& from, const Series& series) { return run_blocks<2>(from, series); }
CLIENTELE_SIMD
double run_3(const Padded& from, const Series& series) { return run_blocks<3>(from, series); }
CLIENTELE_SIMD
double run_4(const Padded& from, const Series& series) { return run_blocks<4>(from, series); }
CLIENTELE_SIMD
double run_5(const Padded& from, const Series& series) { return run_blocks<5>(from, series); }

// Any order, in memory.
CLIENTELE_SIMD
double run_long(const Padded& from, std::size_t order, const Series& series) {
  const double* __restrict phi = from.phi;
  double* __restrict state = from.state;
  double* __restrict gain = from.gain;
  double* __restrict change = from.change;
  double variance = from.variance, scale = -1 / variance, logs = 0;
  for (std::size_t t = 0; t < series.y.size(); ++t) {
    const double first = state[0], u = change[0], innovation = series.y[t] - first;
    series.roots[t] = std::sqrt(variance);
    series.r[t] = innovation / series.roots[t];
    logs += std::log(variance);
    const double by_variance = innovation / variance, lift = u * scale, pull = u / variance;
    for (std::size_t i = 0; i < order; ++i) {
      state[i] = phi[i] * first + state[i + 1] + gain[i] * by_variance;
      const double moved = phi[i] * u + change[i + 1];
      change[i] = (moved - gain[i] * pull + kNegligible) - kNegligible;
      gain[i] += moved * lift;
    }
    const double next = variance + u * lift;
    scale *= variance / next;
    variance = next;
  }
  return logs;
}

}  // namespace

bool ArmaFilter::set(std::span<const double> phi, std::span<const double> theta) {
  const std::size_t needed = std::max(phi.size(), theta.size() + 1);
  order_ = (needed + kLanes - 1) / kLanes * kLanes;
  const std::vector<double> gamma = autocovariances(phi, theta, order_);
  if (gamma.empty() || !std::isfinite(gamma[0])) return false;
  const std::vector<double> psi = psi_weights(phi, theta, theta.size() + 1);
  phi_.assign(order_ + kLanes, 0);
  std::copy(phi.begin(), phi.end(), phi_.begin());
  state_.assign(order_ + kLanes, 0);
  gain_.assign(order_ + kLanes, 0);
  // covariance of component i with the value itself, i = 1..r, then one step of T
  for (std::size_t i = 1; i < needed; ++i) {
    double sum = 0;
    for (std::size_t j = i; j < phi.size(); ++j) sum += phi[j] * gamma[j - i + 1];
    for (std::size_t j = i; j <= theta.size(); ++j) sum += theta[j - 1] * psi[j - i];
    gain_[i - 1] = sum;
  }
  for (std::size_t i = 0; i < phi.size(); ++i) gain_[i] += phi[i] * gamma[0];
  change_ = gain_;
  variance_ = gamma[0];
  return true;
}

double ArmaFilter::run(std::span<const double> y, std::span<double> r, std::span<double> roots) {
  const Padded from{phi_.data(), state_.data(), gain_.data(), change_.data(), variance_};
  const Series series{y, r, roots};
  switch (order_ / kLanes) {
    case 1:
      return run_1(from, series);
    case 2:
      return run_2(from, series);
    case 3:
      return run_3(from, series);
    case 4:
      return run_4(from, series);
    case 5:
      return run_5(from, series);
    default:
      return run_long(from, order_, series);
  }
}

}  // namespace clientele::forecast
