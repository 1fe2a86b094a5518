// Reading of lists of objects that come as columns, and of the caller's own columns.
#include "schema/reader.hpp"

#include <algorithm>
#include <unordered_set>

namespace clientele::schema {
namespace {

using simdjson::ondemand::json_type;

constexpr Limit kMostColumns{"feature_columns", 1000};
constexpr Limit kMostCells{"feature_cells", 50'000'000};

}  // namespace

std::unique_ptr<FeatureColumns> Reader::new_columns() const {
  return std::make_unique<FeatureColumns>(limit(kMostColumns), limit(kMostCells));
}

bool Reader::read_feature(Value& value, FeatureColumns& columns, int column, std::size_t row) {
  json_type json;
  if (const auto error = value.type().get(json)) return malformed(error);
  auto put = FeatureColumns::Put::stored;
  switch (json) {
    case json_type::number: {
      double number = 0;
      if (value.get_double().get(number) != simdjson::SUCCESS) return bad_number(value);
      put = columns.put_number(column, row, number);
      break;
    }
    case json_type::boolean: {
      bool truth = false;
      if (const auto error = value.get_bool().get(truth)) return malformed(error);
      put = columns.put_boolean(column, row, truth);
      break;
    }
    case json_type::string: {
      std::string_view text;
      if (const auto error = value.get_string().get(text)) return malformed(error);
      put = columns.put_text(column, row, text);
      break;
    }
    case json_type::null:
      put = columns.put_missing(column, row);
      return finish_feature(put) && walk(value, path_.depth());
    default:
      return wrong_type("a number, a string, a boolean or null", value);
  }
  return finish_feature(put);
}

bool Reader::finish_feature(FeatureColumns::Put put) {
  if (put == FeatureColumns::Put::repeated && faults_.empty()) {
    fault("duplicate_key", "The key appears twice in this object.");
  }
  if (put != FeatureColumns::Put::too_many_cells) return true;
  fault("too_many_cells", "More than " + std::to_string(limit(kMostCells)) +
                              " cells in your own columns (limit 'feature_cells').");
  return false;  // nothing more can be kept: the reading ends here
}

// The place of the caller's column, or a fault and -1 where there is none left.
int Reader::own_column(FeatureColumns& columns, std::string_view key) {
  const int column = columns.column(key);
  if (column < 0) {
    fault("too_many_columns", "More than " + std::to_string(columns.most_columns()) +
                                  " columns of your own (limit 'feature_columns').");
  }
  return column;
}

// The object in a table's row that holds the caller's own columns.
bool Reader::read_features(Value& value, FeatureColumns& columns, std::size_t row) {
  json_type json;
  if (const auto error = value.type().get(json)) return malformed(error);
  if (json != json_type::object) return wrong_type("an object", value);
  for (auto entry : value.get_object()) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return malformed(error);
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return malformed(error);
    path_.push(key);
    const int column = own_column(columns, key);
    if (column < 0) return false;
    Value item = field.value();
    if (!read_feature(item, columns, column, row)) return false;
    path_.pop();
  }
  return true;
}

bool Reader::read_columns(const Type& type, const Field& rules, void* out, Value& value) {
  note_columns();
  const Object& object = type.element().object();
  std::unique_ptr<FeatureColumns> features;
  if (type.kind == Kind::table) features = new_columns();
  ColumnLength length;
  std::uint64_t seen = 0;
  std::unordered_set<std::string> keys;
  for (auto entry : value.get_object()) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return malformed(error);
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return malformed(error);
    path_.push(key);
    if (!keys.emplace(key).second) fault("duplicate_key", "The column appears twice.");
    Value item = field.value();
    const Field* declared = object.find(key);
    if (declared != nullptr) {
      seen |= std::uint64_t{1} << (declared - object.fields.data());
      if (!read_column(type, *declared, rules, out, item, features.get(), length)) return false;
    } else if (features != nullptr && takes_own_columns(object)) {
      const int column = own_column(*features, key);
      if (column < 0 || !read_feature_column(item, *features, column, length)) return false;
      unknown_field(object, key, true);
    } else {
      unknown_field(object, key, false);
      if (!walk(item, path_.depth())) return false;
    }
    path_.pop();
  }
  fit_inner_list(type, out);
  check_required(object, seen);
  check_items(rules, length.rows);
  if (features && faults_.empty()) {
    type.operations.resize(out, length.rows);
    if (!std::move(*features).finish(length.rows, *type.operations.features(out))) {
      fault("too_many_cells", "Too many columns for this number of rows.");
    }
  }
  check_unique(type, rules, out, true);
  return true;
}

