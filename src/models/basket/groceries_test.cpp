// Equality with an independent computation on data that is not part of the tree:
// bench/basket_peers.py writes orders and NumPy's matrices to a folder and runs this test on it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>

#include "models/basket/affinity_matrix.hpp"

namespace clientele::basket {
namespace {

template <typename T>
std::vector<T> read_values(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::vector<T> values(static_cast<std::size_t>(std::max<std::streamoff>(file.tellg(), 0)) /
                        sizeof(T));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(T)));
  return values;
}

TEST(Groceries, MeasuresEqualAnIndependentComputation) {
  const char* folder = std::getenv("CLIENTELE_BASKET_PEER");
  if (folder == nullptr) GTEST_SKIP() << "run bench/basket_peers.py";
  const std::string base = std::string(folder) + "/";
  const auto offsets = read_values<std::uint32_t>(base + "offsets.u32");
  const auto items = read_values<std::uint32_t>(base + "items.u32");
  ASSERT_GT(offsets.size(), 1U);
  const std::uint32_t count = *std::max_element(items.begin(), items.end()) + 1;
  const auto counts = count_pairs({.offsets = offsets, .items = items, .item_count = count});
  ASSERT_TRUE(counts.ok());
  const std::pair<Measure, const char*> measures[] = {{Measure::support, "support.f64"},
                                                      {Measure::confidence, "confidence.f64"},
                                                      {Measure::lift, "lift.f64"},
                                                      {Measure::jaccard, "jaccard.f64"},
                                                      {Measure::log_likelihood, "llr.f64"}};
  for (const auto& [measure, file] : measures) {
    const auto expected = read_values<double>(base + file);
    ASSERT_EQ(expected.size(), std::size_t{count} * count) << file;
    const AffinityMatrix matrix(*counts, {.measure = measure});
    std::vector<double> row(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      matrix.fill_row(i, row);
      for (std::uint32_t j = 0; j < count; ++j) {
        if (measure == Measure::log_likelihood && counts->together(i, j) == 0) continue;
        const double wanted = expected[std::size_t{i} * count + j];
        const double scale = measure == Measure::log_likelihood ? counts->orders() : 1;
        ASSERT_NEAR(row[j], wanted, 1e-12 * std::max(std::abs(wanted), scale))
            << file << ' ' << i << ' ' << j;
      }
    }
  }
}

}  // namespace
}  // namespace clientele::basket
