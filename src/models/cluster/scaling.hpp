// Bringing columns to a common scale before distances are taken.
#pragma once

#include <vector>

#include "models/cluster/cohort.hpp"

namespace clientele::cluster {

enum class Scaling {
  zscore,  // (x - mean) / standard deviation over all customers
  robust,  // (x - median) / interquartile range
  none,
};

// Column j becomes (x - center[j]) / scale[j]. A constant column, or for `robust` one whose
// quartiles coincide, has scale 1.
struct ColumnScales {
  std::vector<double> center;
  std::vector<double> scale;
};

// Equal to StandardScaler and RobustScaler of scikit-learn. Complexity: O(n d log n).
ColumnScales column_scales(const Cohort& cohort, Scaling scaling);

// The cohort in scaled coordinates.
Cohort scaled(const Cohort& cohort, const ColumnScales& scales);

}  // namespace clientele::cluster
