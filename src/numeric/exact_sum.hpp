// Sums whose rounded value does not depend on the order of the terms in practice: the running error
// is carried along (Knuth's two-sum, 106 bits), so that partial sums may be merged in any
// partition. Source: Ogita, Rump, Oishi (2005), "Accurate sum and dot product".
#pragma once

namespace clientele {

class ExactSum {
 public:
  void add(double term) {
    const double sum = high_ + term;
    const double kept = sum - high_;
    low_ += (high_ - (sum - kept)) + (term - kept);
    high_ = sum;
  }
  void merge(const ExactSum& other) {
    add(other.high_);
    low_ += other.low_;
  }
  double value() const { return high_ + low_; }

 private:
  double high_ = 0;
  double low_ = 0;
};

}  // namespace clientele
