#include "store/authenticator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "store/key_ring.hpp"
#include "store/memory_tenant_store.hpp"

namespace clientele::store {
namespace {

using namespace std::chrono_literals;

const Instant kNow{1'700'000'000s};
constexpr Freshness kAlwaysAsk{.refresh_every = 0ms, .trust_for = 1h};

// Passes on to another store, unless told to fail.
class FailingStore final : public TenantStore {
 public:
  explicit FailingStore(TenantStore& inner) : inner_(&inner) {}
  void fail(bool now) { failing_ = now; }
  void replace(TenantStore& inner) { inner_ = &inner; }
  int questions() const { return questions_; }

  Status add_key(const StoredKey& key) override { return inner_->add_key(key); }
  Result<std::vector<StoredKey>> list_keys(std::optional<std::string_view> tenant) override {
    return inner_->list_keys(tenant);
  }
  Status change_key(std::string_view tenant, std::string_view id,
                    const KeyChange& change) override {
    return inner_->change_key(tenant, id, change);
  }
  Result<KeyChanges> changes_since(std::uint64_t revision) override {
    ++questions_;
    if (failing_) return Error{.kind = ErrorKind::file_error, .detail = "disk on fire at /secret"};
    return inner_->changes_since(revision);
  }
  Result<std::optional<SecretDigest>> pepper_mark() override { return inner_->pepper_mark(); }
  Result<SecretDigest> settle_pepper_mark(const SecretDigest& mark) override {
    return inner_->settle_pepper_mark(mark);
  }

 private:
  TenantStore* inner_;
  std::atomic<bool> failing_{false};
  std::atomic<int> questions_{0};
};

class AuthenticatorTest : public testing::Test {
 protected:
  std::unique_ptr<TenantStore> memory_ = make_memory_store();
  FailingStore store_{*memory_};
  Pepper pepper_{std::string(32, 'p')};
  KeyRing ring_{store_, pepper_};
  IssuedKey key_ = std::move(ring_.create("acme", kNow)).value();
  IssuedKey other_ = std::move(ring_.create("zenith", kNow)).value();
  Authenticator authenticator_{store_, pepper_, kAlwaysAsk};

  std::string secret() const { return std::string(key_.secret.reveal()); }

  // Another thread may be asking the store at this moment, with a question from before a change.
  bool soon_accepted(const IssuedKey& key, bool wanted) {
    const auto give_up = std::chrono::steady_clock::now() + 5s;
    while (std::chrono::steady_clock::now() < give_up) {
      if (authenticator_.authenticate(key.id, key.secret.reveal(), kNow).ok() == wanted)
        return true;
    }
    return false;
  }
};

TEST_F(AuthenticatorTest, EveryRefusalReadsTheSame) {
  const IssuedKey revoked = std::move(ring_.create("acme", kNow)).value();
  ASSERT_TRUE(ring_.revoke("acme", revoked.id, kNow).ok());
  const std::string unissued(Secret::generate().reveal());
  std::string mistyped = secret();
  mistyped[20] = mistyped[20] == 'x' ? 'y' : 'x';
  const std::vector<std::pair<std::string, std::string>> attempts{
      {new_key_id(), secret()},
      {"", ""},
      {"not-a-uuid", secret()},
      {key_.id, unissued},
      {key_.id, mistyped},
      {key_.id, ""},
      {key_.id, secret() + "x"},
      {key_.id, std::string(8000, 'x')},
      {key_.id, std::string(other_.secret.reveal())},
      {other_.id, secret()},
      {revoked.id, std::string(revoked.secret.reveal())},
      {std::string(36, '\0'), std::string(60, '\0')},
      {"00000000-0000-0000-0000-000000000000", std::string(60, '-')},
  };
  for (const auto& [id, text] : attempts) {
    const auto answer = authenticator_.authenticate(id, text, kNow);
    ASSERT_FALSE(answer.ok()) << id;
    EXPECT_EQ(answer.error().kind, ErrorKind::unauthorized);
    EXPECT_EQ(answer.error().detail,
              "X-Customer-Api-Id and X-Secret must name a valid key and its secret");
    EXPECT_TRUE(answer.error().faults.empty());
  }
}

TEST_F(AuthenticatorTest, AnotherPepperOpensNothing) {
  const Pepper other(std::string(32, 'q'));
  Authenticator stranger(store_, other, kAlwaysAsk);
  EXPECT_FALSE(stranger.authenticate(key_.id, secret(), kNow).ok());
}

TEST_F(AuthenticatorTest, ADigestMovedToAnotherKeyOpensNothing) {
  const SecretDigest digest = memory_->list_keys("acme")->front().secrets.front().digest;
  const auto forge = [&](StoredKey changed) -> Result<StoredKey> {
    changed.secrets.front().digest = digest;
    return changed;
  };
  ASSERT_TRUE(memory_->change_key("zenith", other_.id, forge).ok());
  EXPECT_FALSE(authenticator_.authenticate(other_.id, secret(), kNow).ok());
}

TEST_F(AuthenticatorTest, TheStoreIsNotAskedForEveryRequest) {
  Authenticator calm(store_, pepper_, {.refresh_every = 1h, .trust_for = 2h});
  const int before = store_.questions();
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(calm.authenticate(key_.id, secret(), kNow).ok());
    EXPECT_FALSE(calm.authenticate(new_key_id(), secret(), kNow).ok());
  }
  EXPECT_EQ(store_.questions(), before + 1);
}

TEST_F(AuthenticatorTest, ChangesAreSeenOnceTheyAreAskedFor) {
  Authenticator quick(store_, pepper_, {.refresh_every = 20ms, .trust_for = 1h});
  ASSERT_TRUE(quick.authenticate(key_.id, secret(), kNow).ok());
  ASSERT_TRUE(ring_.revoke("acme", key_.id, kNow).ok());
  std::this_thread::sleep_for(25ms);
  EXPECT_FALSE(quick.authenticate(key_.id, secret(), kNow).ok());
}

TEST_F(AuthenticatorTest, KnownKeysOutliveAShortFailureOfTheStore) {
  ASSERT_TRUE(authenticator_.authenticate(key_.id, secret(), kNow).ok());
  store_.fail(true);
  EXPECT_TRUE(authenticator_.authenticate(key_.id, secret(), kNow).ok());
  EXPECT_EQ(authenticator_.authenticate(key_.id, "wrong", kNow).error().kind,
            ErrorKind::unauthorized);
}

TEST_F(AuthenticatorTest, AfterALongFailureNobodyIsTrusted) {
  Authenticator wary(store_, pepper_, {.refresh_every = 0ms, .trust_for = 20ms});
  ASSERT_TRUE(wary.authenticate(key_.id, secret(), kNow).ok());
  store_.fail(true);
  std::this_thread::sleep_for(25ms);
  const auto answer = wary.authenticate(key_.id, secret(), kNow);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, ErrorKind::overloaded);
  EXPECT_GT(answer.error().retry_after_seconds, 0);
  EXPECT_EQ(answer.error().detail.find("/secret"), std::string::npos);
  store_.fail(false);
  EXPECT_TRUE(wary.authenticate(key_.id, secret(), kNow).ok());
}

TEST_F(AuthenticatorTest, AStoreThatNeverAnsweredAdmitsNobody) {
  store_.fail(true);
  Authenticator fresh(store_, pepper_, kAlwaysAsk);
  EXPECT_EQ(fresh.authenticate(key_.id, secret(), kNow).error().kind, ErrorKind::overloaded);
}

TEST_F(AuthenticatorTest, AStoreRestoredFromABackupStartsOver) {
  ASSERT_TRUE(authenticator_.authenticate(key_.id, secret(), kNow).ok());
  const auto backup = make_memory_store();
  StoredKey kept = memory_->list_keys("zenith")->front();
  ASSERT_TRUE(backup->add_key(kept).ok());
  store_.replace(*backup);
  EXPECT_FALSE(authenticator_.authenticate(key_.id, secret(), kNow).ok());
  EXPECT_TRUE(authenticator_.authenticate(other_.id, other_.secret.reveal(), kNow).ok());
}

TEST_F(AuthenticatorTest, ManyThreadsAndAKeyThatComesAndGoes) {
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      while (!stop) {
        if (!authenticator_.authenticate(key_.id, secret(), kNow).ok()) ++wrong;
        if (authenticator_.authenticate(key_.id, "wrong", kNow).ok()) ++wrong;
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    const auto passing = ring_.create("passing", kNow);
    EXPECT_TRUE(soon_accepted(*passing, true));
    EXPECT_TRUE(ring_.revoke("passing", passing->id, kNow).ok());
    EXPECT_TRUE(soon_accepted(*passing, false));
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

// Loose on purpose: it finds a missing digest (a factor of ten), not a stray nanosecond.
TEST_F(AuthenticatorTest, RefusalsTakeTheSameTime) {
  Authenticator calm(store_, pepper_, {.refresh_every = 1h, .trust_for = 2h});
  const std::string unknown = new_key_id();
  const std::string unissued(Secret::generate().reveal());
  const std::pair<std::string, std::string> attempts[] = {
      {unknown, unissued}, {key_.id, unissued}, {"malformed", unissued}, {key_.id, "malformed"}};
  std::vector<double> best(std::size(attempts), 1e9);
  for (int round = 0; round < 200; ++round) {
    for (std::size_t i = 0; i < std::size(attempts); ++i) {
      const auto begin = std::chrono::steady_clock::now();
      for (int repeat = 0; repeat < 50; ++repeat) {
        EXPECT_FALSE(calm.authenticate(attempts[i].first, attempts[i].second, kNow).ok());
      }
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
      best[i] = std::min(best[i], took.count());
    }
  }
  const auto [fastest, slowest] = std::minmax_element(best.begin(), best.end());
  EXPECT_LT(*slowest, 2 * *fastest);
}

}  // namespace
}  // namespace clientele::store
