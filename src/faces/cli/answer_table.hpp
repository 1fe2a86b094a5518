// An answer as a person reads it on a terminal.
#pragma once

#include <iosfwd>

#include "faces/cli/table.hpp"
#include "schema/endpoint.hpp"

namespace clientele::cli {

// Single values as "name: value", lists of objects as tables (members of nested objects become
// columns "outer.inner"), each under its name.
void show_answer(const schema::Answer& answer, const TableOptions& options, std::ostream& out);

}  // namespace clientele::cli
