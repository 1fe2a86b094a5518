#include "models/forecast/naive.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::forecast {

Forecast seasonal_naive(std::span<const double> y, std::size_t period, std::size_t horizon) {
  const std::size_t n = y.size();
  const std::size_t m = period == 0 || n < period ? 1 : period;
  Forecast result;
  result.fitted.assign(y.begin(), y.end());
  double squares = 0;
  for (std::size_t t = m; t < n; ++t) {
    result.fitted[t] = y[t - m];
    squares += (y[t] - y[t - m]) * (y[t] - y[t - m]);
  }
  const double sigma = n > m ? std::sqrt(squares / static_cast<double>(n - m)) : 0;
  for (std::size_t h = 0; h < horizon; ++h) {
    result.mean.push_back(y[n - m + h % m]);
    result.sigma.push_back(sigma * std::sqrt(static_cast<double>(h / m + 1)));
    result.response.push_back(h % m == 0 ? 1 : 0);
  }
  return result;
}

Forecast recent_mean(std::span<const double> y, std::size_t window, std::size_t horizon) {
  const std::size_t n = y.size();
  Forecast result;
  double sum = 0, squares = 0;
  for (std::size_t t = 0; t < n; ++t) {
    const std::size_t count = std::min(t, window);
    result.fitted.push_back(t == 0 ? y[0] : sum / static_cast<double>(count));
    squares += (y[t] - result.fitted[t]) * (y[t] - result.fitted[t]);
    sum += y[t];
    if (t >= window) sum -= y[t - window];
  }
  const double share = 1 / static_cast<double>(std::min(n, window));
  const double sigma = std::sqrt(squares / std::max(1.0, static_cast<double>(n) - 1));
  for (std::size_t h = 0; h < horizon; ++h) {
    result.mean.push_back(sum * share);
    result.response.push_back(h == 0 ? 1 : share);
    result.sigma.push_back(sigma * std::sqrt(1 + static_cast<double>(h) * share * share));
  }
  return result;
}

}  // namespace clientele::forecast
