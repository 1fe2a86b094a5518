// Request bodies: owned, padded bytes under a global budget.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace clientele::http {

// Counts the bytes that requests and answers hold at this moment. Thread-safe.
class ByteBudget {
 public:
  explicit ByteBudget(std::uint64_t limit) : limit_(limit) {}

  // Takes n bytes, or nothing when they do not fit.
  bool try_take(std::uint64_t n);
  // Takes n bytes that exist already, beyond the limit if need be, so that later takers are
  // refused.
  void take(std::uint64_t n) { used_.fetch_add(n, std::memory_order_relaxed); }
  void give_back(std::uint64_t n) { used_.fetch_sub(n, std::memory_order_relaxed); }
  bool fits(std::uint64_t n) const { return used() + n <= limit_; }
  std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }
  std::uint64_t limit() const { return limit_; }

 private:
  const std::uint64_t limit_;
  std::atomic<std::uint64_t> used_{0};
};

// Bytes followed at all times by kPadding zero bytes (what simdjson asks for). Its capacity is
// charged to the budget, which must outlive it; without a budget it is unlimited.
class BodyBuffer {
 public:
  static constexpr std::size_t kPadding = 64;

  explicit BodyBuffer(ByteBudget* budget = nullptr) : budget_(budget) {}
  BodyBuffer(BodyBuffer&& other) noexcept { swap(other); }
  BodyBuffer& operator=(BodyBuffer&& other) noexcept;
  ~BodyBuffer();

  // Grows the capacity to at least `capacity` bytes. False when the budget or memory refuses; the
  // content stays as it is.
  bool reserve(std::size_t capacity);
  // The free room behind the content; write there, then commit().
  std::span<char> room() { return {bytes_ + size_, capacity_ - size_}; }
  // Makes the first n bytes of room() content. Requires: n <= room().size().
  void commit(std::size_t n);
  // reserve (growing geometrically) + copy + commit.
  bool append(std::string_view bytes);

  const char* data() const;
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  std::string_view view() const { return {data(), size_}; }

 private:
  void swap(BodyBuffer& other) noexcept;

  ByteBudget* budget_ = nullptr;
  char* bytes_ = nullptr;  // capacity_ + kPadding bytes
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace clientele::http
