// Shapes of JSON that have no plain C++ type of their own.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.hpp"
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

// Request only: the date that a text begins with (base/date.hpp), in the four bytes of a date. A
// text that is none is no fault of the request: it is up to the endpoint.
class LenientDate {
 public:
  bool is_absent() const { return date_ == kAbsent; }
  // nullopt where there was no text, or one that is no date.
  std::optional<Date> value() const {
    return is_absent() || date_ == kUnreadable ? std::nullopt : std::optional(date_);
  }
  void store(std::string_view text) {
    date_ = text.empty() ? kAbsent : parse_date(text).value_or(kUnreadable);
  }

 private:
  static constexpr Date kAbsent{std::numeric_limits<std::int32_t>::min()};
  static constexpr Date kUnreadable{kAbsent.days + 1};

  Date date_ = kAbsent;
};

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
