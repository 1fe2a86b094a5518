// Requests that each break one declared rule, derived from an endpoint's declaration and its first
// example. A rule about a field that the example lacks is broken on a made-up value of that field.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "json.hpp"

namespace clientele::contract {

struct BadValue {
  std::string what;     // for messages
  Json request;         // kTwin stands for a second `twin`
  std::string pointer;  // of the fault that must be reported
  std::string code;
  std::string twin = {};   // name of the key that appears twice, if one does
  std::string list = {};   // pointer of the outermost list of objects around the fault, if any
  Limits limits = {};      // under which the request is bad
  bool in_schema = true;   // whether JSON Schema can say it
  bool only_fault = true;  // whether it must be the only one

  std::string text() const;  // the request as sent
};

inline constexpr std::string_view kTwin = "twin of another key";

std::vector<BadValue> bad_values(const catalog::Entry& entry);

// Requests that are fine but for an undeclared key, nearly a declared one, at `pointer`.
std::vector<BadValue> near_misses(const catalog::Entry& entry);

// The bad value in a request whose list at `bad.list` comes as columns; nullopt where columns
// cannot say the same. Requires: !bad.list.empty().
std::optional<BadValue> as_columns(const BadValue& bad);

// Columns that do not fit together or miss one, for every list of objects in the first example
// that lies in no other list.
std::vector<BadValue> bad_columns(const catalog::Entry& entry);

}  // namespace clientele::contract
