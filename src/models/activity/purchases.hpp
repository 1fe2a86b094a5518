// What a customer's purchases amount to: the mergeable state behind RFM, CLV and feature roll-ups.
//   map: add() every purchase;  merge(): states of two partitions;  the getters finalise.
// The result does not depend on the order of the purchases or on the partition.
#pragma once

#include <cstdint>

#include "base/date.hpp"
#include "numeric/exact_sum.hpp"

namespace clientele::activity {

class Purchases {
 public:
  void add(Date date, double amount);
  void merge(const Purchases& other);

  std::int64_t count() const { return count_; }
  double total() const { return total_.value(); }
  // Requires: count() > 0.
  double mean() const { return total_.value() / static_cast<double>(count_); }
  Date first() const { return first_; }
  Date last() const { return last_; }

 private:
  std::int64_t count_ = 0;
  ExactSum total_;
  Date first_;
  Date last_;
};

}  // namespace clientele::activity