// Once for all lists of the same pattern: a request may hold thousands of them.
void Reader::note_columns() {
  auto& patterns = notes_.column_lists;
  std::string pattern = path_.pattern();
  if (std::find(patterns.begin(), patterns.end(), pattern) == patterns.end()) {
    patterns.push_back(std::move(pattern));
  }
}

// Every column must be as long as the first one.
void Reader::check_length(ColumnLength& length, std::size_t rows) {
  if (!length.known) {
    length = {rows, true};
  } else if (rows != length.rows) {
    fault("wrong_length", "All columns must be equally long: this one has " + std::to_string(rows) +
                              " values, the first has " + std::to_string(length.rows) + ".");
  }
}

bool Reader::read_column(const Type& list, const Field& field, const Field& rules, void* out,
                         Value& value, FeatureColumns* features, ColumnLength& length) {
  const Type& type = field.type();
  json_type json;
  if (const auto error = value.type().get(json)) return malformed(error);
  if (type.kind == Kind::features && features != nullptr && json == json_type::object) {
    return read_feature_columns(value, *features, length);
  }
  if (json != json_type::array) return wrong_type("a list with one value a row", value);
  const std::uint64_t most = rules.most_items ? limit(*rules.most_items) : kMostCells.value;
  const Object& object = list.element().object();
  const KeyPlan::Key key =
      known_key(object, static_cast<std::size_t>(&field - object.fields.data()), field.name);
  std::size_t row = 0;
  path_.push_index();
  for (auto entry : value.get_array()) {
    Value item;
    if (const auto error = entry.get(item)) return malformed(error);
    path_.set_index(row);
    const bool keep = row < most && (row == 0 || faults_.empty());
    if (list.operations.size(out) == 0 || (keep && list.operations.size(out) <= row)) {
      list.operations.append(out);
    }
    const std::size_t slot = keep ? row : 0;
    auto* rows = static_cast<char*>(list.operations.data(out));
    if (!read_field(key, rows + slot * list.element().size, item, features, row)) {
      return false;
    }
    ++row;
  }
  path_.pop();
  check_length(length, row);
  return true;
}

bool Reader::read_feature_column(Value& value, FeatureColumns& columns, int column,
                                 ColumnLength& length) {
  json_type json;
  if (const auto error = value.type().get(json)) return malformed(error);
  if (json != json_type::array) return wrong_type("a list with one value a row", value);
  std::size_t row = 0;
  path_.push_index();
  for (auto entry : value.get_array()) {
    Value item;
    if (const auto error = entry.get(item)) return malformed(error);
    path_.set_index(row);
    if (!read_feature(item, columns, column, row)) return false;
    ++row;
  }
  path_.pop();
  check_length(length, row);
  return true;
}

bool Reader::read_feature_columns(Value& value, FeatureColumns& columns, ColumnLength& length) {
  for (auto entry : value.get_object()) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return malformed(error);
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return malformed(error);
    path_.push(key);
    const int column = own_column(columns, key);
    if (column < 0) return false;
    Value item = field.value();
    if (!read_feature_column(item, columns, column, length)) return false;
    path_.pop();
  }
  return true;
}

}  // namespace clientele::schema
