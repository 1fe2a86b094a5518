#include "faces/http/body_buffer.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace clientele::http {
namespace {

constexpr char kNoBytes[BodyBuffer::kPadding] = {};

}  // namespace

bool ByteBudget::try_take(std::uint64_t n) {
  std::uint64_t used = used_.load(std::memory_order_relaxed);
  do {
    if (n > limit_ || used > limit_ - n) return false;
  } while (!used_.compare_exchange_weak(used, used + n, std::memory_order_relaxed));
  return true;
}

BodyBuffer& BodyBuffer::operator=(BodyBuffer&& other) noexcept {
  BodyBuffer moved(std::move(other));
  swap(moved);
  return *this;
}

BodyBuffer::~BodyBuffer() {
  std::free(bytes_);
  if (budget_ != nullptr) budget_->give_back(capacity_);
}

bool BodyBuffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return true;
  const std::size_t extra = capacity - capacity_;
  if (budget_ != nullptr && !budget_->try_take(extra)) return false;
  void* grown = std::realloc(bytes_, capacity + kPadding);  // large blocks move without a copy
  if (grown == nullptr) {
    if (budget_ != nullptr) budget_->give_back(extra);
    return false;
  }
  bytes_ = static_cast<char*>(grown);
  capacity_ = capacity;
  commit(0);
  return true;
}

void BodyBuffer::commit(std::size_t n) {
  size_ += n;
  if (bytes_ != nullptr) std::memset(bytes_ + size_, 0, kPadding);
}

bool BodyBuffer::append(std::string_view bytes) {
  if (bytes.empty()) return true;
  const std::size_t needed = size_ + bytes.size();
  if (needed > capacity_ && !reserve(std::max(needed, 2 * capacity_)) && !reserve(needed)) {
    return false;
  }
  std::memcpy(bytes_ + size_, bytes.data(), bytes.size());
  commit(bytes.size());
  return true;
}

const char* BodyBuffer::data() const { return bytes_ == nullptr ? kNoBytes : bytes_; }

void BodyBuffer::swap(BodyBuffer& other) noexcept {
  std::swap(budget_, other.budget_);
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
}

}  // namespace clientele::http
