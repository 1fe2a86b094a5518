// Lists of objects as columns: one list a key instead of one object a row.
#pragma once

#include <functional>

#include "json.hpp"
#include "schema/type.hpp"

namespace clientele::contract {

// The rows as columns; a key that a row lacks is null there. Requires: a list of objects.
Json to_columns(const Json& rows);

// `value` of the described type with those of its lists of objects as columns that `chosen` picks
// by their depth (0 = a list that lies in no other).
Json in_columns(const schema::Type& type, const Json& value,
                const std::function<bool(std::size_t depth)>& chosen, std::size_t depth = 0);

// The type without optional around it.
const schema::Type& unwrapped(const schema::Type& type);

// Whether values of the type may come as columns.
bool takes_columns(const schema::Type& type);

}  // namespace clientele::contract
