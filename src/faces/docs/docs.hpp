// Reference pages of the catalog, rendered from the declarations.
#pragma once

#include <string>

#include "catalog/catalog.hpp"

namespace clientele::docs {

// One endpoint as Markdown.
std::string reference(const catalog::Entry& entry);

// All endpoints and errors as one HTML page that needs no other host.
std::string page(std::string_view version);

}  // namespace clientele::docs
