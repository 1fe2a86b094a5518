// Endpoints in words, from their declarations.
#pragma once

#include <string>

#include "catalog/catalog.hpp"

namespace clientele::cli {

// One line an endpoint, by group.
std::string endpoint_list();

// Title, request and response fields with types, rules and sentences, and one example call.
std::string describe(const catalog::Entry& entry);

}  // namespace clientele::cli
