// Reading of objects, lists of objects row by row, maps and fixed counts of numbers.
#include <cstring>

#include "base/dictionary.hpp"
#include "schema/reader.hpp"

namespace clientele::schema {
namespace {

using simdjson::ondemand::json_type;

constexpr std::size_t kMostKeys = 2000;         // of one object that is no map
constexpr std::size_t kLongestPlannedKey = 48;  // compared within the body's padding
constexpr std::uint64_t kDefaultMostItems = 5'000'000;

// Whether the body's key at `raw` is `expected` and ends there. Names are short: a loop beats
// memcmp.
inline bool written_as(const char* raw, std::string_view expected) {
  const char* name = expected.data();
  const char* const end = name + expected.size();
  while (name != end && *name == *raw) ++name, ++raw;
  return name == end && *raw == '"';
}

}  // namespace

KeyPlan& Reader::plan_of(const Object* object) {
  for (const auto& plan : plans_) {
    if (plan->object == object) return *plan;
  }
  plans_.push_back(std::make_unique<KeyPlan>());
  KeyPlan& plan = *plans_.back();
  plan.object = object;
  for (std::size_t i = 0; i < object->fields.size(); ++i) {
    if (object->fields[i].required) plan.required |= std::uint64_t{1} << i;
  }
  return plan;
}

bool Reader::read_value(const Type& type, const Field& rules, void* out, Value& value) {
  switch (type.kind) {
    case Kind::optional: {
      json_type json;
      if (const auto error = value.type().get(json)) return malformed(error);
      if (json == json_type::null) return walk(value, path_.depth());
      return read_value(type.element(), rules, type.operations.emplace(out), value);
    }
    case Kind::object: {
      json_type json;
      if (const auto error = value.type().get(json)) return malformed(error);
      if (json != json_type::object) return wrong_type("an object", value);
      return read_object(plan_of(&type.object()), out, value, nullptr, 0);
    }
    case Kind::list:
    case Kind::table:
    case Kind::one_or_many:
      return read_list(type, rules, out, value);
    case Kind::tuple:
      return read_tuple(type, rules, out, value);
    case Kind::map:
      return read_map(type, rules, out, value);
    default:
      return read_scalar(type, rules, out, value);
  }
}

KeyPlan::Key Reader::known_key(const Object& object, std::size_t field,
                               std::string_view raw) const {
  const Field& rules = object.fields[field];
  const Type& type = rules.type();
  return {.raw = raw,
          .field = static_cast<int>(field),
          .rules = &rules,
          .type = &type,
          .may_be_null = !rules.required && type.kind != Kind::optional};
}

// The meaning of the key that the plan did not expect at this place, noted in the plan.
bool Reader::read_new_key(simdjson::ondemand::field& field, KeyPlan& plan, std::size_t at,
                          FeatureColumns* columns) {
  const Object& object = *plan.object;
  const char* raw = field.key().raw();
  const char* end = raw;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  std::string_view name(raw, static_cast<std::size_t>(end - raw));
  if (std::memchr(raw, '\\', name.size()) != nullptr) {
    if (const auto error = field.unescaped_key().get(name)) return malformed(error);
  }
  KeyPlan::Key key{.raw = name};
  for (std::size_t i = 0; i < object.fields.size(); ++i) {
    if (object.fields[i].name == name) key = known_key(object, i, name);
  }
  if (key.field == KeyPlan::kUnknown) {
    path_.push(name);
    const bool is_own_column = columns != nullptr && takes_own_columns(object);
    if (is_own_column) key.column = own_column(*columns, name);
    if (&object == root_ && name == "strict") key.field = KeyPlan::kStrict;
    if (key.field == KeyPlan::kUnknown) unknown_field(object, name, is_own_column);
    path_.pop();
  }
  plan.keys.resize(at);
  plan.keys.push_back(key);
  return true;
}

bool Reader::read_object(KeyPlan& plan, void* out, Value& value, FeatureColumns* columns,
                         std::size_t row) {
  simdjson::ondemand::object fields;
  if (const auto error = value.get_object().get(fields)) return malformed(error);
  std::uint64_t seen = 0;
  std::size_t at = 0;
  bool deviated = false;
  for (auto entry : fields) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return malformed(error);
    const bool planned = at < plan.keys.size() && plan.keys[at].raw.size() <= kLongestPlannedKey &&
                         written_as(field.key().raw(), plan.keys[at].raw);
    if (!planned) {
      if (!read_new_key(field, plan, at, columns)) return false;
      deviated = true;
    }
    const KeyPlan::Key& key = plan.keys[at];
    path_.push(key.raw);
    bool repeated = key.field >= 0 && (seen >> key.field & 1) != 0;
    for (std::size_t i = 0; deviated && !repeated && i < at; ++i) {
      repeated = plan.keys[i].raw == key.raw;
    }
    if (repeated) fault("duplicate_key", "The key appears twice in this object.");
    if (++at > kMostKeys) {
      fault("too_many_keys", "More than " + std::to_string(kMostKeys) + " keys in one object.");
      return false;
    }
    if (key.field >= 0) seen |= std::uint64_t{1} << key.field;
    const bool overridden =
        plan.object == root_ && key.field >= 0 && (given_outside_ >> key.field & 1) != 0;
    if (overridden ? !walk(field.value(), path_.depth())
                   : !read_field(key, out, field.value(), columns, row)) {
      return false;
    }
    path_.pop();
  }
  if (plan.object == root_) seen |= given_outside_;
  if ((plan.required & ~seen) != 0) check_required(*plan.object, seen);
  return true;
}

