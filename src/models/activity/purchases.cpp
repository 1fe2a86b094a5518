#include "models/activity/purchases.hpp"

#include <algorithm>

namespace clientele::activity {

void Purchases::add(Date date, double amount) {
  first_ = count_ == 0 ? date : std::min(first_, date);
  last_ = count_ == 0 ? date : std::max(last_, date);
  total_.add(amount);
  ++count_;
}

void Purchases::merge(const Purchases& other) {
  if (other.count_ == 0) return;
  first_ = count_ == 0 ? other.first_ : std::min(first_, other.first_);
  last_ = count_ == 0 ? other.last_ : std::max(last_, other.last_);
  total_.merge(other.total_);
  count_ += other.count_;
}

}  // namespace clientele::activity
