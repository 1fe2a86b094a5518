// Net promoter score with an interval.
//   promoters 9-10, passives 7-8, detractors 0-6;  NPS = 100 (p - d)
//   interval  adjusted Wald: 0.75, 1.5 and 0.75 pseudo-answers of the three kinds are added, then
//             NPS' +- 1.96 sqrt((p' + d' - (p' - d')^2) / n'), clipped to -100..100
// Source: Reichheld (2003), "The one number you need to grow"; Rocks (2016), "Interval estimation
// for the net promoter score", The American Statistician 70(4).
#pragma once

#include <cstdint>

namespace clientele::activity {

class PromoterCount {
 public:
  // Requires: 0 <= answer <= 10.
  void add(std::int32_t answer);
  void merge(const PromoterCount& other);

  std::int64_t responses() const { return promoters_ + passives_ + detractors_; }
  // Requires for all below: responses() > 0.
  double promoters_pct() const { return percent(promoters_); }
  double passives_pct() const { return percent(passives_); }
  double detractors_pct() const { return percent(detractors_); }
  double score() const { return percent(promoters_ - detractors_); }

  struct Interval {
    double low;
    double high;
  };
  // Stretched to hold the score, which answers of one kind alone leave outside it.
  Interval interval95() const;

 private:
  double percent(std::int64_t count) const {
    return 100.0 * static_cast<double>(count) / static_cast<double>(responses());
  }

  std::int64_t promoters_ = 0;
  std::int64_t passives_ = 0;
  std::int64_t detractors_ = 0;
};

}  // namespace clientele::activity