bool Reader::read_field(const KeyPlan::Key& key, void* out, Value value, FeatureColumns* columns,
                        std::size_t row) {
  if (key.field == KeyPlan::kStrict) {
    if (value.get_bool().get(strict_) == simdjson::SUCCESS) return true;
    return wrong_type("true or false", value);
  }
  if (key.field == KeyPlan::kUnknown) {
    if (columns != nullptr && key.column >= 0)
      return read_feature(value, *columns, key.column, row);
    return walk(value, path_.depth());
  }
  if (key.type->kind == Kind::features) {
    if (columns != nullptr) return read_features(value, *columns, row);
    return walk(value, path_.depth());
  }
  if (key.may_be_null) {
    json_type json;
    if (const auto error = value.type().get(json)) return malformed(error);
    if (json == json_type::null) return walk(value, path_.depth());  // keeps the default
  }
  return read_value(*key.type, *key.rules, static_cast<char*>(out) + key.rules->offset, value);
}

void Reader::check_required(const Object& object, std::uint64_t seen) {
  for (std::size_t i = 0; i < object.fields.size(); ++i) {
    if (!object.fields[i].required || (seen >> i & 1) != 0) continue;
    path_.push(object.fields[i].name);
    fault("required", "Required: " + object.fields[i].summary);
    path_.pop();
  }
}

void Reader::check_items(const Field& rules, std::size_t count) {
  if (count < rules.fewest_items) {
    fault("too_few_items", "Must hold at least " + std::to_string(rules.fewest_items) +
                               (rules.fewest_items == 1 ? " item" : " items") + "; got " +
                               std::to_string(count) + ".");
  }
  if (rules.most_items && count > limit(*rules.most_items)) {
    fault("too_many_items", "Must hold at most " + std::to_string(limit(*rules.most_items)) +
                                " items (limit '" + std::string(rules.most_items->name) +
                                "'); got " + std::to_string(count) + ".");
  }
}

bool Reader::read_list(const Type& type, const Field& rules, void* out, Value& value) {
  json_type json;
  if (const auto error = value.type().get(json)) return malformed(error);
  const Type& element = type.element();
  if (json == json_type::object && element.kind == Kind::object) {
    return read_columns(type, rules, out, value);
  }
  if (json != json_type::array) {
    if (type.kind != Kind::one_or_many) return wrong_type("a list", value);
    type.operations.resize(out, 0);
    return read_value(element, rules, type.operations.append(out), value);
  }
  if (type.kind == Kind::one_or_many) type.operations.store_integer(out, 1);
  type.operations.resize(out, 0);  // whatever the default was
  std::unique_ptr<FeatureColumns> columns;
  if (type.kind == Kind::table) columns = new_columns();
  const std::uint64_t most = rules.most_items ? limit(*rules.most_items) : kDefaultMostItems;
  std::size_t count = 0;
  KeyPlan* plan = element.kind == Kind::object ? &plan_of(&element.object()) : nullptr;
  if (columns) plan->keys.clear();  // they name columns of the table read before
  path_.push_index();
  for (auto entry : value.get_array()) {
    Value item;
    if (const auto error = entry.get(item)) return malformed(error);
    path_.set_index(count);
    // Beyond the limit the answer is a refusal; later items are only checked: they share a place.
    const bool keep = count == 0 || count < most;
    void* slot = keep ? type.operations.append(out) : last_item(type, out);
    const bool read = plan != nullptr ? read_row(*plan, slot, item, columns.get(), count)
                                      : read_value(element, rules, slot, item);
    if (!read) return false;
    ++count;
  }
  path_.pop();
  fit_inner_list(type, out);
  check_items(rules, count);
  if (faults_.empty() && count > most) {
    fault("too_many_items", "More than " + std::to_string(most) + " items.");
  }
  if (columns && faults_.empty() &&
      !std::move(*columns).finish(count, *type.operations.features(out))) {
    fault("too_many_cells", "Too many columns for this number of rows.");
  }
  if (count <= most) check_unique(type, rules, out, false);
  return true;
}

