// Seasonal-trend decomposition by loess.
// y = trend + season + remainder. Inner loop: the detrended subseries of each phase are smoothed,
// their low-pass filtered part is taken off, the deseasonalised series is smoothed to the trend.
// Outer loop: bisquare weights from the remainders. Several periods (MSTL): each season in turn is
// re-estimated on the series without the others.
// Degenerate cases: fewer than two full periods cannot be decomposed (see Requires).
// Source: Cleveland, Cleveland, McRae, Terpenning (1990), "STL"; Bandara, Hyndman, Bergmeir (2021).
// Complexity: O(n (season window + trend window)) an inner iteration.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace clientele::forecast {

struct StlOptions {
  std::size_t season_window = 11;  // odd, >= 7
  int season_degree = 0;           // 0 or 1
  int inner_iterations = 2;
  int robust_iterations = 0;
};

struct StlDecomposition {
  std::vector<double> season;     // n
  std::vector<double> trend;      // n
  std::vector<double> remainder;  // n
  std::vector<double> weights;    // n, of the last robust iteration; all 1 without one
};

// Requires: period >= 2, y.size() > 2 * period.
StlDecomposition stl(std::span<const double> y, std::size_t period, const StlOptions& options = {});

struct MstlDecomposition {
  std::vector<std::size_t> periods;          // those used, ascending
  std::vector<std::vector<double>> seasons;  // one a period, n each
  std::vector<double> trend;
  std::vector<double> remainder;
};

// Periods of which the series does not hold two are left out; without any period the trend is a
// loess smooth of the series. Windows are 11, 15, 19, ... for the periods in ascending order.
MstlDecomposition mstl(std::span<const double> y, std::span<const std::size_t> periods,
                       int robust_iterations = 0);

// Loess of local lines over `window` neighbours.
std::vector<double> loess(std::span<const double> y, std::size_t window);

// 1 - var(remainder) / var(remainder + season), in [0, 1]: 0 = no season, 1 = nothing but season.
double seasonal_strength(std::span<const double> season, std::span<const double> remainder);

}  // namespace clientele::forecast
