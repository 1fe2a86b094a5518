#include "models/forecast_pipeline/paths.hpp"

#include <algorithm>
#include <cmath>

#include "base/rng.hpp"
#include "numeric/simd.hpp"

namespace clientele::forecast_pipeline {
namespace {

constexpr std::size_t kLanes = 8, kFewestResiduals = 20;
typedef double Lanes __attribute__((vector_size(kLanes * sizeof(double)), aligned(8), may_alias));

// Residuals with mean 0 and variance 1; empty if there are too few.
std::vector<double> standardised(std::span<const double> residuals) {
  std::vector<double> out;
  for (const double r : residuals) {
    if (std::isfinite(r)) out.push_back(r);
  }
  if (out.size() < kFewestResiduals) return {};
  double mean = 0, squares = 0;
  for (const double r : out) mean += r / static_cast<double>(out.size());
  for (double& r : out) {
    r -= mean;
    squares += r * r;
  }
  const double sigma = std::sqrt(squares / static_cast<double>(out.size()));
  if (!(sigma > 0)) return {};
  for (double& r : out) r /= sigma;
  return out;
}

// out[h] = sum_{i <= h} response[h - i] shocks[i], eight paths at a time.
CLIENTELE_SIMD void convolve(const double* response, const double* shocks_of_days,
                             double* out_of_days, std::size_t horizon) {
  const Lanes* shocks = reinterpret_cast<const Lanes*>(shocks_of_days);
  Lanes* out = reinterpret_cast<Lanes*>(out_of_days);
  std::size_t h = 0;
  for (; h + 4 <= horizon; h += 4) {  // four days at a time keep the adders busy
    Lanes a{}, b{}, c{}, d{};
    for (std::size_t i = 0; i <= h; ++i) {
      const double* weight = response + (h - i);
      const Lanes shock = shocks[i];
      a += weight[0] * shock;
      b += weight[1] * shock;
      c += weight[2] * shock;
      d += weight[3] * shock;
    }
    b += response[0] * shocks[h + 1];
    c += response[1] * shocks[h + 1];
    d += response[2] * shocks[h + 1];
    c += response[0] * shocks[h + 2];
    d += response[1] * shocks[h + 2];
    d += response[0] * shocks[h + 3];
    out[h] = a;
    out[h + 1] = b;
    out[h + 2] = c;
    out[h + 3] = d;
  }
  for (; h < horizon; ++h) {
    Lanes sum{};
    for (std::size_t i = 0; i <= h; ++i) sum += response[h - i] * shocks[i];
    out[h] = sum;
  }
}

std::size_t path_count(std::size_t horizon) {
  return horizon <= 400 ? 1008 : horizon <= 1000 ? 512 : 208;
}

std::vector<double> step_scales(const forecast::Forecast& forecast) {
  std::vector<double> scales;
  double squares = 0;
  for (std::size_t h = 0; h < forecast.mean.size(); ++h) {
    squares += forecast.response[h] * forecast.response[h];
    scales.push_back(squares > 0 ? forecast.sigma[h] / std::sqrt(squares) : 0);
  }
  return scales;
}

}  // namespace

std::vector<std::vector<std::vector<double>>> simulated_totals(const forecast::Forecast& forecast,
                                                               std::span<const double> scale,
                                                               std::span<const double> residuals,
                                                               std::span<const Grouping> groupings,
                                                               std::uint64_t seed) {
  const std::size_t horizon = forecast.mean.size(), paths = path_count(horizon);
  const std::vector<double> pool = standardised(residuals), steps = step_scales(forecast);
  std::vector<std::vector<std::vector<double>>> totals;
  for (const Grouping& grouping : groupings) {
    totals.emplace_back(grouping.count, std::vector<double>(paths, 0));
  }
  std::vector<double> shocks(horizon * kLanes), errors(horizon * kLanes);
  for (std::size_t first = 0; first < paths; first += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      Rng rng(seed, first + lane);
      for (std::size_t h = 0; h < horizon; ++h) {
        shocks[h * kLanes + lane] = pool.empty() ? rng.normal() : pool[rng.below(pool.size())];
      }
    }
    convolve(forecast.response.data(), shocks.data(), errors.data(), horizon);
    for (std::size_t h = 0; h < horizon; ++h) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const double value =
            scale[h] * std::max(0.0, forecast.mean[h] + steps[h] * errors[h * kLanes + lane]);
        for (std::size_t g = 0; g < groupings.size(); ++g) {
          const std::size_t group = groupings[g].group[h];
          if (group != forecast::kNoGroup) totals[g][group][first + lane] += value;
        }
      }
    }
  }
  for (auto& view : totals) {
    for (auto& group : view) std::sort(group.begin(), group.end());
  }
  return totals;
}

}  // namespace clientele::forecast_pipeline
