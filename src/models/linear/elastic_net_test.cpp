#include "models/linear/elastic_net.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/rng.hpp"

namespace clientele::linear {
namespace {

struct Fixture {
  FeatureTable table;
  std::vector<double> target;
  std::vector<std::uint32_t> rows;
  DesignCode code;
  Design design;

  explicit Fixture(Objective objective) {
    constexpr std::size_t kRows = 600;
    table.rows = kRows;
    table.columns = {{"a", ColumnKind::number, {}, {}, {}},
                     {"b", ColumnKind::number, {}, {}, {}},
                     {"t", ColumnKind::text, {}, {}, {"x", "y", "z"}}};
    Rng rng(4);
    for (std::size_t i = 0; i < kRows; ++i) {
      const double a = rng.normal(), b = 0.5 * a + rng.normal();
      const auto t = static_cast<std::uint32_t>(rng.below(4));
      table.columns[0].numbers.push_back(a);
      table.columns[1].numbers.push_back(i % 10 == 0 ? std::nan("") : b);
      table.columns[2].codes.push_back(t == 3 ? FeatureColumn::kMissingCode : t);
      const double raw = a - 0.5 * b + (t == 1 ? 1.0 : 0.0);
      target.push_back(objective == Objective::squared_error
                           ? raw + rng.normal()
                           : (rng.uniform() < 1 / (1 + std::exp(-raw)) ? 1 : 0));
    }
    rows.resize(kRows);
    std::iota(rows.begin(), rows.end(), 0U);
    code = learn_design(table);
    design = encode(code, table);
  }
  LinearSet set(Objective objective) const { return {&design, &code, objective, target, rows}; }
};

// The conditions of the minimum (Karush-Kuhn-Tucker), from the definition alone.
void expect_minimum(const Fixture& data, Objective objective, double lambda, double l1,
                    const LinearModel& model) {
  std::vector<double> raw(data.rows.size());
  predict_raw(model, data.design, data.rows, raw);
  std::vector<double> gradient(data.code.coefficients);
  double at_intercept = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const double fitted = objective == Objective::logistic ? 1 / (1 + std::exp(-raw[i])) : raw[i];
    const double g = (fitted - data.target[i]) / static_cast<double>(raw.size());
    at_intercept += g;
    for (std::uint32_t j = 0; j < data.design.numbers; ++j) {
      gradient[j] += g * static_cast<double>(data.design.values[i * data.design.numbers + j]);
    }
    for (std::uint32_t s = 0; s < data.design.slots; ++s) {
      const std::uint32_t one = data.design.ones[i * data.design.slots + s];
      if (one != kNoColumn) gradient[one] += g;
    }
  }
  EXPECT_NEAR(at_intercept, 0, 1e-5);
  for (std::uint32_t j = 0; j < data.code.coefficients; ++j) {
    const double s = data.code.deviations[j], b = model.coefficients[j];
    const double smooth = gradient[j] + lambda * (1 - l1) * s * s * b;
    if (b == 0) {
      EXPECT_LE(std::abs(smooth), lambda * l1 * s + 1e-5);
    } else {
      EXPECT_NEAR(smooth, -lambda * l1 * s * (b > 0 ? 1 : -1), 1e-5);
    }
  }
}

TEST(ElasticNet, ReachesTheMinimumOfBothObjectives) {
  for (const Objective objective : {Objective::squared_error, Objective::logistic}) {
    const Fixture data(objective);
    const LinearSet set = data.set(objective);
    for (const double l1 : {0.5, 1.0}) {
      const std::vector<double> lambdas = penalties(set, {.l1_share = l1});
      const auto models = fit_path(set, lambdas, l1);
      for (const double b : models[0].coefficients) EXPECT_NEAR(b, 0, 1e-4);
      for (std::size_t i = 0; i < lambdas.size(); ++i) {
        expect_minimum(data, objective, lambdas[i], l1, models[i]);
      }
    }
  }
}

TEST(ElasticNet, ExplanationsAddUp) {
  const Fixture data(Objective::logistic);
  const LinearSet set = data.set(Objective::logistic);
  const LinearModel model = fit_path(set, penalties(set, {}), 0.5).back();
  std::vector<double> values(data.rows.size() * 3), raw(data.rows.size());
  const double base = explain(model, data.code, data.design, data.rows, 3, values);
  predict_raw(model, data.design, data.rows, raw);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    EXPECT_NEAR(base + values[3 * i] + values[3 * i + 1] + values[3 * i + 2], raw[i], 1e-9);
  }
}

TEST(ElasticNet, OneClassIsAnIntercept) {
  Fixture data(Objective::logistic);
  std::fill(data.target.begin(), data.target.end(), 1.0);
  const LinearSet set = data.set(Objective::logistic);
  const LinearModel model = fit_path(set, penalties(set, {}), 0.5).back();
  EXPECT_NEAR(model.intercept, std::log(600.5 / 0.5), 1e-9);
  for (const double b : model.coefficients) EXPECT_EQ(b, 0);
}

}  // namespace
}  // namespace clientele::linear
