// Members written by hand, name and value in one call.
#pragma once

#include <string_view>

#include "schema/write.hpp"

namespace clientele::schema {

inline void text_member(JsonWriter& json, std::string_view name, std::string_view value) {
  json.key(name);
  json.text(value);
}

inline void number_member(JsonWriter& json, std::string_view name, double value) {
  json.key(name);
  json.number(value);
}

}  // namespace clientele::schema
