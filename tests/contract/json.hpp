// JSON values of the contract tests, with their comparison and the schema's pointer texts.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace clientele::contract {

using Json = nlohmann::ordered_json;

// The library's reader and writer, compiled once: in every test they were two thirds of its code.
// A text that is no JSON throws, or gives a discarded value if it may be none.
Json parse_json(std::string_view text, bool may_be_none = false);
std::string text_of(const Json& value);

// How two values are compared.
struct Comparison {
  double relative = 1e-9;     // tolerance of numbers
  bool more_allowed = false;  // objects of the right side may have further keys
};

// Whether answers give the time of their making under this key.
bool is_clock(std::string_view key);

// Place and values of the first difference, "" if there is none. Members that is_clock() names
// only have to be present on both sides.
std::string difference(const Json& expected, const Json& actual, const Comparison& how = {},
                       const std::string& place = "");

// The value without members that is_clock() names, at any depth.
Json without_clock(Json value);

}  // namespace clientele::contract

namespace nlohmann {

// What GoogleTest prints of a value.
void PrintTo(const clientele::contract::Json& value, std::ostream* out);

}  // namespace nlohmann
