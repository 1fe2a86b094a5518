#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "base/rng.hpp"
#include "models/recommend/diversity.hpp"
#include "models/recommend/lists.hpp"
#include "models/recommend/model_bytes.hpp"
#include "models/recommend/similar_items.hpp"

namespace clientele::recommend {
namespace {

// Keeps models in memory and counts.
class MemoryStore : public ModelStore {
 public:
  Result<std::optional<StoredModel>> find(std::string_view kind, std::string_view key) override {
    const auto found = models.find(std::string(kind) + '/' + std::string(key));
    if (found == models.end()) return std::optional<StoredModel>();
    ++hits;
    return std::optional<StoredModel>({{}, found->second});
  }
  Result<ModelEntry> save(std::string_view kind, std::string_view key,
                          std::span<const std::byte> bytes) override {
    models[std::string(kind) + '/' + std::string(key)] = {bytes.begin(), bytes.end()};
    return ModelEntry{};
  }
  Result<std::vector<ModelEntry>> list() override { return std::vector<ModelEntry>(); }
  Status remove(std::string_view) override { return Nothing{}; }

  std::map<std::string, std::vector<std::byte>> models;
  int hits = 0;
};

constexpr std::uint32_t kUsers = 200;
constexpr std::uint32_t kItems = 90;  // the last ten are liked by nobody

// Two tastes, each half of the users, a third of the items each.
std::vector<Event> two_tastes(bool is_dated = true) {
  Rng rng(11);
  std::vector<Event> events;
  for (std::uint32_t user = 0; user < kUsers; ++user) {
    for (std::int32_t day = 0; day < 12; ++day) {
      const double u = rng.uniform();
      const auto item = static_cast<std::uint32_t>(u * u * 40) + (user % 2 == 0 ? 0 : 40);
      events.push_back({user, item, 1, 1, is_dated ? day / 3 : kNoDay});
    }
  }
  return events;
}

struct Catalogue {
  Catalogue() {
    for (std::uint32_t item = 0; item < kItems; ++item) {
      texts.push_back((item % 2 == 0 ? "red shoe " : "blue hat ") + std::string(1, 'a') +
                      std::to_string(item));
    }
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    index = text::TfidfIndex::build(views);
  }
  std::vector<std::string> texts;
  text::TfidfIndex index;
};

const Catalogue& catalogue() {
  static const Catalogue made;
  return made;
}

Fit fitted(std::span<const Event> events, const FitOptions& options) {
  auto fit = Fit::make(events, kUsers, catalogue().index, options);
  EXPECT_TRUE(fit.ok());
  return std::move(fit).value();
}

std::vector<std::uint32_t> ids(const std::vector<Listed>& list) {
  std::vector<std::uint32_t> result;
  for (const Listed& item : list) result.push_back(item.item);
  return result;
}

constexpr Algorithm kAll[] = {Algorithm::als, Algorithm::ease, Algorithm::content};

TEST(Histories, SumRepeatsWhateverTheOrder) {
  std::vector<Event> events{{0, 5, 0.2F, 1}, {1, 2, 1, 1}, {0, 5, 1, 5}, {0, 1, 0, 0}};
  const Histories histories(events, 3);
  const Taste taste = histories.of(0);
  ASSERT_EQ(taste.items.size(), 2U);
  EXPECT_EQ(taste.items[0], 1U);
  EXPECT_EQ(taste.preferences[0], 0);
  EXPECT_EQ(taste.preferences[1], 1.2F);
  EXPECT_EQ(taste.ratings[1], 6);
  EXPECT_TRUE(histories.of(2).items.empty());
  const ActiveItems active(histories, 7);  // item 1 was seen, not liked
  EXPECT_EQ(active.size(), 2U);
  EXPECT_EQ(active.active_of(1), ActiveItems::kNone);
  EXPECT_EQ(active.interactions(histories).size(), 2U);
}

TEST(Recommender, RanksTheOwnTasteFirst) {
  const auto events = two_tastes();
  for (const Algorithm algorithm : {Algorithm::als, Algorithm::ease}) {
    const Fit fit = fitted(events, {.algorithm = algorithm});
    ASSERT_EQ(fit.algorithm(), algorithm);
    for (const std::uint32_t user : {0U, 1U, 57U, 198U}) {
      const auto list = list_for(fit, catalogue().index, fit.histories().of(user), {.k = 5});
      ASSERT_EQ(list.size(), 5U);
      for (const std::uint32_t item : ids(list)) EXPECT_EQ(item >= 40, user % 2 == 1) << item;
    }
  }
}

TEST(Recommender, FewInteractionsFallBackToContent) {
  auto events = two_tastes();
  events.resize(1'400);
  EXPECT_EQ(fitted(events, {.algorithm = Algorithm::als}).algorithm(), Algorithm::content);
  EXPECT_EQ(fitted(events, {.algorithm = Algorithm::automatic}).algorithm(), Algorithm::content);
  EXPECT_EQ(fitted({}, {.algorithm = Algorithm::ease}).algorithm(), Algorithm::content);
}

TEST(Lists, AreNeverShortWhileCandidatesExistAndNeverHoldAForbiddenItem) {
  const auto events = two_tastes();
  IdSet allowed(kItems, false);
  for (std::uint32_t item = 60; item < kItems; ++item) allowed.add(item);
  for (const Algorithm algorithm : kAll) {
    const Fit fit = fitted(events, {.algorithm = algorithm, .allowed = &allowed});
    for (std::uint32_t user = 0; user < 20; ++user) {
      const Taste taste = fit.histories().of(user);
      std::size_t candidates = 30;
      for (const std::uint32_t item : taste.items) candidates -= allowed.has(item);
      for (const double diversity : {0.0, 0.4}) {
        const auto list =
            list_for(fit, catalogue().index, taste, {.k = 200, .diversity = diversity});
        EXPECT_EQ(list.size(), candidates);
        const auto listed = ids(list);
        EXPECT_EQ(std::set(listed.begin(), listed.end()).size(), candidates);
        for (const std::uint32_t item : listed) {
          EXPECT_TRUE(allowed.has(item));
          EXPECT_FALSE(std::ranges::binary_search(taste.items, item));
        }
      }
    }
  }
}

TEST(Lists, OfManyAreThoseOfOneOnAnyNumberOfThreads) {
  const auto events = two_tastes();
  for (const Algorithm algorithm : kAll) {
    for (const Closeness closeness : {Closeness::dot, Closeness::cosine}) {
      const Fit fit = fitted(events, {.algorithm = algorithm, .closeness = closeness});
      std::vector<Taste> tastes;
      for (std::uint32_t user = 0; user < kUsers; ++user) {
        tastes.push_back(fit.histories().of(user));
      }
      const ListOptions options{.k = 7, .excludes_seen = false};
      for (const std::size_t threads : {1U, 2U, 8U}) {
        const auto lists = lists_for(fit, catalogue().index, tastes, options, threads);
        for (std::uint32_t user = 0; user < kUsers; ++user) {
          const auto one = list_for(fit, catalogue().index, tastes[user], options);
          ASSERT_EQ(ids(lists[user]), ids(one));
          for (std::size_t i = 0; i < one.size(); ++i) {
            ASSERT_EQ(lists[user][i].score, one[i].score);
          }
        }
      }
    }
  }
}

TEST(Lists, ReasonsSumToTheScore) {
  const auto events = two_tastes();
  for (const Algorithm algorithm : kAll) {
    for (const Closeness closeness : {Closeness::dot, Closeness::cosine}) {
      const Fit fit = fitted(events, {.algorithm = algorithm, .closeness = closeness});
      for (const bool excludes_seen : {true, false}) {
        for (const Listed& item :
             list_for(fit, catalogue().index, fit.histories().of(33),
                      {.k = 85, .excludes_seen = excludes_seen, .explains = true})) {
          double sum = 0;
          for (const Contribution& part : item.reasons) sum += part.value;
          EXPECT_NEAR(sum, item.score, 1e-5);
        }
      }
    }
  }
}

TEST(Lists, ATasteWithoutLikesGetsNothing) {
  const std::vector<Event> events{{0, 1, 0, 0}, {1, 1, 1, 1}, {1, 2, 1, 1}};
  const Fit fit = fitted(events, {});
  EXPECT_TRUE(list_for(fit, catalogue().index, fit.histories().of(0), {}).empty());
  EXPECT_TRUE(list_for(fit, catalogue().index, fit.histories().of(5), {}).empty());
  EXPECT_FALSE(list_for(fit, catalogue().index, fit.histories().of(1), {}).empty());
}

TEST(Fit, KeptModelsGiveTheSameAnswer) {
  const auto events = two_tastes();
  for (const Algorithm algorithm : {Algorithm::als, Algorithm::ease, Algorithm::automatic}) {
    MemoryStore store;
    const ListOptions options{.k = 20, .explains = true};
    const Fit without = fitted(events, {.algorithm = algorithm});
    const Fit first = fitted(events, {.algorithm = algorithm, .store = &store});
    EXPECT_EQ(store.hits, 0);
    const Fit second = fitted(events, {.algorithm = algorithm, .threads = 2, .store = &store});
    EXPECT_GT(store.hits, 0);
    for (const Fit* fit : {&first, &second}) {
      EXPECT_EQ(fit->algorithm(), without.algorithm());
      EXPECT_EQ(fit->rmse(), without.rmse());
      for (std::uint32_t user = 0; user < 30; ++user) {
        const auto a = list_for(without, catalogue().index, without.histories().of(user), options);
        const auto b = list_for(*fit, catalogue().index, fit->histories().of(user), options);
        ASSERT_EQ(ids(a), ids(b));
        for (std::size_t i = 0; i < a.size(); ++i) {
          ASSERT_EQ(a[i].score, b[i].score);
          ASSERT_EQ(a[i].reasons[0].value, b[i].reasons[0].value);
        }
      }
    }
    const int hits = store.hits;
    auto other = events;
    other.front().item = 39;
    fitted(other, {.algorithm = algorithm, .store = &store});
    EXPECT_EQ(store.hits, hits);  // other data, other model
  }
}

TEST(Digest, EveryBitOfTheDataMovesBothHalves) {
  std::vector<std::uint32_t> data(40, 7);
  const auto hex = [&data] {
    Digest digest;
    digest.add(std::span<const std::uint32_t>(data));
    return digest.hex();
  };
  std::set<std::string> first;
  std::set<std::string> second;
  for (std::size_t bit = 0; bit < 32 * data.size(); ++bit) {
    data[bit / 32] ^= 1U << (bit % 32);
    first.insert(hex().substr(0, 16));
    second.insert(hex().substr(16));
    data[bit / 32] ^= 1U << (bit % 32);
  }
  EXPECT_EQ(first.size(), 32 * data.size());
  EXPECT_EQ(second.size(), 32 * data.size());
  EXPECT_EQ(hex(), hex());
}

TEST(Fit, DamagedModelsAreTrainedAgain) {
  const auto events = two_tastes();
  MemoryStore store;
  fitted(events, {.store = &store});
  for (auto& [key, bytes] : store.models) bytes.resize(bytes.size() / 2);
  const Fit again = fitted(events, {.store = &store});
  EXPECT_EQ(again.rmse(), fitted(events, {}).rmse());
}

TEST(Fit, EaseRefusesMoreItemsThanItTakes) {
  FitOptions options{.algorithm = Algorithm::ease};
  options.thresholds.ease_items = 79;
  const auto fit = Fit::make(two_tastes(), kUsers, catalogue().index, options);
  ASSERT_FALSE(fit.ok());
  EXPECT_EQ(fit.error().kind, ErrorKind::too_large);
}

TEST(Evaluation, HoldsOutTheLastDayOrOneItem) {
  const std::vector<Event> dated{{0, 1, 1, 1, 3}, {0, 2, 1, 1, 5}, {0, 1, 1, 1, 5},
                                 {1, 4, 1, 1, 9}, {2, 3, 1, 1, 1}, {2, 3, 1, 1, 2}};
  const HoldOut by_day = hold_out_last(dated, 3, 100, 42);
  EXPECT_TRUE(by_day.is_by_day);
  ASSERT_EQ(by_day.users, std::vector<std::uint32_t>{0});  // 1: one day; 2: nothing new
  EXPECT_EQ(by_day.items[0], std::vector<std::uint32_t>{2});
  EXPECT_EQ(by_day.training.size(), 4U);
  auto undated = dated;
  undated[0].day = kNoDay;
  const HoldOut by_item = hold_out_last(undated, 3, 100, 42);
  EXPECT_FALSE(by_item.is_by_day);
  ASSERT_EQ(by_item.users, std::vector<std::uint32_t>{0});
  EXPECT_EQ(by_item.items[0].size(), 1U);
  std::ranges::reverse(undated);
  EXPECT_EQ(hold_out_last(undated, 3, 100, 42).items, by_item.items);
}

// Ranks items by their codes.
class InOrder : public Recommender {
 public:
  std::vector<Scored> top_k(const Taste&, const Selection& selection) const override {
    std::vector<Scored> list;
    for (std::uint32_t i = 0; i < selection.k; ++i) list.push_back({i, 1.0 - i * 0.01});
    return list;
  }
  std::vector<std::vector<Contribution>> explain(const Taste&,
                                                 std::span<const Scored>) const override {
    return {};
  }
};

TEST(Evaluation, CountsByHand) {
  HoldOut hold_out;
  hold_out.users = {0, 1};
  hold_out.items = {{0, 2, 50}, {15}};
  const Histories histories(std::span<const Event>{}, 2);
  const Quality quality = quality_of(InOrder(), histories, hold_out, 100, 1);
  // First user: hits at ranks 1 and 3 of 3 items; second: a hit at rank 16.
  const double ideal = 1 + 1 / std::log2(3.0) + 0.5;
  EXPECT_NEAR(quality.ndcg_at_10, (1 + 0.5) / ideal / 2, 1e-12);
  EXPECT_NEAR(quality.recall_at_20, (2.0 / 3 + 1) / 2, 1e-12);
  EXPECT_NEAR(quality.coverage, 0.1, 1e-12);
  EXPECT_EQ(quality_of(InOrder(), histories, {}, 100, 1).users, 0U);
}

TEST(Diversity, RisesWithTheKnobAndZeroChangesNothing) {
  std::vector<Scored> pool;
  for (std::uint32_t i = 0; i < 60; ++i) pool.push_back({i, 1 - i * 0.01});
  const Likeness likeness = [](std::size_t i, std::size_t j) { return i % 6 == j % 6 ? 1.0 : 0.1; };
  double previous = 0;
  for (const double diversity : {0.0, 0.1, 0.3, 0.6, 1.0}) {
    const auto list = diversified(pool, 12, diversity, likeness);
    ASSERT_EQ(list.size(), 12U);
    double distance = 0;
    for (const Scored& a : list) {
      for (const Scored& b : list) distance += 1 - likeness(a.id, b.id);
    }
    EXPECT_GE(distance, previous - 1e-9);
    previous = distance;
    EXPECT_EQ(list.front().id, 0U);
    if (diversity == 0) {
      for (std::uint32_t i = 0; i < 12; ++i) EXPECT_EQ(list[i].id, i);
    }
  }
  EXPECT_TRUE(diversified({}, 5, 0.5, likeness).empty());
}

TEST(SimilarItems, BlendBehaviourAndContent) {
  const auto events = two_tastes();
  const Histories histories(events, kUsers);
  const ActiveItems active(histories, kItems);
  const auto interactions = active.interactions(histories);
  double rmse = 0;
  const auto model = train_or_find_als(interactions, {.dims = 8, .iterations = 10}, &rmse);
  const Behaviour behaviour{*model, active, interactions};
  const auto& index = catalogue().index;
  for (const double blend : {0.0, 0.3, 1.0}) {
    const auto list = similar_items(index, &behaviour, 3, {.k = 89, .blend_cf = blend});
    ASSERT_EQ(list.size(), 89U);
    for (std::size_t i = 0; i < list.size(); ++i) {
      EXPECT_NE(list[i].item, 3U);
      EXPECT_NEAR(list[i].score, blend * list[i].cf + (1 - blend) * list[i].content, 1e-12);
      EXPECT_LE(list[i].score, list[i == 0 ? 0 : i - 1].score);
      EXPECT_TRUE(list[i].item < 80 || list[i].cf == 0);
    }
    if (blend == 1) {
      for (std::size_t i = 0; i < 5; ++i) EXPECT_LT(list[i].item, 40U);
    }
  }
  // An item that nobody chose is compared by its texts alone.
  const auto fresh = similar_items(index, &behaviour, 85, {.k = 3, .blend_cf = 0.9});
  EXPECT_NEAR(fresh[0].score, fresh[0].content, 1e-12);
  EXPECT_GT(fresh[0].score, 0);
}

}  // namespace
}  // namespace clientele::recommend
