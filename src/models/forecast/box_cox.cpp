#include "models/forecast/box_cox.hpp"

#include "models/forecast/golden_section.hpp"

namespace clientele::forecast {
namespace {

constexpr std::size_t kFewestSeasons = 4;
constexpr double kClearGrowth = 1, kNearlyNone = 0.95;  // t value; power

struct Block {
  double mean = 0, deviation = 0;
};

std::vector<Block> blocks_of(std::span<const double> y, std::size_t period) {
  const std::size_t length = std::max<std::size_t>(2, period), count = y.size() / length;
  std::vector<Block> blocks(count);
  const auto whole = y.last(count * length);
  for (std::size_t b = 0; b < count; ++b) {
    const auto values = whole.subspan(b * length, length);
    for (const double value : values) blocks[b].mean += value / static_cast<double>(length);
    double squares = 0;
    for (const double value : values) {
      squares += (value - blocks[b].mean) * (value - blocks[b].mean);
    }
    blocks[b].deviation = std::sqrt(squares / static_cast<double>(length - 1));
  }
  return blocks;
}

// Coefficient of variation of deviation / mean^(1 - power) over the blocks.
double unsteadiness(std::span<const Block> blocks, double power) {
  double sum = 0, squares = 0;
  std::vector<double> ratios;
  for (const Block& block : blocks) {
    ratios.push_back(block.deviation / std::pow(block.mean, 1 - power));
    sum += ratios.back();
  }
  const double n = static_cast<double>(ratios.size()), mean = sum / n;
  if (!(mean > 0)) return 0;
  for (const double ratio : ratios) squares += (ratio - mean) * (ratio - mean);
  return std::sqrt(squares / (n - 1)) / mean;
}

double steadiest_power(std::span<const Block> blocks, double lower, double upper) {
  const auto cost = [&](double power) { return unsteadiness(blocks, power); };
  return golden_section(cost, lower, upper, 1e-6);
}

// t value of the slope of log deviation against log mean; 0 if there is none.
double growth_of_spread(std::span<const Block> blocks) {
  double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0;
  for (const Block& block : blocks) {
    if (!(block.deviation > 0)) continue;
    const double x = std::log(block.mean), y = std::log(block.deviation);
    n += 1, sx += x, sy += y, sxx += x * x, sxy += x * y, syy += y * y;
  }
  if (n < static_cast<double>(kFewestSeasons)) return 0;
  const double across = sxx - sx * sx / n, joint = sxy - sx * sy / n;
  if (!(across > 1e-12 * sxx)) return 0;
  const double left = std::max(0.0, syy - sy * sy / n - joint * joint / across);
  const double error = std::sqrt(left / (n - 2) / across);
  return error > 0 ? joint / across / error : 0;
}

}  // namespace

double guerrero_power(std::span<const double> y, std::size_t period, double lower, double upper) {
  return steadiest_power(blocks_of(y, period), lower, upper);
}

double promising_power(std::span<const double> y, std::size_t period) {
  if (y.size() < kFewestSeasons * std::max<std::size_t>(2, period)) return 1;
  if (std::any_of(y.begin(), y.end(), [](double value) { return !(value > 0); })) return 1;
  const std::vector<Block> blocks = blocks_of(y, period);
  if (!(growth_of_spread(blocks) > kClearGrowth)) return 1;
  // Rounded, so that a power near an end is that end: the logarithm or nothing.
  const double power = std::round(100 * steadiest_power(blocks, 0, 1)) / 100;
  return power < kNearlyNone ? power : 1;
}

std::vector<double> box_cox(std::span<const double> y, double lambda) {
  std::vector<double> out;
  for (const double value : y) out.push_back(box_cox(value, lambda));
  return out;
}

Forecast inverse_box_cox(const Forecast& transformed, double lambda) {
  Forecast out = transformed;
  for (std::size_t h = 0; h < out.mean.size(); ++h) {
    const double z = transformed.mean[h], sigma = transformed.sigma[h];
    out.mean[h] = mean_of_inverse(z, sigma * sigma, lambda);
    out.sigma[h] = sigma * std::pow(inverse_box_cox(z, lambda), 1 - lambda);
  }
  for (double& value : out.fitted) value = inverse_box_cox(value, lambda);
  return out;
}

}  // namespace clientele::forecast
