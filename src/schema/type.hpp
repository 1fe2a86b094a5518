// The run-time description of request and response types. Everything that faces the public
// (reading, validation, OpenAPI, reference pages, command-line flags, generated tests) is a
// function of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/context.hpp"
#include "base/feature_table.hpp"

namespace clientele::schema {

class JsonWriter;
struct Object;
struct Type;

enum class Kind {
  boolean,
  integer,
  number,
  string,
  date,
  choice,       // an enum with named values
  list,         // values of one type; objects may also come as columns
  tuple,        // a fixed count of numbers
  object,       // declared fields
  map,          // id -> value, in order of appearance
  one_or_many,  // a value, or a list of them
  table,        // a list of objects whose undeclared keys are the caller's own columns
  features,     // inside a table's row: the object that holds the caller's own columns
  optional,     // a value that may be absent
  streamed,     // response only: written piece by piece, never held in memory
  document,     // response only: an answer that is not JSON but bytes of a media type
};

// How values of a C++ type are made and looked at without knowing the type. Only the members that
// the kind needs are set.
struct Operations {
  void (*store_integer)(void* value, std::int64_t integer) = nullptr;
  std::int64_t (*load_integer)(const void* value) = nullptr;
  void (*store_string)(void* value, std::string_view text) = nullptr;
  std::string_view (*load_string)(const void* value) = nullptr;
  // list, one_or_many, table (its rows)
  void* (*append)(void* list) = nullptr;
  void (*resize)(void* list, std::size_t size) = nullptr;
  std::size_t (*size)(const void* list) = nullptr;
  void* (*data)(void* list) = nullptr;
  void (*fit)(void* list) = nullptr;  // frees what growing has left over
  // map
  void* (*append_entry)(void* map, std::string_view key) = nullptr;
  std::string_view (*entry_key)(const void* map, std::size_t index) = nullptr;
  const void* (*entry_value)(const void* map, std::size_t index) = nullptr;
  // optional
  void* (*emplace)(void* optional) = nullptr;
  const void* (*get)(const void* optional) = nullptr;  // nullptr when empty
  // table
  FeatureTable* (*features)(void* table) = nullptr;
  // streamed
  void (*stream)(const void* streamed, JsonWriter& writer) = nullptr;
};

struct Type {
  Kind kind;
  std::size_t size = 0;                       // sizeof the C++ type
  std::span<const std::string_view> names{};  // choice: the allowed words, index = enumerator
  std::int64_t smallest = 0, largest = 0;     // integer: what the C++ type holds
  std::size_t count = 0;                      // tuple: how many numbers
  const Type& (*element)() = nullptr;         // list, map, one_or_many, table, optional, streamed
  const Object& (*object)() = nullptr;        // object
  std::string_view media_type = "application/json";  // document: its own
  Operations operations{};

  Type sized(std::size_t bytes) const {
    Type result = *this;
    result.size = bytes;
    return result;
  }
};

struct Field {
  std::string name;
  std::string quoted;   // "name": as it stands in JSON
  std::string summary;  // one sentence
  const Type* value_type = nullptr;
  std::size_t offset = 0;
  bool required = true;
  bool nullable = false;  // response: an empty optional is written as null
  std::string unit;
  // Bounds of the number, or of each number inside the field.
  std::optional<double> minimum, maximum;
  bool above_minimum = false, below_maximum = false;  // the bound itself is excluded
  std::size_t shortest_text = 0;
  std::optional<std::size_t> longest_text;  // bytes
  std::size_t fewest_items = 0;
  std::optional<Limit> most_items;
  std::string unique_key;  // list of objects: the field whose values must differ
  int digits = -1;         // response: decimals that are kept; -1 = shortest round-trip text
  bool as_label = false;   // a boolean that may also be written 0, 1, "yes" or "no"
  std::string header;      // request header that may carry this top-level value

  const Type& type() const { return *value_type; }
};

struct Object {
  std::string name;
  std::string summary;
  std::vector<Field> fields;
  const void* defaults = nullptr;  // a default-constructed instance

  const Field* find(std::string_view field_name) const {
    for (const Field& field : fields) {
      if (field.name == field_name) return &field;
    }
    return nullptr;
  }
};

}  // namespace clientele::schema
