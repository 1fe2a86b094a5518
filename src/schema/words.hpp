// Declarations in a few English words, for help texts and reference pages.
#pragma once

#include <string>

#include "schema/type.hpp"

namespace clientele::schema {

// The type of a field in a few words: "list of object", "number", "one of confidence lift".
std::string type_words(const Type& type);

// Its rules: "required", "default 5", "from 2, to 10", "at most 250000 items, limit customers".
// `defaults` is the object's Object::defaults.
std::string rule_words(const Field& field, const void* defaults);

}  // namespace clientele::schema
