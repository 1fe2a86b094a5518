#include "store/key_ring.hpp"

#include <gtest/gtest.h>

#include "store/authenticator.hpp"
#include "store/memory_tenant_store.hpp"

namespace clientele::store {
namespace {

using namespace std::chrono_literals;

const Instant kNow{1'700'000'000s};
constexpr Freshness kAlwaysAsk{.refresh_every = 0ms, .trust_for = 1h};

class KeyRingTest : public testing::Test {
 protected:
  std::unique_ptr<TenantStore> store_ = make_memory_store();
  Pepper pepper_{std::string(32, 'p')};
  KeyRing ring_{*store_, pepper_};
  Authenticator authenticator_{*store_, pepper_, kAlwaysAsk};

  IssuedKey create(std::string_view tenant) {
    return std::move(ring_.create(tenant, kNow)).value();
  }
  bool accepted(const std::string& id, const Secret& secret, Instant now) {
    return authenticator_.authenticate(id, secret.reveal(), now).ok();
  }
};

TEST_F(KeyRingTest, ACreatedKeyOpensTheDoorOfItsTenant) {
  const IssuedKey key = create("acme");
  const auto tenant = authenticator_.authenticate(key.id, key.secret.reveal(), kNow);
  ASSERT_TRUE(tenant.ok());
  EXPECT_EQ(tenant->name, "acme");
}

TEST_F(KeyRingTest, TheStoreNeverSeesTheSecret) {
  const IssuedKey key = create("acme");
  const auto stored = store_->list_keys("acme");
  const SecretDigest& digest = stored->front().secrets.front().digest;
  EXPECT_EQ(digest, pepper_.digest(key.id, key.secret.reveal()));
  EXPECT_EQ(key.secret.reveal().find(std::string(digest.begin(), digest.end())),
            std::string_view::npos);
}

TEST_F(KeyRingTest, TenantNamesAreChecked) {
  for (const std::string& wrong :
       {std::string(), std::string("-acme"), std::string("a b"), std::string("a/b"),
        std::string("ü"), std::string("a\0b", 3), std::string(65, 'a')}) {
    const auto refused = ring_.create(wrong, kNow);
    ASSERT_FALSE(refused.ok()) << wrong;
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid_input);
  }
  for (const std::string& right :
       {std::string("a"), std::string("9.acme_shop-eu"), std::string(64, 'a')}) {
    EXPECT_TRUE(ring_.create(right, kNow).ok()) << right;
  }
}

TEST_F(KeyRingTest, WhileRotatingBothSecretsAreLive) {
  const IssuedKey old_key = create("acme");
  const auto new_key = ring_.rotate("acme", old_key.id, 24h, kNow + 1h);
  ASSERT_TRUE(new_key.ok());
  EXPECT_EQ(new_key->id, old_key.id);
  EXPECT_TRUE(accepted(old_key.id, old_key.secret, kNow + 2h));
  EXPECT_TRUE(accepted(old_key.id, new_key->secret, kNow + 2h));
  EXPECT_TRUE(accepted(old_key.id, old_key.secret, kNow + 25h - 1s));
  EXPECT_FALSE(accepted(old_key.id, old_key.secret, kNow + 25h));
  EXPECT_TRUE(accepted(old_key.id, new_key->secret, kNow + 10000h));
}

TEST_F(KeyRingTest, WithoutOverlapTheOldSecretEndsAtOnce) {
  const IssuedKey old_key = create("acme");
  const auto new_key = ring_.rotate("acme", old_key.id, 0s, kNow);
  EXPECT_FALSE(accepted(old_key.id, old_key.secret, kNow));
  EXPECT_TRUE(accepted(old_key.id, new_key->secret, kNow));
}

TEST_F(KeyRingTest, AThirdSecretWaitsForTheFirstToExpire) {
  const IssuedKey first = create("acme");
  const auto second = ring_.rotate("acme", first.id, 24h, kNow);
  const auto third = ring_.rotate("acme", first.id, 24h, kNow + 1h);
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.error().kind, ErrorKind::conflict);
  EXPECT_NE(third.error().detail.find("valid until 2023-11-15T22:13:20Z"), std::string::npos)
      << third.error().detail;
  EXPECT_TRUE(accepted(first.id, first.secret, kNow + 2h));
  EXPECT_TRUE(ring_.rotate("acme", first.id, 24h, kNow + 24h).ok());
}

TEST_F(KeyRingTest, RotatingWithoutOverlapEndsBothSecrets) {
  const IssuedKey first = create("acme");
  const auto second = ring_.rotate("acme", first.id, 24h, kNow);
  const auto third = ring_.rotate("acme", first.id, 0s, kNow + 1h);
  ASSERT_TRUE(third.ok());
  EXPECT_FALSE(accepted(first.id, first.secret, kNow + 1h));
  EXPECT_FALSE(accepted(first.id, second->secret, kNow + 1h));
  EXPECT_TRUE(accepted(first.id, third->secret, kNow + 1h));
}

TEST_F(KeyRingTest, ARevokedKeyIsDeadForGood) {
  const IssuedKey key = create("acme");
  const auto rotated = ring_.rotate("acme", key.id, 24h, kNow);
  ASSERT_TRUE(ring_.revoke("acme", key.id, kNow + 1h).ok());
  EXPECT_FALSE(accepted(key.id, key.secret, kNow + 1h));
  EXPECT_FALSE(accepted(key.id, rotated->secret, kNow + 1h));
  EXPECT_EQ(ring_.rotate("acme", key.id, 0s, kNow + 2h).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(ring_.revoke("acme", key.id, kNow + 3h).ok());
  EXPECT_EQ(ring_.list("acme", kNow)->front().revoked_at, kNow + 1h);
}

TEST_F(KeyRingTest, TheListShowsHowManySecretsLive) {
  const IssuedKey key = create("acme");
  EXPECT_EQ(ring_.list("acme", kNow)->front().live_secrets, 1u);
  ASSERT_TRUE(ring_.rotate("acme", key.id, 24h, kNow).ok());
  const KeySummary rotating = ring_.list("acme", kNow)->front();
  EXPECT_EQ(rotating.live_secrets, 2u);
  EXPECT_EQ(rotating.old_secret_expires_at, kNow + 24h);
  EXPECT_EQ(ring_.list("acme", kNow + 24h)->front().live_secrets, 1u);
  ASSERT_TRUE(ring_.revoke("acme", key.id, kNow).ok());
  EXPECT_EQ(ring_.list(std::nullopt, kNow)->front().live_secrets, 0u);
}

TEST_F(KeyRingTest, OneTenantCannotTouchTheKeysOfAnother) {
  const IssuedKey mine = create("acme");
  const IssuedKey theirs = create("zenith");
  EXPECT_EQ(ring_.rotate("acme", theirs.id, 0s, kNow).error().kind, ErrorKind::not_found);
  EXPECT_EQ(ring_.revoke("acme", theirs.id, kNow).error().kind, ErrorKind::not_found);
  EXPECT_EQ(ring_.revoke("acme", "not a uuid", kNow).error().kind, ErrorKind::not_found);
  EXPECT_EQ(ring_.list("acme", kNow)->size(), 1u);
  EXPECT_TRUE(accepted(theirs.id, theirs.secret, kNow));
}

TEST_F(KeyRingTest, IdsAreReadInEitherCase) {
  const IssuedKey key = create("acme");
  std::string upper = key.id;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_TRUE(accepted(upper, key.secret, kNow));
  EXPECT_TRUE(ring_.revoke("acme", upper, kNow).ok());
  EXPECT_FALSE(accepted(key.id, key.secret, kNow));
}

}  // namespace
}  // namespace clientele::store
