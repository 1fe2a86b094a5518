// Totals of one, two and four weeks, shared out over the weekdays.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "models/forecast/ets.hpp"
#include "models/forecast/theta.hpp"
#include "models/forecast_pipeline/candidates.hpp"

namespace clientele::forecast_pipeline {
namespace {

constexpr std::size_t kFewestWeeks = 8, kProfileWeeks = 13, kFewestTotals = 5;
constexpr std::array<std::size_t, 2> kMoreWeeks{2, 4};  // of the coarser totals
constexpr double kPriorWeeks = 1.5;                     // in favour of equal days

// Share of each position in a block of `period` values that ends with the series, mean 1.
std::vector<double> weekday_profile(std::span<const double> y, std::size_t period) {
  std::vector<double> profile(period, 0);
  const std::size_t weeks = std::min(y.size() / period, kProfileWeeks);
  const auto recent = y.last(weeks * period);
  double mean = 0;
  for (const double value : recent) mean += value / static_cast<double>(recent.size());
  if (weeks == 0 || !(mean > 0)) return std::vector<double>(period, 1);
  for (std::size_t t = 0; t < recent.size(); ++t) profile[t % period] += recent[t] / mean;
  for (double& share : profile) {
    share = (share + kPriorWeeks) / (static_cast<double>(weeks) + kPriorWeeks);
  }
  return profile;
}

struct Level {
  std::vector<double> ahead;  // mean a day, by week ahead
  std::vector<double> sigma;  // of that mean
  double response = 0;        // of the level to the error of one day
};

Level recent_level(std::span<const double> y, std::size_t period, std::size_t weeks) {
  const auto recent = y.last(std::min(y.size(), 4 * period));
  double mean = 0, squares = 0;
  for (const double value : recent) mean += value / static_cast<double>(recent.size());
  for (const double value : recent) squares += (value - mean) * (value - mean);
  const double n = static_cast<double>(recent.size());
  const double response = 1 / n;
  Level level{std::vector<double>(weeks, mean), {}, response};
  for (std::size_t w = 0; w < weeks; ++w) {
    const double steps = 1 + static_cast<double>(w * period) * response;
    level.sigma.push_back(std::sqrt(squares / std::max(1.0, n - 1) / n * steps));
  }
  return level;
}

// By blocks of `days` values in place of weeks.
Level block_level(std::span<const double> y, std::size_t days, std::size_t blocks) {
  std::vector<double> means(y.size() / days, 0);
  const auto whole = y.last(means.size() * days);
  for (std::size_t t = 0; t < whole.size(); ++t) {
    means[t / days] += whole[t] / static_cast<double>(days);
  }
  const auto smooth = predict(forecast::auto_ets(means, 1, {.damped_only = true}), blocks);
  const auto theta = predict(forecast::fit_theta(means, 1), blocks);
  Level level;
  for (std::size_t b = 0; b < blocks; ++b) {
    level.ahead.push_back((smooth.mean[b] + theta.mean[b]) / 2);
    level.sigma.push_back((smooth.sigma[b] + theta.sigma[b]) / 2);
  }
  const double response = blocks > 1 ? (smooth.response[1] + theta.response[1]) / 2 : 0.1;
  level.response = std::clamp(response, 0.0, 1.0) / static_cast<double>(days);
  return level;
}

// The weekly level, its mean averaged with those of coarser totals.
Level smooth_level(std::span<const double> y, std::size_t period, std::size_t weeks) {
  Level level = block_level(y, period, weeks);
  double levels = 1;
  for (const std::size_t more : kMoreWeeks) {
    if (y.size() < kFewestTotals * more * period) continue;
    const Level coarse = block_level(y, more * period, (weeks + more - 1) / more);
    for (std::size_t w = 0; w < weeks; ++w) level.ahead[w] += coarse.ahead[w / more];
    ++levels;
  }
  for (double& mean : level.ahead) mean /= levels;
  return level;
}

}  // namespace

forecast::Forecast aggregate(std::span<const double> y, std::size_t period, std::size_t horizon) {
  const std::size_t weeks = (horizon + period - 1) / period;
  const Level level = y.size() < kFewestWeeks * period ? recent_level(y, period, weeks)
                                                       : smooth_level(y, period, weeks);
  const std::vector<double> profile = weekday_profile(y, period);
  forecast::Forecast out;
  // Within the sample: the mean of the week before, shared out.
  double sum = 0, squares = 0;
  std::size_t count = 0;
  const std::size_t phase_of_first = (period - y.size() % period) % period;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double mean = t == 0 ? y[0] : sum / static_cast<double>(std::min(t, period));
    const double share = profile[(t + phase_of_first) % period];
    out.fitted.push_back(mean * share);
    sum += y[t] - (t >= period ? y[t - period] : 0);
    if (t < period) continue;
    squares += (y[t] - out.fitted[t]) * (y[t] - out.fitted[t]);
    ++count;
  }
  const double noise = count > 0 ? squares / static_cast<double>(count) : 0;
  for (std::size_t h = 0; h < horizon; ++h) {
    const std::size_t w = h / period;
    out.mean.push_back(level.ahead[w] * profile[h % period]);
    const double grown = level.sigma[w] * level.sigma[w] - level.sigma[0] * level.sigma[0];
    out.sigma.push_back(std::sqrt(noise + std::max(0.0, grown)));
    out.response.push_back(h == 0 ? 1 : level.response);
  }
  return out;
}

}  // namespace clientele::forecast_pipeline
