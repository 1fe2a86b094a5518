#include "models/forecast/arima.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.hpp"
#include "models/forecast/arma_filter.hpp"
#include "models/forecast/arma_polynomial.hpp"
#include "models/forecast/reference_numbers.hpp"
#include "models/forecast/stationarity.hpp"

namespace clientele::forecast {
namespace {

const std::vector<std::string> kSeries = {"air", "daily", "level"};
const std::size_t kPeriods[] = {12, 7, 1};

ArimaOrder order_of(const std::vector<double>& o) {
  const auto at = [&](std::size_t i) { return static_cast<int>(o[i]); };
  return {at(0), at(1), at(2), at(3), at(4), at(5), o.size() > 6 && o[6] != 0};
}

TEST(ArmaPolynomial, PartialAutocorrelationsRoundTrip) {
  const std::vector<double> partial = {0.7, -0.3, 0.2, 0.95};
  const std::vector<double> phi = ar_from_partial(partial);
  const std::vector<double> back = partial_from_ar(phi);
  ASSERT_EQ(back.size(), partial.size());
  for (std::size_t i = 0; i < back.size(); ++i) EXPECT_NEAR(back[i], partial[i], 1e-12);
  EXPECT_TRUE(partial_from_ar(std::vector<double>{1.1}).empty());
  EXPECT_TRUE(roots_outside(std::vector<double>{0.98}, 1.01));
  EXPECT_FALSE(roots_outside(std::vector<double>{0.995}, 1.01));
}

TEST(ArmaPolynomial, AutocovariancesOfMixedModel) {
  // ARMA(1,1): g0 = (1 + 2 a b + b^2) / (1 - a^2), g1 = (1 + a b)(a + b) / (1 - a^2)
  const std::vector<double> phi = {0.6}, theta = {0.4};
  const std::vector<double> gamma = autocovariances(phi, theta, 3);
  EXPECT_NEAR(gamma[0], (1 + 2 * 0.24 + 0.16) / 0.64, 1e-12);
  EXPECT_NEAR(gamma[1], 1.24 * 1.0 / 0.64, 1e-12);
  EXPECT_NEAR(gamma[2], 0.6 * gamma[1], 1e-12);
}

// The likelihood from the full covariance matrix by Cholesky.
void cholesky_innovations(std::span<const double> gamma, std::span<const double> y,
                          std::vector<double>& scaled, double& logs) {
  const std::size_t n = y.size();
  std::vector<double> l(n * n, 0);
  logs = 0;
  scaled.assign(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = gamma[i - j];
      for (std::size_t k = 0; k < j; ++k) sum -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = i == j ? std::sqrt(sum) : sum / l[j * n + j];
    }
    double value = y[i];
    for (std::size_t k = 0; k < i; ++k) value -= l[i * n + k] * scaled[k];
    scaled[i] = value / l[i * n + i];
    logs += 2 * std::log(l[i * n + i]);
  }
}

TEST(ArmaFilter, AgreesWithTheCovarianceMatrix) {
  Rng rng(3);
  std::vector<double> y(70);
  for (double& value : y) value = rng.normal();
  const std::vector<double> short_ar = {0.5, 0.2}, seasonal = {0.6, -0.3}, ma = {0.4, 0.3, -0.9};
  for (const std::size_t m : {1u, 4u, 7u, 12u, 24u}) {
    for (const bool with_ar : {false, true}) {
      const std::vector<double> phi =
          with_ar ? seasonal_product(short_ar, seasonal, m) : std::vector<double>();
      const std::vector<double> theta = seasonal_product(ma, seasonal, m);
      std::vector<double> expected, r(y.size()), roots(y.size());
      double logs = 0;
      cholesky_innovations(autocovariances(phi, theta, y.size()), y, expected, logs);
      ArmaFilter filter;
      ASSERT_TRUE(filter.set(phi, theta));
      EXPECT_NEAR(filter.run(y, r, roots), logs, 1e-8) << m;
      for (std::size_t t = 0; t < y.size(); ++t) EXPECT_NEAR(r[t], expected[t], 1e-8) << m;
    }
  }
}

TEST(ArmaFilter, RefusesWhatIsNotStationary) {
  ArmaFilter filter;
  EXPECT_FALSE(filter.set(std::vector<double>{1.0}, {}));
  EXPECT_FALSE(filter.set(std::vector<double>{0.5, 0.6}, {}));
}

TEST(Stationarity, KpssIsThatOfR) {
  for (const std::string& name : kSeries) {
    EXPECT_NEAR(kpss_level_statistic(reference(name + ".y")), reference(name + ".kpss")[0], 1e-9);
  }
}

TEST(ArimaFit, FixedOrdersGiveTheForecastsOfR) {
  for (int i = 1; i <= 7; ++i) {
    const std::string key = "arima." + std::to_string(i);
    const auto which = static_cast<std::size_t>(reference(key + ".series")[0]);
    const ArimaModel model = fit_arima(reference(kSeries[which] + ".y"), kPeriods[which],
                                       order_of(reference(key + ".order")));
    EXPECT_LT(model.aicc, reference(key + ".aicc")[0] + 0.03) << i;
    const Forecast ours = predict(model, 20);
    for (std::size_t h = 0; h < 20; ++h) {
      EXPECT_NEAR(ours.mean[h] / reference(key + ".mean")[h], 1, 1e-3) << i << " " << h;
      EXPECT_NEAR(ours.sigma[h] / reference(key + ".sigma")[h], 1, 1e-2) << i << " " << h;
    }
  }
}

TEST(AutoArima, FindsAtLeastAsGoodAModelAsR) {
  for (std::size_t s = 0; s < kSeries.size(); ++s) {
    const ArimaModel model = auto_arima(reference(kSeries[s] + ".y"), kPeriods[s]);
    EXPECT_LT(model.aicc, reference(kSeries[s] + ".arima.best")[0] + 0.01) << kSeries[s];
    const ArimaOrder theirs = order_of(reference(kSeries[s] + ".arima.order"));
    EXPECT_EQ(model.order.d, theirs.d);
    EXPECT_EQ(model.order.D, theirs.D);
  }
}

TEST(AutoArima, AHurriedSearchEndsNearTheThoroughOne) {
  double behind = 0;
  for (std::size_t s = 0; s < kSeries.size(); ++s) {
    const auto y = reference(kSeries[s] + ".y");
    const ArimaModel thorough = auto_arima(y, kPeriods[s]);
    const ArimaModel hurried = auto_arima(y, kPeriods[s], {}, {.thorough = false});
    behind += std::max(0.0, hurried.aicc - thorough.aicc) / static_cast<double>(kSeries.size());
  }
  EXPECT_LT(behind, 2);
}

TEST(ArimaFit, ARefitEndsWhereAFitFromNothingDoes) {
  for (std::size_t s = 0; s < kSeries.size(); ++s) {
    const std::vector<double> y = reference(kSeries[s] + ".y");
    const std::span<const double> first = std::span(y).first(y.size() * 3 / 4);
    ArimaModel near = auto_arima(first, kPeriods[s]);
    const ArimaModel fresh = fit_arima(y, kPeriods[s], near.order);
    EXPECT_LT(refit_arima(y, near).aicc, fresh.aicc + 0.1) << kSeries[s];
    near.place.clear();  // nothing to start from
    EXPECT_EQ(refit_arima(y, near).aicc, fresh.aicc) << kSeries[s];
  }
}

TEST(ArimaFit, RegressorsHaveTheEffectOfR) {
  std::vector<std::vector<double>> promotion(1), ahead(1);
  const auto flag = [](int t) { return t % 13 == 3 || t % 13 == 4 ? 1.0 : 0.0; };
  for (int t = 1; t <= 90; ++t) promotion[0].push_back(flag(t));
  for (int t = 91; t <= 110; ++t) ahead[0].push_back(flag(t));
  const ArimaModel model =
      fit_arima(reference("regression.y"), 7, {.p = 1, .D = 1, .Q = 1}, promotion);
  EXPECT_NEAR(model.coefficients[0], reference("regression.coefficient")[0], 0.05);
  EXPECT_LT(model.aicc, reference("regression.aicc")[0] + 0.001);
  const Forecast ours = predict(model, 20, ahead);
  for (std::size_t h = 0; h < 20; ++h) {
    EXPECT_NEAR(ours.mean[h] / reference("regression.mean")[h], 1, 1e-3);
  }
  const ArimaModel chosen = auto_arima(reference("regression.y"), 7, promotion);
  EXPECT_NEAR(chosen.coefficients.back(), 120, 15);
}

TEST(AutoArima, TakesEveryLengthAndConstants) {
  Rng rng(5);
  std::vector<double> y;
  for (std::size_t n = 1; n <= 40; ++n) {
    y.push_back(10 + rng.normal());
    const Forecast forecast = predict(auto_arima(y, 7), 10);
    for (std::size_t h = 0; h < 10; ++h) {
      EXPECT_TRUE(std::isfinite(forecast.mean[h])) << n;
      EXPECT_TRUE(std::isfinite(forecast.sigma[h])) << n;
    }
  }
  const std::vector<double> constant(30, 4.0), zeros(30, 0.0);
  EXPECT_NEAR(predict(auto_arima(constant, 7), 3).mean[2], 4.0, 1e-9);
  EXPECT_NEAR(predict(auto_arima(zeros, 7), 3).mean[2], 0.0, 1e-9);
}

TEST(AutoArima, ContinuesLinesAndPatternsExactly) {
  std::vector<double> line, pattern;
  for (int t = 0; t < 60; ++t) {
    line.push_back(3 + 2 * t);
    pattern.push_back(10 + t % 7);
  }
  EXPECT_NEAR(predict(auto_arima(line, 1), 5).mean[4], 3 + 2 * 64, 1e-6);
  EXPECT_NEAR(predict(auto_arima(pattern, 7), 5).mean[4], 10 + 64 % 7, 1e-6);
}

TEST(ArimaFit, OrdersWithoutParametersCarryOn) {
  const std::vector<double> y{3, 5, 4, 8, 6, 9, 7, 11, 10, 12, 9, 14};
  const ArimaModel walk = fit_arima(y, 1, {.d = 1});
  ASSERT_TRUE(std::isfinite(walk.aicc));
  const Forecast ahead = predict(walk, 4);
  EXPECT_DOUBLE_EQ(ahead.mean[3], 14);
  EXPECT_NEAR(ahead.sigma[3], 2 * ahead.sigma[0], 1e-12);
  EXPECT_EQ(predict(fit_arima(y, 4, {.D = 1}), 4).mean, std::vector<double>(y.end() - 4, y.end()));
  std::vector<double> parabola;
  for (int t = 0; t < 60; ++t) parabola.push_back(t * t);
  // Twice differenced and without a constant: the last slope goes on.
  EXPECT_NEAR(predict(auto_arima(parabola, 1), 5).mean[4], 59 * 59 + 5 * 117, 1e-6);
}

TEST(AutoArima, LongSeriesAreSearchedConditionally) {
  Rng rng(9);
  std::vector<double> y;
  double level = 0, previous = 0;
  for (int t = 0; t < 3000; ++t) {
    const double shock = rng.normal();
    level = 0.7 * level + shock + 0.3 * previous;
    previous = shock;
    y.push_back(50 + level);
  }
  const ArimaModel model = auto_arima(y, 7);
  EXPECT_TRUE(std::isfinite(model.aicc));
  EXPECT_NEAR(model.sigma2, 1, 0.1);
}

}  // namespace
}  // namespace clientele::forecast
