#include "faces/http/request_id.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <random>

#include "base/rng.hpp"

namespace clientele::http {
namespace {

constexpr std::size_t kMaxLength = 128;

// One stream of random bits a thread; ids need no secrecy, only no collisions between processes.
std::uint64_t random_bits() {
  static const std::uint64_t seed =
      (std::uint64_t{std::random_device{}()} << 32) ^ std::random_device{}();
  static std::atomic<std::uint64_t> streams{0};
  thread_local Rng rng(seed, streams.fetch_add(1));
  return rng.next();
}

void append_hex(std::string& out, std::uint64_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    out += "0123456789abcdef"[(value >> shift) & 15];
  }
}

}  // namespace

bool is_valid_request_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxLength &&
         std::ranges::all_of(id, [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string new_request_id() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());
  const std::uint64_t high = random_bits();
  const std::uint64_t low = random_bits();
  std::string id;
  id.reserve(36);
  append_hex(id, milliseconds >> 16, 8);
  id += '-';
  append_hex(id, milliseconds & 0xffff, 4);
  id += "-7";
  append_hex(id, high & 0xfff, 3);
  id += '-';
  append_hex(id, 0x8000 | (low >> 50), 4);
  id += '-';
  append_hex(id, low, 12);
  return id;
}

}  // namespace clientele::http
