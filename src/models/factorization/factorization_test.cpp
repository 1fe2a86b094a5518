#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <Eigen/Cholesky>

#include "base/rng.hpp"
#include "models/factorization/als.hpp"
#include "models/factorization/row_solver.hpp"

namespace clientele::factorization {
namespace {

// Users of two tastes that buy mostly among their own half of the items.
std::vector<Interaction> generated(std::uint32_t users, std::uint32_t items, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<Interaction> list;
  for (std::uint32_t user = 0; user < users; ++user) {
    for (std::uint64_t n = 1 + rng.below(user % 7 == 0 ? 90 : 12); n > 0; --n) {
      const double u = rng.uniform();
      auto item = static_cast<std::uint32_t>(u * u * items / 2);
      if (rng.uniform() < (user % 2 == 0 ? 0.9 : 0.1)) item += items / 2;
      list.push_back({user, item, static_cast<float>(1 + rng.below(5)) / 5});
    }
  }
  return list;
}

TEST(Interactions, RepeatsSumAndNonPositiveSumsVanish) {
  const std::vector<Interaction> list{{1, 2, 0.5F}, {0, 1, 1}, {1, 2, 0.25F}, {1, 0, 0}, {2, 2, 1}};
  const Interactions data = collect(list, 4, 3);
  EXPECT_EQ(data.size(), 3U);
  EXPECT_EQ(data.users(), 4U);
  ASSERT_EQ(data.by_user.columns_of(1).size(), 1U);
  EXPECT_EQ(data.by_user.values_of(1)[0], 0.75F);
  EXPECT_TRUE(data.by_user.columns_of(3).empty());
  ASSERT_EQ(data.by_item.columns_of(2).size(), 2U);
  EXPECT_EQ(data.by_item.columns_of(2)[1], 2U);
}

TEST(Interactions, OrderOfTheListDoesNotMatter) {
  std::vector<Interaction> list = generated(50, 30, 1);
  const Interactions data = collect(list, 50, 30);
  std::reverse(list.begin(), list.end());
  const Interactions same = collect(list, 50, 30);
  EXPECT_EQ(data.by_user.columns, same.by_user.columns);
  EXPECT_EQ(data.by_user.values, same.by_user.values);
  EXPECT_EQ(data.by_item.values, same.by_item.values);
}

FactorMatrix random_factors(std::uint32_t rows, std::uint32_t dims) {
  FactorMatrix factors(rows, dims);
  Rng rng(9);
  for (std::uint32_t r = 0; r < rows; ++r) {
    for (std::uint32_t k = 0; k < dims; ++k) {
      factors.row(r)[k] = static_cast<float>(rng.normal() / (1 + k));
    }
  }
  return factors;
}

// The normal equations in double precision.
Eigen::VectorXd by_definition(const FactorMatrix& fixed, std::span<const std::uint32_t> columns,
                              std::span<const float> values, double alpha, double ridge) {
  const auto dims = static_cast<Eigen::Index>(fixed.dims());
  Eigen::MatrixXd a = ridge * Eigen::MatrixXd::Identity(dims, dims);
  Eigen::VectorXd b = Eigen::VectorXd::Zero(dims);
  const auto row = [&](std::uint32_t r) -> Eigen::VectorXd {
    return Eigen::Map<const Eigen::VectorXf>(fixed.row(r), dims).cast<double>();
  };
  for (std::uint32_t r = 0; r < fixed.rows(); ++r) a += row(r) * row(r).transpose();
  for (std::size_t j = 0; j < columns.size(); ++j) {
    a += alpha * values[j] * row(columns[j]) * row(columns[j]).transpose();
    b += (1 + alpha * values[j]) * row(columns[j]);
  }
  return a.llt().solve(b);
}

TEST(RowSolver, SolvesTheNormalEquationsForShortAndLongRows) {
  for (const std::uint32_t dims : {1U, 7U, 16U, 50U, 64U}) {
    FactorMatrix fixed = random_factors(300, dims);
    const std::vector<float> diagonal = rotate_to_principal_axes(fixed, 2);
    const RowSolver solver(fixed, diagonal, 15);
    RowScratch scratch;
    for (const std::uint32_t n : {1U, 2U, 15U, 16U, 17U, 40U, 50U, 64U, 65U, 250U}) {
      std::vector<std::uint32_t> columns(n);
      std::vector<float> values(n);
      for (std::uint32_t j = 0; j < n; ++j) {
        columns[j] = j * 7 % 300;
        values[j] = 0.2F * static_cast<float>(1 + j % 5);
      }
      std::vector<float> x(fixed.stride(), -1);
      solver.solve(columns, values, 2.5F, x.data(), scratch);
      const Eigen::VectorXd expected = by_definition(fixed, columns, values, 15, 2.5);
      for (std::uint32_t k = 0; k < fixed.stride(); ++k) {
        const double wanted = k < dims ? expected[k] : 0;
        ASSERT_NEAR(x[k], wanted, 2e-4 * expected.norm()) << dims << ' ' << n << ' ' << k;
      }
    }
  }
}

TEST(RowSolver, RotationMakesTheGramMatrixDiagonalAndKeepsScores) {
  FactorMatrix factors = random_factors(5'000, 20);
  const double before = dot(factors.values_of(3), factors.values_of(4'999));
  const std::vector<float> diagonal = rotate_to_principal_axes(factors, 2);
  EXPECT_NEAR(dot(factors.values_of(3), factors.values_of(4'999)), before, 1e-4);
  const std::vector<double> gram = gram_of(factors, 1);
  for (std::size_t i = 0; i < 20; ++i) {
    for (std::size_t j = 0; j < 20; ++j) {
      EXPECT_NEAR(gram[i * 20 + j], i == j ? diagonal[i] : 0, 1e-4 * diagonal[19]);
    }
  }
}

AlsOptions small_options() {
  AlsOptions options;
  options.factors = 12;
  options.iterations = 10;
  return options;
}

TEST(Als, LearnsThePlantedTastes) {
  const Interactions data = collect(generated(400, 60, 2), 400, 60);
  const auto model = train_als(data, small_options());
  ASSERT_TRUE(model.ok());
  double own = 0;
  double other = 0;
  for (std::uint32_t user = 0; user < 400; ++user) {
    for (std::uint32_t item = 0; item < 60; ++item) {
      ((item >= 30) == (user % 2 == 0) ? own : other) += model->score(user, item);
    }
  }
  EXPECT_GT(own, 3 * other);
}

TEST(Als, LossIsTheSumOverAllPairsAndFalls) {
  const Interactions data = collect(generated(60, 40, 3), 60, 40);
  AlsOptions options = small_options();
  double previous = 1e300;
  for (const std::uint32_t iterations : {1U, 2U, 4U, 8U}) {
    options.iterations = iterations;
    const auto model = train_als(data, options);
    const double loss = model->loss(data, 1);
    EXPECT_LT(loss, previous);
    previous = loss;
    double expected = 0;
    for (std::uint32_t user = 0; user < 60; ++user) {
      std::vector<double> weight(40);
      for (std::size_t j = 0; j < data.by_user.columns_of(user).size(); ++j) {
        weight[data.by_user.columns_of(user)[j]] = data.by_user.values_of(user)[j];
      }
      double seen = 0;
      for (std::uint32_t item = 0; item < 40; ++item) {
        const double error = (weight[item] > 0) - model->score(user, item);
        expected += (1 + options.alpha * weight[item]) * error * error;
        seen += weight[item];
      }
      expected += options.regularization * (40 + options.alpha * seen) *
                  dot(model->users().values_of(user), model->users().values_of(user));
    }
    for (std::uint32_t item = 0; item < 40; ++item) {
      double seen = 0;
      for (const float w : data.by_item.values_of(item)) seen += w;
      expected += options.regularization * (60 + options.alpha * seen) *
                  dot(model->items().values_of(item), model->items().values_of(item));
    }
    EXPECT_NEAR(loss, expected, 1e-6 * expected);
  }
}

TEST(Als, SameFactorsOnAnyNumberOfThreads) {
  const Interactions data = collect(generated(3'000, 700, 4), 3'000, 700);
  AlsOptions options = small_options();
  options.iterations = 3;
  const auto model = train_als(data, options);
  for (const std::size_t threads : {2U, 8U}) {
    options.threads = threads;
    const auto same = train_als(data, options);
    for (std::uint32_t r = 0; r < 700; ++r) {
      ASSERT_TRUE(std::ranges::equal(model->items().values_of(r), same->items().values_of(r)));
    }
    for (std::uint32_t r = 0; r < 3'000; ++r) {
      ASSERT_TRUE(std::ranges::equal(model->users().values_of(r), same->users().values_of(r)));
    }
  }
}

TEST(Als, FoldInEqualsTheTrainedUserAndExplanationsAddUp) {
  const Interactions data = collect(generated(500, 80, 5), 500, 80);
  const auto model = train_als(data, small_options());
  for (const std::uint32_t user : {0U, 1U, 7U, 499U}) {
    const auto items = data.by_user.columns_of(user);
    const auto weights = data.by_user.values_of(user);
    const std::vector<float> folded = model->fold_in(items, weights);
    for (std::uint32_t k = 0; k < 12; ++k) {
      EXPECT_EQ(folded[k], model->users().row(user)[k]);
    }
    const std::vector<std::uint32_t> targets{0, 33, 79};
    const auto parts = model->explain(items, weights, targets);
    for (std::size_t t = 0; t < targets.size(); ++t) {
      double sum = 0;
      for (const Contribution& part : parts[t]) sum += part.value;
      EXPECT_NEAR(sum, dot(std::span(folded).first(12), model->items().values_of(targets[t])),
                  1e-5);
    }
  }
}

TEST(Als, NothingSeenGivesZeroScores) {
  const Interactions data = collect({}, 3, 4);
  const auto model = train_als(data, small_options());
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->score(2, 3), 0);
  EXPECT_EQ(model->fold_in({}, {})[0], 0);
}

TEST(Als, StopsWhenCancelled) {
  Cancellation cancellation;
  cancellation.cancel();
  AlsOptions options = small_options();
  options.cancellation = &cancellation;
  const auto model = train_als(collect(generated(50, 30, 1), 50, 30), options);
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().kind, ErrorKind::deadline_exceeded);
}

}  // namespace
}  // namespace clientele::factorization
