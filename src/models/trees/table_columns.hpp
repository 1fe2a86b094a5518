// A table of the caller's own columns as the trees read it.
#pragma once

#include <vector>

#include "base/feature_table.hpp"
#include "models/trees/binning.hpp"

namespace clientele::trees {

// Views into `table`, which must outlive them, one a column in its order: texts as categories,
// numbers and booleans as numbers.
std::vector<Column> columns_of(const FeatureTable& table);

}  // namespace clientele::trees
