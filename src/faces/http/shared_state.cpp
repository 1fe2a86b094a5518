#include "faces/http/shared_state.hpp"

namespace clientele::http {

bool ConnectionCounts::open(const std::string& address) {
  const std::lock_guard lock(mutex_);
  std::size_t& from_address = by_address_[address];
  if (open_ >= limit_ || (limit_per_address_ > 0 && from_address >= limit_per_address_)) {
    if (from_address == 0) by_address_.erase(address);
    ++refused_;
    return false;
  }
  ++open_;
  ++from_address;
  return true;
}

void ConnectionCounts::close(const std::string& address) {
  const std::lock_guard lock(mutex_);
  --open_;
  const auto found = by_address_.find(address);
  if (--found->second == 0) by_address_.erase(found);
}

std::size_t ConnectionCounts::connections() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

std::uint64_t ConnectionCounts::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

}  // namespace clientele::http
