// Golden numbers and generated customers for the tests and benchmarks of this family.
#pragma once

#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "models/cluster/cohort.hpp"

namespace clientele::cluster {

using GoldenLines = std::map<std::string, std::vector<double>>;

// The lines of tests/golden/cluster/clusters.csv, made by scikit-learn and SciPy.
inline const GoldenLines& golden() {
  static const GoldenLines lines = [] {
    GoldenLines read;
    std::ifstream in(std::string(CLIENTELE_SOURCE_DIR) + "/tests/golden/cluster/clusters.csv");
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with('#')) continue;
      std::istringstream fields(line);
      std::string name, value;
      std::getline(fields, name, ',');
      while (std::getline(fields, value, ',')) read[name].push_back(std::stod(value));
    }
    return read;
  }();
  return lines;
}

inline Cohort cohort_of(const std::vector<double>& values, std::size_t d) {
  return Cohort::from({values.data(), values.size() / d, d}).value();
}

inline Labels golden_labels(const std::string& name) {
  const std::vector<double>& values = golden().at(name);
  return {values.begin(), values.end()};
}

// n customers like those of a shop, z-scored: recency, log orders, log spend, then normal columns.
inline std::vector<double> shop_points(std::size_t n, std::size_t d, std::uint64_t seed = 1) {
  Rng rng(seed);
  std::vector<double> values(n * d);
  for (std::size_t i = 0; i < n; ++i) {
    const double orders = 1 + static_cast<double>(rng.poisson(4 * rng.gamma(0.6)));
    const double spend = orders * std::exp(3 + 0.8 * rng.normal());
    const double shop[] = {-std::log(1 - rng.uniform()), std::log(orders), std::log(spend)};
    for (std::size_t j = 0; j < d; ++j) values[i * d + j] = j < 3 ? shop[j] : rng.normal();
  }
  for (std::size_t j = 0; j < d; ++j) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < n; ++i) sum += values[i * d + j];
    const double mean = sum / static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i) {
      squares += (values[i * d + j] - mean) * (values[i * d + j] - mean);
    }
    const double deviation = std::sqrt(squares / static_cast<double>(n));
    for (std::size_t i = 0; i < n; ++i) {
      values[i * d + j] = (values[i * d + j] - mean) / deviation;
    }
  }
  return values;
}

// The rows of `values` in a random order; `row_of[i]` is where row i came from.
inline std::vector<double> shuffled(const std::vector<double>& values, std::size_t d,
                                    std::vector<std::size_t>& row_of) {
  Rng rng(99);
  const std::size_t n = values.size() / d;
  row_of.resize(n);
  for (std::size_t i = 0; i < n; ++i) row_of[i] = i;
  for (std::size_t i = n; i-- > 1;) std::swap(row_of[i], row_of[rng.below(i + 1)]);
  std::vector<double> rows;
  for (const std::size_t row : row_of) {
    rows.insert(rows.end(), values.begin() + static_cast<std::ptrdiff_t>(row * d),
                values.begin() + static_cast<std::ptrdiff_t>((row + 1) * d));
  }
  return rows;
}

}  // namespace clientele::cluster
