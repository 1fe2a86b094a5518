// Secrets of API keys: how they are made, recognised, and turned into what the store may keep.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace clientele::store {

// What is stored instead of a secret: BLAKE2b-256 keyed with the pepper, over key id and secret.
using SecretDigest = std::array<std::uint8_t, 32>;

// Text of a secret, `ck_live_<43 base64url characters>_<CRC-32 in 8 hex digits>`. Shown once by
// whoever issued it; the bytes are zeroed when the object goes. Deliberately not printable.
class Secret {
 public:
  static constexpr std::size_t kLength = 60;

  // 256 fresh random bits.
  static Secret generate();

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  // The text itself; valid while the object lives.
  std::string_view reveal() const { return {text_.data(), text_.size()}; }

 private:
  Secret() = default;
  std::array<char, kLength> text_{};
};

// True if `text` has a secret's form and its checksum is right: tells typing errors and other
// people's tokens from ours without a store. Says nothing about whether the secret is valid.
bool is_well_formed_secret(std::string_view text);

// The key of the digests, kept apart from the database so that a stolen database is worth nothing.
// Zeroed when the object goes.
class Pepper {
 public:
  // Requires: `source` holds at least 32 characters of entropy (see load_pepper).
  explicit Pepper(std::string_view source);
  Pepper(Pepper&& other) noexcept;
  Pepper(const Pepper&) = delete;
  Pepper& operator=(const Pepper&) = delete;
  ~Pepper();

  // Digest of a secret of the key `id`. Takes the same time for every secret of the same length.
  SecretDigest digest(std::string_view id, std::string_view secret) const;
  // Identifies the pepper without revealing it.
  SecretDigest mark() const;

 private:
  std::array<std::uint8_t, 32> key_{};
};

// A fresh random key id: UUID version 4, lower case.
std::string new_key_id();

// `id` in lower case if it is a UUID in its 36-character form, else the empty string.
std::string canonical_key_id(std::string_view id);

}  // namespace clientele::store
