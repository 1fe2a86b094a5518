// The request body that `clientele call` makes of a JSON, NDJSON or CSV file.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "faces/cli/call.hpp"
#include "schema/type.hpp"

namespace clientele::cli {

struct CallBody {
  std::string text;                         // JSON
  std::vector<CsvList> lists;               // of CSV files
  std::string ndjson_list;                  // field that the lines of an NDJSON file fill
  std::vector<std::uint64_t> ndjson_lines;  // line of each item, from 1

  // "line 7, field amount" for a JSON pointer into the body; "" when it is not from a list's file.
  std::string place_of(const std::string& pointer) const;
};

// Reads options.file. Columns that have no field are named on `err`. Errors: of the file, the
// format, and the mapping of its columns.
Result<CallBody> read_body(const CallOptions& options, const schema::Type& request,
                           std::ostream& err);

}  // namespace clientele::cli
