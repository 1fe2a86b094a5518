#include "models/forecast/ets.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.hpp"
#include "models/forecast/ets_recursion.hpp"
#include "models/forecast/reference_numbers.hpp"

namespace clientele::forecast {
namespace {

EtsForm form_of(const std::string& code) {
  EtsForm form;
  form.multiplicative_error = code[0] == 'M';
  if (code[1] == 'A') form.trend = code.back() == 'd' ? EtsTrend::damped : EtsTrend::additive;
  if (code[2] == 'A') form.season = Seasonality::additive;
  if (code[2] == 'M') form.season = Seasonality::multiplicative;
  return form;
}

const std::vector<std::string> kSeasonalForms = {"ANN",  "AAN",  "AANd", "ANA",  "AAA",
                                                 "AAAd", "MNN",  "MAN",  "MANd", "MNA",
                                                 "MAA",  "MAAd", "MNM",  "MAM",  "MAMd"};
const std::vector<std::string> kPlainForms = {"ANN", "AAN", "AANd", "MNN", "MAN", "MANd"};

struct Case {
  std::string series;
  std::size_t period;
  std::vector<std::string> forms;
};
const std::vector<Case> kCases = {
    {"air", 12, kSeasonalForms}, {"daily", 7, kSeasonalForms}, {"level", 1, kPlainForms}};

// A model with the parameters and initial states that R found.
EtsModel model_of(const Case& from, const std::string& code) {
  const std::vector<double>& par = reference(from.series + ".ets." + code + ".par");
  EtsModel model;
  model.form = form_of(code);
  model.period = model.form.season == Seasonality::none ? 1 : from.period;
  model.alpha = par[0];
  model.beta = par[1];
  model.gamma = par[2];
  model.phi = par[3];
  model.initial.level = par[4];
  model.initial.slope = par[5];
  model.initial.seasons.assign(par.begin() + 6, par.end());
  return model;
}

double information_criterion(double cost, std::size_t n, double k) {
  const double size = static_cast<double>(n);
  return size * std::log(cost) + 2 * k + 2 * k * (k + 1) / (size - k - 1);
}

TEST(EtsRecursion, GivesTheLikelihoodOfRAtItsParameters) {
  for (const Case& at : kCases) {
    const std::vector<double>& y = reference(at.series + ".y");
    for (const std::string& code : at.forms) {
      EtsModel model = model_of(at, code);
      const double cost = run_ets(y, model);
      double k = 3;
      if (model.form.trend != EtsTrend::none) k += 2;
      if (model.form.trend == EtsTrend::damped) k += 1;
      if (model.form.season != Seasonality::none) k += static_cast<double>(at.period);
      const double expected = reference(at.series + ".ets." + code + ".aicc")[0];
      EXPECT_NEAR(information_criterion(cost, y.size(), k), expected, 1e-6) << at.series << code;
    }
  }
}

TEST(EtsPredict, GivesTheMeansAndVariancesOfR) {
  for (const Case& at : kCases) {
    const std::vector<double>& y = reference(at.series + ".y");
    for (const std::string& code : at.forms) {
      EtsModel model = model_of(at, code);
      run_ets(y, model);
      double squares = 0;
      for (std::size_t t = 0; t < y.size(); ++t) {
        const double unit = model.form.multiplicative_error ? model.fitted[t] : 1;
        squares += std::pow((y[t] - model.fitted[t]) / unit, 2);
      }
      std::size_t parameters = 2;
      if (model.form.trend != EtsTrend::none) parameters += 2;
      if (model.form.trend == EtsTrend::damped) parameters += 1;
      if (model.form.season != Seasonality::none) parameters += at.period;
      model.sigma2 = squares / static_cast<double>(y.size() - parameters);
      const Forecast ours = predict(model, 20);
      const std::vector<double>& mean = reference(at.series + ".ets." + code + ".mean");
      const std::vector<double>& sigma = reference(at.series + ".ets." + code + ".sigma");
      const bool multiplicative = model.form.season == Seasonality::multiplicative;
      for (std::size_t h = 0; h < 20; ++h) {
        EXPECT_NEAR(ours.mean[h] / mean[h], 1, multiplicative ? 2e-3 : 1e-8) << code << h;
        EXPECT_NEAR(ours.sigma[h] / sigma[h], 1, multiplicative ? 0.02 : 1e-4)
            << at.series << code << h;
      }
    }
  }
}

TEST(EtsFit, IsAtLeastAsLikelyAsRs) {
  for (const Case& at : kCases) {
    const std::vector<double>& y = reference(at.series + ".y");
    for (const std::string& code : at.forms) {
      const EtsModel ours = fit_ets(y, at.period, form_of(code));
      EXPECT_LT(ours.aicc, reference(at.series + ".ets." + code + ".aicc")[0] + 0.2)
          << at.series << code;
    }
    EXPECT_LT(auto_ets(y, at.period).aicc, reference(at.series + ".ets.best")[0] + 0.01);
  }
}

TEST(EtsLikelihood, DerivativesAgreeWithDifferences) {
  const std::vector<double>& y = reference("daily.y");
  for (const std::string& code : kSeasonalForms) {
    EtsLikelihood likelihood(y, 7, form_of(code));
    std::vector<double> x = likelihood.pack(model_of(kCases[1], code));
    x[0] = 0.3;
    const std::size_t k = likelihood.size();
    std::vector<double> jtj(k * k), slope(k);
    likelihood.linearise(x, jtj, slope);
    for (std::size_t i = 0; i < k; ++i) {
      const double step = 1e-6 * std::max(1.0, std::abs(x[i]));
      const double kept = x[i];
      x[i] = kept + step;
      const double above = likelihood.cost(x);
      x[i] = kept - step;
      const double below = likelihood.cost(x);
      x[i] = kept;
      const double expected = (above - below) / (4 * step);
      EXPECT_NEAR(slope[i], expected, 1e-4 * std::abs(expected) + 1e-5 * above) << code << i;
    }
  }
}

TEST(AutoEts, FollowsTheScaleOfTheSeries) {
  const std::vector<double>& y = reference("daily.y");
  std::vector<double> scaled = y;
  for (double& value : scaled) value *= 1024;
  const EtsModel small = auto_ets(y, 7), large = auto_ets(scaled, 7);
  EXPECT_EQ(name_of(small.form), name_of(large.form));
  EXPECT_NEAR(predict(large, 7).mean[6] / predict(small, 7).mean[6], 1024, 0.01);
}

TEST(AutoEts, TakesEveryLength) {
  Rng rng(5);
  std::vector<double> y;
  for (std::size_t n = 1; n <= 40; ++n) {
    y.push_back(10 + rng.normal());
    const Forecast forecast = predict(auto_ets(y, 7), 10);
    for (std::size_t h = 0; h < 10; ++h) {
      EXPECT_TRUE(std::isfinite(forecast.mean[h])) << n;
      EXPECT_TRUE(std::isfinite(forecast.sigma[h])) << n;
    }
  }
}

TEST(AutoEts, KeepsConstantsAndAcceptsZeros) {
  const std::vector<double> constant(30, 4.0), zeros(30, 0.0);
  EXPECT_DOUBLE_EQ(predict(auto_ets(constant, 7), 3).mean[2], 4.0);
  EXPECT_DOUBLE_EQ(predict(auto_ets(constant, 7), 3).sigma[2], 0.0);
  EXPECT_DOUBLE_EQ(predict(auto_ets(zeros, 7), 3).mean[2], 0.0);
  std::vector<double> sparse(60, 0.0);
  for (std::size_t t = 3; t < 60; t += 9) sparse[t] = 5;
  EXPECT_TRUE(std::isfinite(predict(auto_ets(sparse, 7), 30).mean[29]));
}

TEST(AutoEts, AdditiveOnlyAndDampedOnlyHold) {
  const std::vector<double>& y = reference("air.y");
  const EtsForm form = auto_ets(y, 12, {.additive_only = true, .damped_only = true}).form;
  EXPECT_FALSE(form.multiplicative_error);
  EXPECT_NE(form.season, Seasonality::multiplicative);
  EXPECT_NE(form.trend, EtsTrend::additive);
}

}  // namespace
}  // namespace clientele::forecast