// Lists within lists are many, so that what their growing has left over would add up; of short ones
// moving the items would cost more than it frees.
void Reader::fit_inner_list(const Type& type, void* out) const {
  constexpr std::size_t kWorthMoving = 32;
  if (path_.depth() > 1 && type.operations.size(out) >= kWorthMoving) type.operations.fit(out);
}

bool Reader::read_row(KeyPlan& plan, void* out, Value& value, FeatureColumns* columns,
                      std::size_t row) {
  json_type json;
  if (const auto error = value.type().get(json)) return malformed(error);
  if (json != json_type::object) return wrong_type("an object", value);
  return read_object(plan, out, value, columns, row);
}

bool Reader::read_tuple(const Type& type, const Field& rules, void* out, Value& value) {
  json_type json;
  if (const auto error = value.type().get(json)) return malformed(error);
  if (json != json_type::array) {
    return wrong_type("a list of " + std::to_string(type.count) + " numbers", value);
  }
  auto* numbers = static_cast<double*>(out);
  std::size_t count = 0;
  path_.push_index();
  for (auto entry : value.get_array()) {
    Value item;
    if (const auto error = entry.get(item)) return malformed(error);
    path_.set_index(count);
    double beyond = 0;
    if (!read_number(rules, count < type.count ? numbers + count : &beyond, item)) return false;
    ++count;
  }
  path_.pop();
  if (count != type.count) {
    fault("wrong_length", "Must hold exactly " + std::to_string(type.count) + " numbers; got " +
                              std::to_string(count) + ".");
  }
  return true;
}

bool Reader::read_map(const Type& type, const Field& rules, void* out, Value& value) {
  json_type json;
  if (const auto error = value.type().get(json)) return malformed(error);
  if (json != json_type::object) return wrong_type("an object", value);
  Dictionary keys;
  for (auto entry : value.get_object()) {
    simdjson::ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return malformed(error);
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return malformed(error);
    path_.push(key);
    const std::uint32_t known = keys.size();
    if (keys.code(key) < known) fault("duplicate_key", "The key appears twice in this object.");
    Value item = field.value();
    if (!read_value(type.element(), rules, type.operations.append_entry(out, key), item)) {
      return false;
    }
    path_.pop();
  }
  check_items(rules, keys.size());
  return true;
}

void* Reader::last_item(const Type& list, void* out) const {
  auto* items = static_cast<char*>(list.operations.data(out));
  return items + (list.operations.size(out) - 1) * list.element().size;
}

void Reader::check_unique(const Type& list, const Field& rules, void* out, bool as_columns) {
  if (rules.unique_key.empty()) return;
  const Field& key = *list.element().object().find(rules.unique_key);
  const auto load = key.type().operations.load_string;
  const auto* items = static_cast<const char*>(list.operations.data(out));
  const std::size_t count = list.operations.size(out);
  const auto id_of = [&](std::size_t i) {
    return load(items + i * list.element().size + key.offset);
  };
  std::size_t ascending = 1;  // exports are mostly sorted, and so need no look-up
  while (ascending < count && id_of(ascending - 1) < id_of(ascending)) ++ascending;
  if (ascending >= count) return;
  Dictionary seen(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view id = id_of(i);
    if (id.empty() && !faults_.empty()) continue;  // not read
    const std::uint32_t known = seen.size();
    if (seen.code(id) >= known) continue;
    if (as_columns) path_.push(key.name);
    path_.push_index();
    path_.set_index(i);
    if (!as_columns) path_.push(key.name);
    fault("duplicate_id",
          "'" + std::string(id.substr(0, 80)) + "' appears more than once; ids must differ.");
    path_.pop();
    path_.pop();
  }
}

}  // namespace clientele::schema
