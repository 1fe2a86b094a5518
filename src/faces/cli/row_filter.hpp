// Conditions on the rows of a CSV file: --where "Quantity>0".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "faces/cli/csv.hpp"

namespace clientele::cli {

// Indexes of the rows that meet every condition COLUMN OP VALUE, where OP is one of = != < <= > >=.
// Where both sides are numbers they are compared as numbers, else as texts; a cell without a number
// never meets an ordering. Errors: invalid_input naming the condition.
Result<std::vector<std::uint32_t>> filter_rows(const CsvTable& table,
                                               const std::vector<std::string>& conditions);

}  // namespace clientele::cli
