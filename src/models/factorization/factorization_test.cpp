#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <Eigen/Cholesky>

#include "base/rng.hpp"
#include "models/factorization/als.hpp"
#include "models/factorization/principal_axes.hpp"
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

// Some columns of 300, with weights.
struct Row {
  std::vector<std::uint32_t> columns;
  std::vector<float> values;

  explicit Row(std::uint32_t n) {
    for (std::uint32_t j = 0; j < n; ++j) {
      columns.push_back(j * 7 % 300);
      values.push_back(0.2F * static_cast<float>(1 + j % 5));
    }
  }
};

TEST(RowSolver, SolvesTheNormalEquationsForShortAndLongRows) {
  for (const std::uint32_t dims : {1U, 7U, 16U, 50U, 64U, 100U}) {
    FactorMatrix fixed = random_factors(300, dims);
    const PrincipalAxes axes = principal_axes(fixed, 2);
    rotate(axes, 2, fixed);
    const RowSolver solver(fixed, axes.diagonal, 15);
    RowScratch scratch;
    DescentScratch descent;
    for (const std::uint32_t n : {1U, 2U, 15U, 16U, 17U, 40U, 50U, 64U, 65U, 250U}) {
      const Row row(n);
      std::vector<float> x(fixed.stride(), -1);
      solver.solve(row.columns, row.values, 2.5F, x.data(), scratch);
      std::vector<float> near(fixed.stride(), 0);
      std::fill_n(near.begin(), dims, 0.1F);
      solver.improve(row.columns, row.values, 2.5F, near.data(), descent);
      const Eigen::VectorXd expected = by_definition(fixed, row.columns, row.values, 15, 2.5);
      for (std::uint32_t k = 0; k < fixed.stride(); ++k) {
        const double wanted = k < dims ? expected[k] : 0;
        ASSERT_NEAR(x[k], wanted, 2e-4 * expected.norm()) << dims << ' ' << n << ' ' << k;
        ASSERT_NEAR(near[k], wanted, 3e-3 * expected.norm()) << dims << ' ' << n << ' ' << k;
      }
    }
  }
}

// Factors turned to their principal axes, and the diagonal of their gram padded to the stride.
struct Turned {
  FactorMatrix factors;
  std::vector<float> gram;
};
Turned in_principal_axes(FactorMatrix factors) {
  const PrincipalAxes axes = principal_axes(factors, 1);
  rotate(axes, 1, factors);
  std::vector<float> gram = axes.diagonal;
  gram.resize(factors.stride());
  return {std::move(factors), std::move(gram)};
}

TEST(ConjugateGradients, LossEndsWithinTheShareOfItsMinimum) {
  const auto [fixed, gram] = in_principal_axes(random_factors(300, 50));
  const Row row(40);
  const Eigen::VectorXd best = by_definition(fixed, row.columns, row.values, 15, 0.5);
  double nothing = 0;  // the loss of x = 0
  for (const float value : row.values) nothing += 1 + 15 * value;
  std::size_t before = 0;
  for (const float share : {1e-1F, 1e-3F, 1e-5F}) {
    std::vector<float> x(fixed.stride());
    DescentScratch scratch;
    const std::size_t steps = descend({fixed.row(0), fixed.stride()}, row.columns, row.values, 15,
                                      {gram, 0.5F, 1e-6F}, {share, 100}, x.data(), scratch);
    EXPECT_GT(steps, before);
    EXPECT_LT(steps, 20U);
    before = steps;
    // (x - best)' A (x - best)
    const Eigen::VectorXd off = Eigen::Map<Eigen::VectorXf>(x.data(), 50).cast<double>() - best;
    double excess = 0.5 * off.squaredNorm();
    for (std::uint32_t r = 0; r < 300; ++r) {
      const auto y = Eigen::Map<const Eigen::VectorXf>(fixed.row(r), 50).cast<double>();
      const auto at = std::ranges::find(row.columns, r);
      const double weight =
          at == row.columns.end() ? 1 : 1 + 15 * row.values[at - row.columns.begin()];
      excess += weight * std::pow(y.dot(off), 2);
    }
    EXPECT_LE(excess, share * nothing);
    EXPECT_EQ(descend({fixed.row(0), fixed.stride()}, row.columns, row.values, 15,
                      {gram, 0.5F, 1e-6F}, {2 * share, 100}, x.data(), scratch),
              0U);
  }
}

