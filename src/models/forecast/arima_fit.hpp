// Fits of one ARIMA order: what the search needs beside the public face.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "models/forecast/arima.hpp"
#include "models/forecast/arma_filter.hpp"
#include "models/forecast/least_squares.hpp"

namespace clientele::forecast {

// A differenced series with the differenced columns of the constant and the regressors, scaled to
// the size of the series.
struct DifferencedSeries {
  std::vector<double> values;
  std::vector<std::vector<double>> columns;
  std::vector<double> column_scales;  // original column = scale * column
};

DifferencedSeries difference_all(std::span<const double> y, std::size_t period,
                                 const ArimaOrder& order, Columns regressors);

// p + q + P + Q.
int arma_count(const ArimaOrder& order);

double root_mean_square(std::span<const double> values);

// Innovations of one order as functions of x = [atanh partial autocorrelations of the four
// polynomials, coefficients of the scaled columns].
class ArimaResiduals final : public ResidualLeastSquares {
 public:
  enum class Likelihood { conditional, exact };

  ArimaResiduals(const DifferencedSeries& data, const ArimaOrder& order, std::size_t period,
                 Likelihood likelihood);

  std::size_t size() const { return size_; }
  // Values that enter the conditional sum of squares. Requires: positive for use.
  static std::size_t conditional_count(const DifferencedSeries& data, const ArimaOrder& order,
                                       std::size_t period);
  std::vector<double> bounds(double sign) const;
  // The four polynomials in x, in the order ar, ma, seasonal_ar, seasonal_ma.
  void polynomials(std::span<const double> x, ArimaModel& model) const;

  // Exact innovations at x: fills `scaled` (v / sqrt f) and `roots` (sqrt f), and returns
  // sum log f; nullopt where x is not feasible.
  std::optional<double> innovations(std::span<const double> x, std::span<double> scaled,
                                    std::span<double> roots);
  std::span<const double> filter_state() const { return filter_.state(); }

 protected:
  bool residuals(std::span<const double> x, std::span<double> r) override;

 private:
  bool conditional(const ArimaModel& model, std::span<double> r);
  void detrend(std::span<const double> x);

  const DifferencedSeries& data_;
  ArimaOrder order_;
  std::size_t period_;
  Likelihood likelihood_;
  std::size_t size_;
  ArmaFilter filter_;
  std::vector<double> values_, roots_;
};

// A fit with the x it was found at, so that neighbouring orders can start there.
struct ArimaFit {
  ArimaModel model;
  std::vector<double> x;
  bool accepted = false;  // finite, with all roots away from the unit circle

  double criterion() const {
    return accepted ? model.aicc : std::numeric_limits<double>::infinity();
  }
};

// conditional: the AICc is that of the conditional likelihood, not comparable with an exact one.
// search: exact, close enough to compare orders. quick: the same, from the neighbour alone where
// there is one. full: exact, to convergence.
enum class ArimaPrecision { conditional, search, quick, full };

// `neighbour`: a fit of this or a neighbouring order to start at, or nullptr. A search may give up
// a fit that will not come below the AICc `to_beat`. Orders beyond p, q <= 5, P, Q <= 2 are
// refused.
ArimaFit fit_order(std::span<const double> y, std::size_t period, const ArimaOrder& order,
                   Columns regressors, const ArimaFit* neighbour, ArimaPrecision precision,
                   double to_beat = std::numeric_limits<double>::infinity());

// Fills the parts of a model that predict needs, from the exact filter at fit.x.
void finish(ArimaFit& fit, std::span<const double> y, Columns regressors);

}  // namespace clientele::forecast
