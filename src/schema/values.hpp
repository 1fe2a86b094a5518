// Shapes of JSON that have no plain C++ type of their own.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/feature_table.hpp"

namespace clientele::schema {

class JsonWriter;

// `3` or `[3, 5]`.
template <typename T>
struct OneOrMany {
  std::vector<T> values;
  bool is_list = false;  // how it was, or is to be, written
};

// `{"id": value, ...}` in order of appearance; Key is std::string or std::string_view.
template <typename Value, typename Key = std::string_view>
struct Map {
  std::vector<std::pair<Key, Value>> entries;
};

// `[{"declared": ..., "own_column": ...}, ...]`: declared fields in `rows`, all other keys in
// `features`, one column each. Where Row has a FeatureRow member, the columns are that object's
// keys instead and undeclared keys of the row itself are unknown fields.
template <typename Row>
struct Table {
  std::vector<Row> rows;
  FeatureTable features;
};

struct FeatureRow {};

// Response only: has the shape of T, and `write` writes that one JSON value piece by piece.
template <typename T>
struct Streamed {
  std::function<void(JsonWriter&)> write;
};

// Response only, as the whole answer: bytes of another media type than JSON.
struct PdfDocument {
  static constexpr std::string_view kMediaType = "application/pdf";
  std::string bytes;

  static std::string_view bytes_of(const void* document) {
    return static_cast<const PdfDocument*>(document)->bytes;
  }
};

}  // namespace clientele::schema
