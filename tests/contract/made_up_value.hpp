// A value that a declaration takes, for fields that no example holds.
#pragma once

#include "json.hpp"
#include "schema/type.hpp"

namespace clientele::contract {

// A small value of the type within the bounds of `rules`; objects have their required members.
Json made_up_value(const schema::Type& type, const schema::Field& rules);

}  // namespace clientele::contract
