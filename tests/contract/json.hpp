// JSON values of the contract tests, with their comparison and the schema's pointer texts.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace clientele::contract {

using Json = nlohmann::ordered_json;

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