TEST(ConjugateGradients, FewColumnsTakeOneStepMoreThanTheyAre) {
  const auto [fixed, gram] = in_principal_axes(random_factors(300, 20));
  DescentScratch scratch;
  for (const std::uint32_t n : {1U, 2U, 3U}) {
    const Row row(n);
    std::vector<float> x(fixed.stride());
    EXPECT_LE(descend({fixed.row(0), fixed.stride()}, row.columns, row.values, 15, {gram, 1, 1e-6F},
                      {1e-9F, 100}, x.data(), scratch),
              n + 1);
  }
}

TEST(RowSolver, RotationMakesTheGramMatrixDiagonalAndKeepsScores) {
  FactorMatrix factors = random_factors(5'000, 20);
  const double before = dot(factors.values_of(3), factors.values_of(4'999));
  const PrincipalAxes axes = principal_axes(factors, 2);
  rotate(axes, 2, factors);
  EXPECT_NEAR(dot(factors.values_of(3), factors.values_of(4'999)), before, 1e-4);
  const std::vector<double> gram = gram_of(factors, 1);
  for (std::size_t i = 0; i < 20; ++i) {
    for (std::size_t j = 0; j < 20; ++j) {
      EXPECT_NEAR(gram[i * 20 + j], i == j ? axes.diagonal[i] : 0, 1e-4 * axes.diagonal[19]);
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

double seen_by(const SparseRows& rows, std::uint32_t row) {
  double sum = 0;
  for (const float w : rows.values_of(row)) sum += w;
  return sum;
}

double ridge_of(const AlsOptions& options, const SparseRows& rows, std::uint32_t row,
                std::uint32_t others) {
  return options.regularization *
         std::pow(others + options.alpha * seen_by(rows, row), options.frequency_exponent);
}

double loss_by_definition(const Interactions& data, const AlsOptions& options,
                          const FactorMatrix& users, const FactorMatrix& items) {
  const auto squared = [](std::span<const float> row) { return dot(row, row); };
  double loss = 0;
  for (std::uint32_t user = 0; user < data.users(); ++user) {
    std::vector<double> weight(data.items());
    const auto columns = data.by_user.columns_of(user);
    for (std::size_t j = 0; j < columns.size(); ++j) {
      weight[columns[j]] = data.by_user.values_of(user)[j];
    }
    for (std::uint32_t item = 0; item < data.items(); ++item) {
      const double error = (weight[item] > 0) - dot(users.values_of(user), items.values_of(item));
      loss += (1 + options.alpha * weight[item]) * error * error;
    }
    loss += ridge_of(options, data.by_user, user, data.items()) * squared(users.values_of(user));
  }
  for (std::uint32_t item = 0; item < data.items(); ++item) {
    loss += ridge_of(options, data.by_item, item, data.users()) * squared(items.values_of(item));
  }
  return loss;
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
    const double expected = loss_by_definition(data, options, model->users(), model->items());
    EXPECT_NEAR(loss, expected, 1e-6 * expected);
  }
}

// Every row of `target` against `fixed`.
void solve_exactly(const SparseRows& rows, const FactorMatrix& fixed, const AlsOptions& options,
                   FactorMatrix& target) {
  for (std::uint32_t r = 0; r < rows.rows(); ++r) {
    const Eigen::VectorXd x =
        by_definition(fixed, rows.columns_of(r), rows.values_of(r), options.alpha,
                      ridge_of(options, rows, r, fixed.rows()));
    for (std::uint32_t k = 0; k < fixed.dims(); ++k) target.row(r)[k] = static_cast<float>(x[k]);
  }
}

TEST(Als, LossIsThatOfExactAlternation) {
  const Interactions data = collect(generated(300, 80, 6), 300, 80);
  AlsOptions options = small_options();
  options.iterations = 8;
  for (const double alpha : {1.0, 40.0}) {
    for (const double exponent : {0.0, 1.0}) {
      options.alpha = alpha;
      options.frequency_exponent = exponent;
      options.regularization = exponent == 0 ? 1 : 0.01;
      const auto model = train_als(data, options);
      FactorMatrix items(80, 12);
      FactorMatrix users(300, 12);
      for (std::uint32_t r = 0; r < 80; ++r) {  // the start that train_als() takes
        Rng rng(options.seed, r);
        for (std::uint32_t k = 0; k < 12; ++k) {
          items.row(r)[k] = static_cast<float>(0.1 / std::sqrt(12.0) * rng.normal());
        }
      }
      for (std::uint32_t i = 0; i < options.iterations; ++i) {
        solve_exactly(data.by_user, items, options, users);
        solve_exactly(data.by_item, users, options, items);
      }
      solve_exactly(data.by_user, items, options, users);
      const double loss = loss_by_definition(data, options, users, items);
      EXPECT_NEAR(model->loss(data, 1), loss, 1e-4 * loss) << alpha << ' ' << exponent;
    }
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
