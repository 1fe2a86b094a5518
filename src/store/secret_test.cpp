#include "store/secret.hpp"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>
#include <utility>

namespace clientele::store {
namespace {

const std::string kPepperText(32, 'p');

// Python: zlib.crc32(b"ck_live_" + b"A" * 43)
const std::string kKnownSecret = "ck_live_" + std::string(43, 'A') + "_3357bdf7";

TEST(Secret, HasTheDocumentedForm) {
  const Secret secret = Secret::generate();
  EXPECT_EQ(secret.reveal().size(), Secret::kLength);
  EXPECT_TRUE(secret.reveal().starts_with("ck_live_"));
  EXPECT_TRUE(is_well_formed_secret(secret.reveal()));
}

TEST(Secret, ChecksumIsCrc32OfWhatStandsBeforeIt) {
  EXPECT_TRUE(is_well_formed_secret(kKnownSecret));
}

TEST(Secret, AnySingleChangedCharacterIsNoticed) {
  const Secret secret = Secret::generate();
  for (std::size_t i = 0; i < Secret::kLength; ++i) {
    std::string wrong(secret.reveal());
    wrong[i] = wrong[i] == '0' ? '1' : '0';
    EXPECT_FALSE(is_well_formed_secret(wrong)) << i;
  }
}

TEST(Secret, OtherLengthsAndTextsAreNotSecrets) {
  const Secret secret = Secret::generate();
  const std::string text(secret.reveal());
  for (const std::string& wrong : {std::string(), text + "0", text.substr(1), std::string(60, ' '),
                                   std::string(8000, 'x'), std::string(60, '\0')}) {
    EXPECT_FALSE(is_well_formed_secret(wrong));
  }
}

TEST(Secret, NoTwoAreTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.emplace(Secret::generate().reveal());
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(Secret, LeavesNothingBehindWhenItMoves) {
  Secret first = Secret::generate();
  const std::string text(first.reveal());
  const Secret second = std::move(first);
  EXPECT_EQ(second.reveal(), text);
  EXPECT_EQ(first.reveal(), std::string_view(std::string(Secret::kLength, '\0')));  // NOLINT
}

TEST(Secret, LeavesNothingBehindWhenItGoes) {
  alignas(Secret) unsigned char place[sizeof(Secret)];
  Secret* const secret = new (place) Secret(Secret::generate());
  secret->~Secret();
  volatile const unsigned char* const bytes = place;
  for (std::size_t i = 0; i < sizeof place; ++i) EXPECT_EQ(bytes[i], 0);
}

TEST(Secret, CannotBeCopied) {
  static_assert(!std::is_copy_constructible_v<Secret>);
  static_assert(!std::is_copy_assignable_v<Secret>);
  static_assert(!std::is_convertible_v<Secret, std::string>);
}

TEST(Pepper, DigestDependsOnPepperIdAndSecret) {
  const Pepper pepper(kPepperText);
  const SecretDigest digest = pepper.digest("id", "secret");
  EXPECT_EQ(digest, Pepper(kPepperText).digest("id", "secret"));
  EXPECT_NE(digest, pepper.digest("id", "secres"));
  EXPECT_NE(digest, pepper.digest("if", "secret"));
  EXPECT_NE(digest, pepper.digest("idsec", "ret"));
  EXPECT_NE(digest, Pepper(kPepperText + "x").digest("id", "secret"));
}

TEST(Pepper, DigestIsKeyedBlake2b) {
  // Python: key = hashlib.blake2b(b"p" * 32, digest_size=32).digest()
  //         hashlib.blake2b(b"id\0secret", key=key, digest_size=32).hexdigest()
  const SecretDigest digest = Pepper(kPepperText).digest("id", "secret");
  std::string hex;
  for (const std::uint8_t byte : digest) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  EXPECT_EQ(hex, "7c8a5821688d3c25b9f70b4dc125aeb9db96ae699f7f287db053e705d7577b38");
}

TEST(KeyId, IsAVersion4Uuid) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string id = new_key_id();
    EXPECT_EQ(canonical_key_id(id), id);
    EXPECT_EQ(id[14], '4');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 100u);
}

TEST(KeyId, CanonicalFormIsLowerCase) {
  EXPECT_EQ(canonical_key_id("0000000A-00bB-4000-8000-00000000000F"),
            "0000000a-00bb-4000-8000-00000000000f");
}

TEST(KeyId, OtherTextsHaveNone) {
  for (const char* const wrong :
       {"", "0", "00000000-0000-4000-8000-00000000000", "00000000-0000-4000-8000-0000000000000",
        "00000000x0000-4000-8000-000000000000", "00000000-0000-4000-8000-00000000000g",
        "{0000000-0000-4000-8000-00000000000}", "000000000000-4000-8000-0000-00000000"}) {
    EXPECT_EQ(canonical_key_id(wrong), "") << wrong;
  }
}

}  // namespace
}  // namespace clientele::store
