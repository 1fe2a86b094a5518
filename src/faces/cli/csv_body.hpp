// A request body from the rows of a CSV file: columns become fields, and rows of one customer (or
// order) become one item with a nested list.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "faces/cli/csv.hpp"
#include "schema/type.hpp"

namespace clientele::cli {

struct CsvMapping {
  std::string list;                  // field of the request that the rows fill; "" = the first list
  std::string group_by;              // column whose equal values belong to one item; "" = none
  std::vector<std::string> columns;  // FIELD=COLUMN or FIELD=COLUMN*COLUMN
  std::vector<std::string> conditions;  // as filter_rows takes them
};

// The JSON text of the list, and the way back from its places to the file's lines.
class CsvList {
 public:
  const std::string& field() const { return field_; }
  const std::string& json() const { return json_; }
  const std::vector<std::string>& unused_columns() const { return unused_; }

  // "line 7, column amount" for a JSON pointer into the request; "" when it is not from the file.
  std::string place_of(const std::string& pointer) const;

 private:
  friend class CsvBodyBuilder;
  std::string field_;
  std::string json_;
  std::vector<std::string> unused_;
  std::vector<std::vector<std::uint64_t>> lines_;  // by item and nested row; one item if ungrouped
  bool grouped_ = false;
};

// Errors: invalid_input naming the mapping, the column or the grouping that does not fit the
// declared fields of `request`.
Result<CsvList> csv_list(const schema::Type& request, const CsvTable& table,
                         const CsvMapping& mapping);

}  // namespace clientele::cli
