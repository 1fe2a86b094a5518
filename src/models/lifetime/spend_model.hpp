// How much a customer spends on a purchase: the Gamma-Gamma model.
//
// A customer's purchases are gamma(p, nu) distributed, nu over customers gamma(q, v). With x
// repeats of mean value m:
//   ln L = ln G(px+q) - ln G(px) - ln G(q) + q ln v + (px-1) ln m + px ln x - (px+q) ln(xm+v)
//   E[M | x, m] = (v + x m) p / (p x + q - 1)
// The mean of a new customer, p v / (q-1), exists only for q > 1: q = 1 + e^theta throughout.
// Source: Fader, Hardie (2013), "The gamma-gamma model of monetary value".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace clientele::lifetime {

enum class SpendCase {
  gamma_gamma,  // maximum likelihood over p, q > 1, v
  mean_tied,    // that maximum puts the mean of a new customer outside the observed means: p and q
                // are fitted with p v / (q-1) tied to the average observed mean
  constant,     // no repeat customer with a positive mean: everybody spends `mean`
};

struct SpendModel {
  SpendCase form = SpendCase::constant;
  double p = 0;
  double q = 0;
  double v = 0;     // money
  double mean = 0;  // money; p v / (q - 1), or the constant
};

struct SpendFit {
  SpendModel model;
  double log_likelihood = 0;
  std::array<double, 9> covariance{};  // of (p, q, v), row-major; zeros unless gamma_gamma inside
  std::size_t customers = 0;           // repeat buyers with a positive mean
  int evaluations = 0;
  bool converged = false;
};

// Repeat buyers with a positive mean, grouped by repeats; the order of the customers is forgotten.
struct SpendTable {
  std::vector<std::uint32_t> repeats;  // distinct, ascending
  std::vector<std::size_t> begin;      // first row of each group, and one past the last row
  std::vector<double> mean_value;      // per row, ascending in its group
  double average = 0;                  // of mean_value
};
// Columns of one length; rows with repeats == 0 or a mean that is not positive are left out.
SpendTable spend_table(std::span<const std::uint32_t> repeats, std::span<const double> mean_value);

// Never fails; every conditional mean of the model is finite and not negative. `fallback_mean` is
// what a purchase is worth when the table is empty (the mean over all purchases). Requires: >= 0.
// Complexity: 5-20 passes of one logarithm a row.
SpendFit fit_spend(const SpendTable& table, double fallback_mean);

// Log-likelihood of a model that is not constant.
double log_likelihood(const SpendTable& table, const SpendModel& model);

// `replicates` fits to Poisson(1)-weighted customers. Deterministic in `seed`.
std::vector<SpendModel> bootstrap_spend(const SpendTable& table, double fallback_mean,
                                        std::size_t replicates, std::uint64_t seed,
                                        std::size_t threads = 1);

// E[M | x, m]: finite and >= 0 for every x and m >= 0.
double expected_spend(const SpendModel& model, std::uint32_t repeats, double mean_value);

// Correlation of repeats and mean value over repeat buyers with a positive mean. The models take
// them for independent; an absolute value above kNotableCorrelation deserves a warning.
struct ValueCorrelation {
  double pearson;
  double spearman;
};
inline constexpr double kNotableCorrelation = 0.3;
// nullopt with fewer than 3 such customers, or when either column is constant.
std::optional<ValueCorrelation> value_correlation(std::span<const std::uint32_t> repeats,
                                                  std::span<const double> mean_value);

}  // namespace clientele::lifetime
