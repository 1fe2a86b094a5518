// What every forecasting model returns: a path of expected values and the law of its errors.
#pragma once

#include <cstddef>
#include <vector>

namespace clientele::forecast {

// h steps ahead of a series of n values, in the unit of the series.
// The error of step j is sigma[j] * z_j, where z is the moving average of independent innovations
// with the weights `response` (response[0] = 1), scaled to unit variance: enough for the
// covariance of any two steps, hence for totals over several steps.
struct Forecast {
  std::vector<double> mean;      // h
  std::vector<double> sigma;     // h, standard deviation of the error at each step, >= 0
  std::vector<double> response;  // h, effect of an innovation j steps later, per its own size
  std::vector<double> fitted;    // n, one-step forecasts within the sample
};

}  // namespace clientele::forecast
