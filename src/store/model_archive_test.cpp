// What every ModelArchive must do, run on each implementation; and how SQLite's meets damage.
#include "store/model_archive.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <thread>

#include "store/memory_model_archive.hpp"
#include "store/sqlite_database.hpp"
#include "store/sqlite_model_archive.hpp"
#include "store/temporary_folder_test.hpp"

namespace clientele::store {
namespace {

using namespace std::chrono_literals;

const Instant kNow{1'700'000'000s};
constexpr std::string_view kKind = "propensity_buy_product";
constexpr std::uint64_t kSpace = 100;

std::vector<std::byte> bytes(std::size_t size, std::uint8_t fill = 7) {
  return std::vector<std::byte>(size, std::byte{fill});
}

std::string keys_of(const Result<std::vector<ModelEntry>>& entries) {
  EXPECT_TRUE(entries.ok());
  std::string keys;
  for (const ModelEntry& entry : *entries) keys += entry.key + " ";
  return keys;
}

struct Implementation {
  std::string name;
  std::function<std::unique_ptr<ModelArchive>(const TemporaryFolder&)> open;
};

class ModelArchiveTest : public testing::TestWithParam<Implementation> {
 protected:
  TemporaryFolder folder_;
  std::unique_ptr<ModelArchive> archive_ = GetParam().open(folder_);
  TenantModels acme_{*archive_, "acme", kNow};
};

TEST_P(ModelArchiveTest, AModelComesBackAsItWasSaved) {
  EXPECT_EQ(*acme_.find(kKind, "SKU-1"), std::nullopt);
  const auto saved = acme_.save(kKind, "SKU-1", bytes(40));
  ASSERT_TRUE(saved.ok());
  const auto found = acme_.find(kKind, "SKU-1");
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->bytes, bytes(40));
  EXPECT_EQ((*found)->entry.id, saved->id);
  EXPECT_EQ((*found)->entry.kind, kKind);
  EXPECT_EQ((*found)->entry.key, "SKU-1");
  EXPECT_EQ((*found)->entry.version, 1u);
  EXPECT_EQ((*found)->entry.trained_at, kNow);
  EXPECT_EQ((*found)->entry.expires_at, kNow + std::chrono::days{30});
  EXPECT_EQ(saved->expires_at, kNow + std::chrono::days{30});
  EXPECT_EQ((*found)->entry.size_bytes, 40u);
  EXPECT_EQ(*acme_.find(kKind, "SKU-2"), std::nullopt);
  EXPECT_EQ(*acme_.find("churn_risk", "SKU-1"), std::nullopt);
}

TEST_P(ModelArchiveTest, EmptyKeysAndBytesAreKept) {
  ASSERT_TRUE(acme_.save(kKind, {}, {}).ok());
  const auto found = acme_.find(kKind, {});
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_TRUE((*found)->bytes.empty());
}

TEST_P(ModelArchiveTest, ANewModelReplacesTheOldOneAndCounts) {
  const auto first = acme_.save(kKind, "SKU-1", bytes(10, 1));
  const auto second = acme_.save(kKind, "SKU-1", bytes(20, 2));
  EXPECT_EQ(second->version, 2u);
  EXPECT_NE(second->id, first->id);
  EXPECT_EQ((*acme_.find(kKind, "SKU-1"))->bytes, bytes(20, 2));
  EXPECT_EQ(acme_.list()->size(), 1u);
  EXPECT_EQ(acme_.remove(first->id).error().kind, ErrorKind::not_found);
}

TEST_P(ModelArchiveTest, AnotherTenantNeverReachesIt) {
  TenantModels zenith(*archive_, "zenith", kNow);
  const auto saved = acme_.save(kKind, "SKU-1", bytes(10));
  EXPECT_EQ(*zenith.find(kKind, "SKU-1"), std::nullopt);
  EXPECT_TRUE(zenith.list()->empty());
  EXPECT_EQ(zenith.remove(saved->id).error().kind, ErrorKind::not_found);
  ASSERT_TRUE(zenith.save(kKind, "SKU-1", bytes(5, 9)).ok());
  EXPECT_EQ((*acme_.find(kKind, "SKU-1"))->bytes, bytes(10));
  EXPECT_EQ((*zenith.find(kKind, "SKU-1"))->bytes, bytes(5, 9));
  ASSERT_TRUE(zenith.save(kKind, "large", bytes(kSpace, 9)).ok());
  EXPECT_EQ(keys_of(acme_.list()), "SKU-1 ");
}

TEST_P(ModelArchiveTest, ModelsExpire) {
  ASSERT_TRUE(acme_.save(kKind, "SKU-1", bytes(10)).ok());
  TenantModels last_second(*archive_, "acme", kNow + std::chrono::days{30} - 1s);
  TenantModels too_late(*archive_, "acme", kNow + std::chrono::days{30});
  EXPECT_TRUE(last_second.find(kKind, "SKU-1")->has_value());
  EXPECT_EQ(last_second.list()->size(), 1u);
  EXPECT_EQ(*too_late.find(kKind, "SKU-1"), std::nullopt);
  EXPECT_TRUE(too_late.list()->empty());
  ASSERT_TRUE(too_late.save(kKind, "SKU-2", bytes(10)).ok());
  EXPECT_EQ(*acme_.find(kKind, "SKU-1"), std::nullopt) << "the expired one is gone for good";
}

TEST_P(ModelArchiveTest, TheOldestGiveWayWhenTheSpaceIsFull) {
  const auto save = [&](const std::string& key, std::size_t size, std::chrono::seconds later) {
    return archive_->save("acme", kKind, key, bytes(size), kNow + later);
  };
  ASSERT_TRUE(save("c", 40, 1s).ok());
  ASSERT_TRUE(save("a", 30, 2s).ok());
  ASSERT_TRUE(save("b", 30, 3s).ok());
  EXPECT_EQ(keys_of(acme_.list()), "a b c ");
  ASSERT_TRUE(save("d", 1, 4s).ok());
  EXPECT_EQ(keys_of(acme_.list()), "a b d ");
  ASSERT_TRUE(save("a", 80, 0s).ok()) << "older by its time, yet just saved";
  EXPECT_EQ(keys_of(acme_.list()), "a d ");
  const auto refused = save("e", kSpace + 1, 9s);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
  EXPECT_EQ(keys_of(acme_.list()), "a d ");
}

TEST_P(ModelArchiveTest, RemovedIsGone) {
  const auto saved = acme_.save(kKind, "SKU-1", bytes(10));
  ASSERT_TRUE(acme_.remove(saved->id).ok());
  EXPECT_EQ(*acme_.find(kKind, "SKU-1"), std::nullopt);
  EXPECT_EQ(acme_.remove(saved->id).error().kind, ErrorKind::not_found);
  EXPECT_EQ(acme_.remove("'; DROP TABLE model; --").error().kind, ErrorKind::not_found);
}

TEST_P(ModelArchiveTest, ListsByKindAndKey) {
  for (const auto& [kind, key] : {std::pair{"b", "1"}, {"a", "2"}, {"a", "1"}}) {
    ASSERT_TRUE(acme_.save(kind, key, bytes(1)).ok());
  }
  std::string order;
  const auto entries = acme_.list();
  for (const ModelEntry& entry : *entries) order += entry.kind + entry.key + " ";
  EXPECT_EQ(order, "a1 a2 b1 ");
}

TEST_P(ModelArchiveTest, ConcurrentUseLosesNothing) {
  constexpr int kThreads = 4;
  constexpr int kSaves = 10;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      TenantModels own(*archive_, "tenant " + std::to_string(t), kNow);
      for (int i = 0; i < kSaves; ++i) {
        EXPECT_TRUE(own.save(kKind, "key", bytes(50, static_cast<std::uint8_t>(t))).ok());
        const auto found = own.find(kKind, "key");
        EXPECT_TRUE(found.ok() && found->has_value());
        EXPECT_EQ((*found)->bytes, bytes(50, static_cast<std::uint8_t>(t)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  TenantModels one(*archive_, "tenant 3", kNow);
  EXPECT_EQ((*one.find(kKind, "key"))->entry.version, std::uint64_t{kSaves});
}

constexpr ModelSpace kTight{.keep = std::chrono::days{30}, .bytes_per_tenant = kSpace};

INSTANTIATE_TEST_SUITE_P(
    Archives, ModelArchiveTest,
    testing::Values(
        Implementation{"memory",
                       [](const TemporaryFolder&) { return make_memory_archive(kTight); }},
        Implementation{
            "sqlite",
            [](const TemporaryFolder& folder) {
              return std::move(open_sqlite_archive(folder.file("store.sqlite"), kTight)).value();
            }}),
    [](const auto& parameter) { return parameter.param.name; });

class SqliteArchiveTest : public testing::Test {
 protected:
  void run(const std::string& sql) {
    auto database = Database::open(path_, 1s);
    ASSERT_TRUE(database.ok());
    ASSERT_TRUE(database->execute(sql).ok());
  }
  TemporaryFolder folder_;
  std::string path_ = folder_.file("store.sqlite");
  std::unique_ptr<ModelArchive> archive_ = std::move(open_sqlite_archive(path_)).value();
  TenantModels acme_{*archive_, "acme", kNow};
};

TEST_F(SqliteArchiveTest, ModelsOutliveTheProcess) {
  ASSERT_TRUE(acme_.save(kKind, "SKU-1", bytes(10)).ok());
  const auto reopened = open_sqlite_archive(path_);
  EXPECT_EQ((*(*reopened)->find("acme", kKind, "SKU-1", kNow))->bytes, bytes(10));
}

TEST_F(SqliteArchiveTest, ChangedBytesAreNeverHandedOut) {
  ASSERT_TRUE(acme_.save(kKind, "SKU-1", bytes(10)).ok());
  run("UPDATE model SET bytes = x'07070707070707070708'");
  const auto found = acme_.find(kKind, "SKU-1");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().kind, ErrorKind::file_error);
  EXPECT_NE(found.error().detail.find("train it again"), std::string::npos);
  ASSERT_TRUE(acme_.save(kKind, "SKU-1", bytes(10)).ok());
  EXPECT_TRUE(acme_.find(kKind, "SKU-1").ok());
}

TEST_F(SqliteArchiveTest, ARowMovedToAnotherTenantOrKeyDoesNotPass) {
  ASSERT_TRUE(acme_.save(kKind, "SKU-1", bytes(10)).ok());
  TenantModels zenith(*archive_, "zenith", kNow);
  ASSERT_TRUE(zenith.save(kKind, "SKU-9", bytes(10)).ok());
  run("UPDATE model SET tenant_id = (SELECT id FROM tenant WHERE name = 'zenith')"
      " WHERE key = 'SKU-1'");
  EXPECT_EQ(zenith.find(kKind, "SKU-1").error().kind, ErrorKind::file_error);
  run("UPDATE model SET key = 'SKU-2' WHERE key = 'SKU-9'");
  EXPECT_EQ(zenith.find(kKind, "SKU-2").error().kind, ErrorKind::file_error);
}

TEST_F(SqliteArchiveTest, ALockedStoreSaysSo) {
  const auto impatient = open_sqlite_archive(path_, {}, {.write = 50ms, .read = 50ms});
  auto intruder = Database::open(path_, 1s);
  ASSERT_TRUE(intruder->execute("BEGIN IMMEDIATE").ok());
  const auto refused = (*impatient)->save("acme", kKind, "SKU-1", bytes(10), kNow);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::overloaded);
  EXPECT_TRUE((*impatient)->list("acme", kNow).ok());
}

}  // namespace
}  // namespace clientele::store
