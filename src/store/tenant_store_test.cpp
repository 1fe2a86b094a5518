// What every TenantStore must do, run on each implementation.
#include "store/tenant_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <thread>

#include "store/memory_tenant_store.hpp"
#include "store/sqlite_tenant_store.hpp"
#include "store/temporary_folder_test.hpp"

namespace clientele::store {
namespace {

Instant at(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

SecretDigest digest(std::uint8_t fill) {
  SecretDigest bytes{};
  bytes.fill(fill);
  return bytes;
}

std::string id(char last) { return std::string("00000000-0000-4000-8000-00000000000") + last; }

StoredKey key(char last, const std::string& tenant, std::int64_t created_at = 1000) {
  return {.id = id(last),
          .tenant = tenant,
          .created_at = at(created_at),
          .revoked_at = std::nullopt,
          .secrets = {{.digest = digest(static_cast<std::uint8_t>(last)),
                       .created_at = at(created_at),
                       .expires_at = std::nullopt}}};
}

void expect_same(const StoredKey& actual, const StoredKey& expected) {
  EXPECT_EQ(actual.id, expected.id);
  EXPECT_EQ(actual.tenant, expected.tenant);
  EXPECT_EQ(actual.created_at, expected.created_at);
  EXPECT_EQ(actual.revoked_at, expected.revoked_at);
  ASSERT_EQ(actual.secrets.size(), expected.secrets.size());
  for (std::size_t i = 0; i < actual.secrets.size(); ++i) {
    EXPECT_EQ(actual.secrets[i].digest, expected.secrets[i].digest);
    EXPECT_EQ(actual.secrets[i].created_at, expected.secrets[i].created_at);
    EXPECT_EQ(actual.secrets[i].expires_at, expected.secrets[i].expires_at);
  }
}

struct Implementation {
  std::string name;
  std::function<std::unique_ptr<TenantStore>(const TemporaryFolder&)> open;
};

class TenantStoreTest : public testing::TestWithParam<Implementation> {
 protected:
  TemporaryFolder folder_;
  std::unique_ptr<TenantStore> store_ = GetParam().open(folder_);

  StoredKey only_key(std::string_view tenant) {
    const auto keys = store_->list_keys(tenant);
    EXPECT_TRUE(keys.ok() && keys->size() == 1);
    return keys->front();
  }
};

TEST_P(TenantStoreTest, AnEmptyStoreHasNoKeys) {
  EXPECT_TRUE(store_->list_keys(std::nullopt)->empty());
  const auto changes = store_->changes_since(0);
  ASSERT_TRUE(changes.ok());
  EXPECT_EQ(changes->revision, 0u);
  EXPECT_TRUE(changes->keys.empty());
  EXPECT_EQ(store_->list_keys("acme").error().kind, ErrorKind::not_found);
}

TEST_P(TenantStoreTest, AKeyComesBackAsItWasAdded) {
  StoredKey added = key('1', "acme");
  added.revoked_at = at(5000);
  added.secrets.front().expires_at = at(4000);
  ASSERT_TRUE(store_->add_key(added).ok());
  expect_same(only_key("acme"), added);
}

TEST_P(TenantStoreTest, AnIdCanBeAddedOnce) {
  ASSERT_TRUE(store_->add_key(key('1', "acme")).ok());
  const Status again = store_->add_key(key('1', "zenith"));
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
  EXPECT_EQ(store_->list_keys("zenith").error().kind, ErrorKind::not_found);
  expect_same(only_key("acme"), key('1', "acme"));
}

TEST_P(TenantStoreTest, KeysAreListedByTenantCreationAndId) {
  for (const StoredKey& added :
       {key('4', "b", 10), key('3', "a", 30), key('2', "a", 20), key('1', "a", 30)}) {
    ASSERT_TRUE(store_->add_key(added).ok());
  }
  const auto keys = store_->list_keys(std::nullopt);
  ASSERT_TRUE(keys.ok());
  std::string order;
  for (const StoredKey& listed : *keys) order += listed.id.back();
  EXPECT_EQ(order, "2134");
  EXPECT_EQ(store_->list_keys("a")->size(), 3u);
}

TEST_P(TenantStoreTest, TenantNamesAreComparedExactly) {
  ASSERT_TRUE(store_->add_key(key('1', "acme")).ok());
  EXPECT_FALSE(store_->list_keys("Acme").ok());
  EXPECT_FALSE(store_->list_keys("acm%").ok());
  EXPECT_FALSE(store_->list_keys("").ok());
}

TEST_P(TenantStoreTest, AChangeReplacesTheKey) {
  ASSERT_TRUE(store_->add_key(key('1', "acme")).ok());
  StoredKey expected = key('1', "acme");
  expected.secrets.front().expires_at = at(2000);
  expected.secrets.push_back({.digest = digest(9), .created_at = at(1500), .expires_at = {}});
  ASSERT_TRUE(store_->change_key("acme", id('1'), [&](const StoredKey&) { return expected; }).ok());
  expect_same(only_key("acme"), expected);
  const auto newest_only = [](StoredKey changed) -> Result<StoredKey> {
    changed.secrets.erase(changed.secrets.begin());
    changed.revoked_at = at(3000);
    return changed;
  };
  ASSERT_TRUE(store_->change_key("acme", id('1'), newest_only).ok());
  expected.secrets.erase(expected.secrets.begin());
  expected.revoked_at = at(3000);
  expect_same(only_key("acme"), expected);
}

TEST_P(TenantStoreTest, ARefusedChangeWritesNothing) {
  ASSERT_TRUE(store_->add_key(key('1', "acme")).ok());
  const auto before = store_->changes_since(0)->revision;
  const Status refused =
      store_->change_key("acme", id('1'), [](StoredKey changed) -> Result<StoredKey> {
        changed.revoked_at = at(1);
        return Error{.kind = ErrorKind::conflict, .detail = "no"};
      });
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().detail, "no");
  expect_same(only_key("acme"), key('1', "acme"));
  EXPECT_EQ(store_->changes_since(0)->revision, before);
}

TEST_P(TenantStoreTest, OnlyTheTenantsOwnKeyCanBeChanged) {
  ASSERT_TRUE(store_->add_key(key('1', "acme")).ok());
  ASSERT_TRUE(store_->add_key(key('2', "zenith")).ok());
  int calls = 0;
  const auto count = [&](StoredKey unchanged) -> Result<StoredKey> {
    ++calls;
    return unchanged;
  };
  EXPECT_EQ(store_->change_key("zenith", id('1'), count).error().kind, ErrorKind::not_found);
  EXPECT_EQ(store_->change_key("acme", id('9'), count).error().kind, ErrorKind::not_found);
  EXPECT_EQ(store_->change_key("nobody", id('1'), count).error().kind, ErrorKind::not_found);
  EXPECT_EQ(calls, 0);
}

TEST_P(TenantStoreTest, ChangesHoldWhatIsNewAndNothingElse) {
  ASSERT_TRUE(store_->add_key(key('1', "acme")).ok());
  ASSERT_TRUE(store_->add_key(key('2', "acme")).ok());
  const auto first = store_->changes_since(0);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->keys.size(), 2u);
  EXPECT_TRUE(store_->changes_since(first->revision)->keys.empty());
  const auto revoke = [](StoredKey changed) -> Result<StoredKey> {
    changed.revoked_at = at(7);
    return changed;
  };
  ASSERT_TRUE(store_->change_key("acme", id('1'), revoke).ok());
  const auto second = store_->changes_since(first->revision);
  ASSERT_TRUE(second.ok());
  EXPECT_GT(second->revision, first->revision);
  ASSERT_EQ(second->keys.size(), 1u);
  EXPECT_EQ(second->keys.front().id, id('1'));
  EXPECT_EQ(second->keys.front().revoked_at, at(7));
}

TEST_P(TenantStoreTest, ConcurrentChangesAreAllKept) {
  ASSERT_TRUE(store_->add_key(key('1', "acme", 0)).ok());
  constexpr int kThreads = 4;
  constexpr int kChanges = 25;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kChanges; ++i) {
        const auto later = [](StoredKey changed) -> Result<StoredKey> {
          changed.secrets.front().created_at += std::chrono::seconds(1);
          return changed;
        };
        EXPECT_TRUE(store_->change_key("acme", id('1'), later).ok());
        EXPECT_TRUE(store_->changes_since(0).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(only_key("acme").secrets.front().created_at, at(kThreads * kChanges));
}

TEST_P(TenantStoreTest, TheFirstPepperMarkStays) {
  EXPECT_EQ(*store_->pepper_mark(), std::nullopt);
  EXPECT_EQ(*store_->settle_pepper_mark(digest(1)), digest(1));
  EXPECT_EQ(*store_->settle_pepper_mark(digest(2)), digest(1));
  EXPECT_EQ(**store_->pepper_mark(), digest(1));
}

TEST_P(TenantStoreTest, TextIsDataWhateverItSays) {
  const std::string hostile = "'; DROP TABLE tenant; --";
  ASSERT_TRUE(store_->add_key(key('1', hostile)).ok());
  EXPECT_EQ(only_key(hostile).tenant, hostile);
  EXPECT_EQ(store_->change_key(hostile, hostile, [](StoredKey same) { return same; }).error().kind,
            ErrorKind::not_found);
}

INSTANTIATE_TEST_SUITE_P(
    Stores, TenantStoreTest,
    testing::Values(
        Implementation{"memory", [](const TemporaryFolder&) { return make_memory_store(); }},
        Implementation{"sqlite",
                       [](const TemporaryFolder& folder) {
                         return std::move(open_sqlite_store(folder.file("store.sqlite"))).value();
                       }}),
    [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace clientele::store
