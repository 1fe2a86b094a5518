// `clientele call ENDPOINT [FILE|-]`: runs an endpoint in this process, without server or key.
#pragma once

#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "base/context.hpp"
#include "faces/cli/csv.hpp"
#include "faces/cli/csv_body.hpp"

namespace clientele::cli {

struct CallOptions {
  std::string endpoint;
  std::string file = "-";
  std::string format;                    // json, ndjson, csv; "" = by name and content
  CsvMapping mapping;                    // CSV only
  CsvOptions csv;                        // CSV only
  std::vector<std::string> other_lists;  // FIELD=FILE.csv: further lists
  std::map<std::string, std::string, std::less<>> fields;  // top-level values by name
  bool json = false;                                       // JSON even on a terminal
  std::size_t width = 80;                                  // of the terminal
  bool is_terminal = false;                                // standard output is one
  bool colour = false;
  std::size_t most_bytes = std::size_t{1} << 30;
  const Limits* limits = nullptr;
  const Rewriter* rewriter = nullptr;
  std::size_t threads = 1;
};

// Writes the answer to `out` and everything else to `err`. Returns the exit code (see exit_codes).
int call(const CallOptions& options, std::ostream& out, std::ostream& err);

struct CallBody;

// Writes an error as people read it, one line a fault; `body` finds the lines of the file. Returns
// its exit code.
int report(const Error& error, std::ostream& err, const CallBody* body = nullptr);

}  // namespace clientele::cli
