#include "store/secret.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>

namespace clientele::store {
namespace {

constexpr std::string_view kPrefix = "ck_live_";
constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kRandomText = 43;
constexpr std::size_t kChecked = kPrefix.size() + kRandomText;
constexpr std::size_t kChecksumText = 8;
static_assert(kChecked + 1 + kChecksumText == Secret::kLength);

// libsodium must be initialised before first use; it fails only without a source of randomness,
// without which nothing here can be done safely.
void require_sodium() {
  static const int ready = sodium_init();
  if (ready < 0) std::abort();
}

constexpr auto kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) ? 0xEDB88320u : 0u);
    table[i] = value;
  }
  return table;
}();

// CRC-32 (ISO 3309, as in zip) in 8 lower-case hex digits.
std::array<char, kChecksumText> checksum(std::string_view text) {
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const char c : text) {
    crc = (crc >> 8) ^ kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFu];
  }
  crc = ~crc;
  std::array<char, kChecksumText> digits{};
  for (std::size_t i = 0; i < kChecksumText; ++i) {
    digits[i] = "0123456789abcdef"[(crc >> (28 - 4 * i)) & 0xFu];
  }
  return digits;
}

bool is_base64url(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

Secret Secret::generate() {
  require_sodium();
  std::array<std::uint8_t, kRandomBytes> random{};
  randombytes_buf(random.data(), random.size());
  std::array<char, kRandomText + 1> encoded{};
  sodium_bin2base64(encoded.data(), encoded.size(), random.data(), random.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  Secret secret;
  char* const text = secret.text_.data();
  std::copy(kPrefix.begin(), kPrefix.end(), text);
  std::copy_n(encoded.data(), kRandomText, text + kPrefix.size());
  text[kChecked] = '_';
  const auto digits = checksum({text, kChecked});
  std::copy(digits.begin(), digits.end(), text + kChecked + 1);
  sodium_memzero(random.data(), random.size());
  sodium_memzero(encoded.data(), encoded.size());
  return secret;
}

Secret::Secret(Secret&& other) noexcept : text_(other.text_) {
  sodium_memzero(other.text_.data(), other.text_.size());
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    text_ = other.text_;
    sodium_memzero(other.text_.data(), other.text_.size());
  }
  return *this;
}

Secret::~Secret() { sodium_memzero(text_.data(), text_.size()); }

bool is_well_formed_secret(std::string_view text) {
  if (text.size() != Secret::kLength || !text.starts_with(kPrefix) || text[kChecked] != '_') {
    return false;
  }
  const std::string_view random = text.substr(kPrefix.size(), kRandomText);
  if (!std::all_of(random.begin(), random.end(), is_base64url)) return false;
  const auto digits = checksum(text.substr(0, kChecked));
  return text.substr(kChecked + 1) == std::string_view(digits.data(), digits.size());
}

Pepper::Pepper(std::string_view source) {
  require_sodium();
  crypto_generichash(key_.data(), key_.size(),
                     reinterpret_cast<const unsigned char*>(source.data()), source.size(), nullptr,
                     0);
}

Pepper::Pepper(Pepper&& other) noexcept : key_(other.key_) {
  sodium_memzero(other.key_.data(), other.key_.size());
}

Pepper::~Pepper() { sodium_memzero(key_.data(), key_.size()); }

SecretDigest Pepper::digest(std::string_view id, std::string_view secret) const {
  crypto_generichash_state state;
  crypto_generichash_init(&state, key_.data(), key_.size(), sizeof(SecretDigest));
  for (const std::string_view part : {id, std::string_view("\0", 1), secret}) {
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()),
                              part.size());
  }
  SecretDigest digest;
  crypto_generichash_final(&state, digest.data(), digest.size());
  sodium_memzero(&state, sizeof state);
  return digest;
}

SecretDigest Pepper::mark() const { return digest("clientele", "mark of the pepper"); }

std::string new_key_id() {
  require_sodium();
  std::array<std::uint8_t, 16> random{};
  randombytes_buf(random.data(), random.size());
  random[6] = static_cast<std::uint8_t>((random[6] & 0x0F) | 0x40);
  random[8] = static_cast<std::uint8_t>((random[8] & 0x3F) | 0x80);
  std::array<char, 33> hex{};
  sodium_bin2hex(hex.data(), hex.size(), random.data(), random.size());
  std::string id(hex.data(), 32);
  for (const std::size_t dash : {8, 13, 18, 23}) id.insert(dash, 1, '-');
  return id;
}

std::string canonical_key_id(std::string_view id) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (id.size() != kForm.size()) return {};
  std::string canonical(id);
  for (std::size_t i = 0; i < id.size(); ++i) {
    char& c = canonical[i];
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (kForm[i] == '-' ? c != '-' : !hex) return {};
  }
  return canonical;
}

}  // namespace clientele::store
