// The constants of the planted structure.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "app/shop/truth.hpp"

namespace clientele::shop {

inline constexpr std::array<SegmentPlan, kSegments> kPlans{{
    {"loyal regulars", 0.30, 1.50, 40, 1.1, 6, 7, 0.15, 0.30, -0.05},
    {"big-ticket occasional", 0.20, 0.55, 60, 0.10, 3, 4, 0.10, 0.12, 0.06},
    {"bargain frequent", 0.25, 2.90, 40, 0.6, 9, 10, 0.45, 0.15, 0.20},
    {"one-time", 0.25, 0.0, 1, 0.4, 1, 2, 0.20, 0.05, 0.01},
}};

inline constexpr double kDaysPerMonth = 365.25 / 12.0;
inline constexpr std::size_t kCategories = 10;  // beside the extras
inline constexpr std::size_t kTiers = 3;        // of price in every category
inline constexpr std::size_t kProductsPerTier = 4;
inline constexpr std::size_t kExtras = 12;  // small add-ons, the planted pairs
inline constexpr std::size_t kFirstExtra = kCategories * kTiers * kProductsPerTier;

// A pair of extras, numbered within them.
struct PairPlan {
  std::size_t a;
  std::size_t b;
  double p_a;
  double p_b;
  double lift;
};
inline constexpr std::array<PairPlan, 6> kPairs{{
    {0, 1, 0.025, 0.020, 20},
    {2, 3, 0.030, 0.025, 15},
    {4, 5, 0.030, 0.020, 12},
    {6, 7, 0.040, 0.030, 8},
    {8, 9, 0.050, 0.040, 4},
    {10, 11, 0.040, 0.035, 1},
}};

inline constexpr std::array<std::string_view, 3> kPlanNames{"Basic", "Silver", "Gold"};
inline constexpr std::array<std::string_view, 5> kRegions{"north", "south", "east", "west",
                                                          "centre"};

inline constexpr double kChurnIntercept = -0.55;
// In the order of churn_features().
inline constexpr std::array<Coefficient, 7> kChurn{{
    {"tenure", -0.0012},
    {"usage_frequency", -0.45},
    {"service_tickets", 0.90},
    {"payment_events", 0.90},
    {"discount_share", 1.50},
    {"plan=Basic", 0.80},
    {"plan=Silver", 0.30},
}};

inline constexpr double kUpgradeIntercept = -5.2;
inline constexpr std::array<Coefficient, 3> kUpgrade{{
    {"months_on_current_plan", 0.06},
    {"storage_usage_pct", 0.06},
    {"support_tickets_last_30d", -0.50},
}};

inline constexpr SeasonTruth kSeason{
    .base = 12.5,  // a customer
    .trend_per_year = 0.12,
    .weekday = {0.86, 0.88, 0.92, 0.98, 1.16, 1.28, 0.92},
    .yearly_amplitude = 0.25,
    .peak_day = 350,
    .promotion_factor = 1.35,
    .noise = 0.05,
};

inline constexpr std::array<StoreTruth, 5> kStores{{
    {"Store-A", 0.62, 0.24},
    {"Store-B", 0.48, 0.30},
    {"Store-C", 0.40, 0.28},
    {"Store-D", 0.30, 0.34},
    {"Store-E", 0.78, 0.16},
}};

// 1 / (1 + exp(-(intercept + sum of coefficient x feature))). Requires: equal lengths.
double logistic(double intercept, std::span<const Coefficient> coefficients,
                std::span<const double> features);

// The ROC-AUC that `probability` itself is expected to have when each label is drawn from it:
// sum over pairs p_i (1 - p_j) [p_i > p_j] / sum over pairs p_i (1 - p_j). Complexity: O(n log n).
double bayes_auc(std::vector<double> probability);

}  // namespace clientele::shop
