#include "models/factorization/ease.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <Eigen/LU>

#include "base/rng.hpp"

namespace clientele::factorization {
namespace {

Interactions generated(std::uint32_t users, std::uint32_t items) {
  Rng rng(6);
  std::vector<Interaction> list;
  for (std::uint32_t user = 0; user < users; ++user) {
    for (std::uint64_t n = 1 + rng.below(20); n > 0; --n) {
      const double u = rng.uniform();
      list.push_back({user, static_cast<std::uint32_t>(u * u * items), 1});
    }
  }
  return collect(list, users, items);
}

Eigen::MatrixXd weights_by_definition(const Interactions& data, double ridge) {
  const Eigen::Index n = data.items();
  Eigen::MatrixXd gram = ridge * Eigen::MatrixXd::Identity(n, n);
  for (std::uint32_t user = 0; user < data.users(); ++user) {
    for (const std::uint32_t i : data.by_user.columns_of(user)) {
      for (const std::uint32_t j : data.by_user.columns_of(user)) gram(i, j) += 1;
    }
  }
  const Eigen::MatrixXd inverse = gram.inverse();
  Eigen::MatrixXd weights(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j) {
      weights(i, j) = i == j ? 0 : -inverse(i, j) / inverse(j, j);
    }
  }
  return weights;
}

TEST(Ease, IsTheClosedFormForOneBlockAndSeveral) {
  for (const std::uint32_t items : {1U, 2U, 50U, 128U, 300U}) {
    const Interactions data = generated(700, items);
    const auto model = train_ease(data, {.ridge = 20});
    ASSERT_TRUE(model.ok());
    const Eigen::MatrixXd expected = weights_by_definition(data, 20);
    std::vector<float> scores(items);
    for (const std::uint32_t user : {0U, 7U, 699U}) {
      const auto history = data.by_user.columns_of(user);
      model->score(history, scores);
      for (std::uint32_t j = 0; j < items; ++j) {
        double wanted = 0;
        for (const std::uint32_t i : history) wanted += expected(i, j);
        ASSERT_NEAR(scores[j], wanted, 2e-4) << items << ' ' << user << ' ' << j;
        double sum = 0;
        for (const Contribution& part : model->explain(history, j)) sum += part.value;
        ASSERT_NEAR(sum, scores[j], 2e-5);
      }
    }
  }
}

TEST(Ease, SameBitsOnAnyNumberOfThreads) {
  const Interactions data = generated(900, 400);
  const auto model = train_ease(data, {.ridge = 50});
  for (const std::size_t threads : {2U, 8U}) {
    const auto same = train_ease(data, {.ridge = 50, .threads = threads});
    EXPECT_EQ(model->inverse().values, same->inverse().values);
  }
}

TEST(Ease, ItemsWithoutUsersScoreNothing) {
  const std::vector<Interaction> list{{0, 0, 1}, {0, 2, 1}, {1, 2, 1}};
  const auto model = train_ease(collect(list, 2, 4), {.ridge = 1});
  std::vector<float> scores(4);
  model->score(std::vector<std::uint32_t>{2}, scores);
  EXPECT_GT(scores[0], 0);
  EXPECT_EQ(scores[1], 0);
  EXPECT_EQ(scores[3], 0);
  model->score({}, scores);
  EXPECT_EQ(scores, std::vector<float>(4));
}

TEST(Ease, StopsWhenCancelled) {
  Cancellation cancellation;
  cancellation.cancel();
  const auto model =
      train_ease(generated(50, 30), {.ridge = 1, .threads = 1, .cancellation = &cancellation});
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().kind, ErrorKind::deadline_exceeded);
}

}  // namespace
}  // namespace clientele::factorization
