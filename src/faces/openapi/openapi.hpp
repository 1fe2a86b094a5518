// The OpenAPI 3.1 document of the catalog.
#pragma once

#include <string>

#include "base/context.hpp"

namespace clientele::openapi {

// The whole document, pretty-printed. `limits` are the row limits in force (nullptr: the defaults).
// A pure function of the catalog and the limits.
std::string document(std::string_view version, const Limits* limits = nullptr);

}  // namespace clientele::openapi
