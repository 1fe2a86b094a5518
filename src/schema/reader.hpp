// Inside of schema/read: the state of one reading. Only read*.cpp include this.
#pragma once

#include <simdjson.h>

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "schema/feature_columns.hpp"
#include "schema/read.hpp"

namespace clientele::schema {

// Reused from one request to the next: its buffers are as large as the largest body was.
struct TextStore::Parser {
  simdjson::ondemand::parser json;
  std::deque<std::string> kept;  // texts of parameters
};

// Where the reading is: names and indexes from the root, as text only when a fault needs it.
class Path {
 public:
  static constexpr std::size_t kDeepest = 64;  // far beyond the depth at which reading ends

  void push(std::string_view name) { steps_[depth_++] = {name, 0}; }
  void push_index() { steps_[depth_++] = {{}, 0}; }
  void set_index(std::size_t index) { steps_[depth_ - 1].index = index; }
  void pop() { --depth_; }
  std::size_t depth() const { return depth_; }
  std::string pointer() const;
  std::string pattern() const;  // indexes as *

 private:
  struct Step {
    std::string_view name;  // empty data(): an index
    std::size_t index;
  };
  std::array<Step, kDeepest> steps_;
  std::size_t depth_ = 0;
};

// The keys of the object read last and what each meant: rows of a table repeat their keys in order.
struct KeyPlan {
  static constexpr int kUnknown = -1;
  static constexpr int kStrict = -2;  // the request's own "strict"
  struct Key {
    std::string_view raw;          // as written in the body
    int field = kUnknown;          // index into Object::fields
    int column = -1;               // index of the caller's own column
    const Field* rules = nullptr;  // of the declared field
    const Type* type = nullptr;    // of the declared field
    bool may_be_null = false;      // null keeps the default
  };
  const Object* object = nullptr;
  std::uint64_t required = 0;  // bits of the required fields
  std::vector<Key> keys;
};

// How many rows the columns of a list have; unknown until the first was read.
struct ColumnLength {
  std::size_t rows = 0;
  bool known = false;
};

// Whether undeclared keys of a table's row are columns: not where a field of it holds them.
inline bool takes_own_columns(const Object& row) {
  for (const Field& field : row.fields) {
    if (field.type().kind == Kind::features) return false;
  }
  return true;
}

class Reader {
 public:
  using Value = simdjson::ondemand::value;

  Reader(const ReadInput& input, TextStore& texts) : input_(input), texts_(texts) {}

  Result<ReadNotes> run(const Type& type, void* object);

 private:
  // Everything that returns bool returns false when the reading has to end: the JSON is malformed,
  // or holds more than can be kept. The reason is then in faults_.

  // read_objects.cpp
  bool read_value(const Type& type, const Field& rules, void* out, Value& value);
  bool read_object(KeyPlan& plan, void* out, Value& value, FeatureColumns* columns,
                   std::size_t row);
  bool read_new_key(simdjson::ondemand::field& field, KeyPlan& plan, std::size_t at,
                    FeatureColumns* columns);
  bool read_field(const KeyPlan::Key& key, void* out, Value value, FeatureColumns* columns,
                  std::size_t row);
  KeyPlan::Key known_key(const Object& object, std::size_t field, std::string_view raw) const;
  bool read_list(const Type& type, const Field& rules, void* out, Value& value);
  void fit_inner_list(const Type& type, void* out) const;
  bool read_row(KeyPlan& plan, void* out, Value& value, FeatureColumns* columns, std::size_t row);
  bool read_tuple(const Type& type, const Field& rules, void* out, Value& value);
  bool read_map(const Type& type, const Field& rules, void* out, Value& value);
  void check_items(const Field& rules, std::size_t count);
  void check_required(const Object& object, std::uint64_t seen);
  void check_unique(const Type& list, const Field& rules, void* out, bool as_columns);
  void* last_item(const Type& list, void* out) const;
  KeyPlan& plan_of(const Object* object);

  // read_columns.cpp
  void note_columns();
  bool read_columns(const Type& type, const Field& rules, void* out, Value& value);
  bool read_column(const Type& list, const Field& field, const Field& rules, void* out,
                   Value& value, FeatureColumns* features, ColumnLength& length);
  bool read_feature(Value& value, FeatureColumns& columns, int column, std::size_t row);
  bool finish_feature(FeatureColumns::Put put);
  bool read_features(Value& value, FeatureColumns& columns, std::size_t row);
  bool read_feature_column(Value& value, FeatureColumns& columns, int column, ColumnLength& length);
  int own_column(FeatureColumns& columns, std::string_view key);
  bool read_feature_columns(Value& value, FeatureColumns& columns, ColumnLength& length);
  void check_length(ColumnLength& length, std::size_t rows);
  std::unique_ptr<FeatureColumns> new_columns() const;

  // read_scalars.cpp
  bool read_label(bool& truth, Value& value);
  bool read_scalar(const Type& type, const Field& rules, void* out, Value& value);
  bool read_number(const Field& rules, void* out, Value& value);
  bool read_integer(const Type& type, const Field& rules, void* out, Value& value);
  bool read_text(const Type& type, const Field& rules, void* out, Value& value);
  bool read_string(Value& value, std::string_view& text, bool& is_string);
  bool walk(Value& value, std::size_t depth);  // a value that nothing declares
  bool wrong_type(std::string_view expected, Value& value);
  bool bad_number(Value& value);       // a number out of range, or no number at all
  void beyond_type(const Type& type);  // a whole number that the C++ type does not hold
  void store_number(const Type& type, const Field& rules, void* out, double number);
  void store_text(const Type& type, const Field& rules, void* out, std::string_view text);
  void check_range(const Field& rules, double value);

  // read.cpp
  bool malformed(simdjson::error_code code);
  void fault(std::string_view code, std::string detail, std::vector<std::string> allowed = {});
  void unknown_field(const Object& object, std::string_view key, bool is_own_column);
  void report_unknown();
  void read_parameters(void* out);
  void read_parameter(const Field& field, void* out, const std::string& text,
                      const std::string& source);
  void store_parameter_list(const Type& type, const Field& field, void* slot,
                            const std::string& text, const std::string& source);
  void store_parameter(const Type& type, const Field& field, void* slot, const std::string& text,
                       const std::string& source);
  std::uint64_t limit(const Limit& limit) const {
    return input_.limits == nullptr ? limit.value : input_.limits->of(limit);
  }

  struct UnknownField {
    const Object* object;
    std::string key;
    std::string pointer;  // of its first occurrence
    bool is_own_column;   // undeclared columns are welcome there
  };

  const ReadInput& input_;
  TextStore& texts_;
  simdjson::ondemand::document document_;
  Path path_;
  Faults faults_;
  ReadNotes notes_;
  const Object* root_ = nullptr;
  std::vector<std::unique_ptr<KeyPlan>> plans_;
  std::vector<UnknownField> unknown_;
  std::uint64_t given_outside_ = 0;  // bits of the root's fields that the query or a header gave
  bool strict_ = false;
  bool started_ = false;  // document_ is usable
};

}  // namespace clientele::schema
