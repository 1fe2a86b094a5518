#include "bad_values.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/pointer.hpp"
#include "column_form.hpp"
#include "made_up_value.hpp"

namespace clientele::contract {
namespace {

using schema::Field;
using schema::Kind;
using schema::Object;
using schema::Type;
using Pointer = Json::json_pointer;

std::string inside(std::string pointer, const auto& token) {
  append_token(pointer, token);
  return pointer;
}

class Breaker {
 public:
  explicit Breaker(const catalog::Entry& entry)
      : root_(*entry.endpoint.request), example_(parse_json(entry.examples.front().request)) {}

  std::vector<BadValue> run() && {
    object(root_.object(), "", example_, true);
    return std::move(found_);
  }

 private:
  BadValue& add(std::string what, Json request, std::string pointer, std::string code) {
    found_.push_back({.what = std::move(what),
                      .request = std::move(request),
                      .pointer = std::move(pointer),
                      .code = std::move(code)});
    found_.back().list = outer_list_;
    return found_.back();
  }

  BadValue& replace(std::string what, const Json& base, const std::string& pointer, Json value,
                    std::string code) {
    Json request = base;
    request[Pointer(pointer)] = std::move(value);
    return add(std::move(what), std::move(request), pointer, std::move(code));
  }

  // `base` holds an object at `pointer`.
  void object(const Object& object, const std::string& pointer, const Json& base, bool is_closed) {
    if (std::find(open_.begin(), open_.end(), &object) != open_.end()) return;
    open_.push_back(&object);
    twin(pointer, base);
    if (is_closed) {
      Json request = base;
      request[Pointer(inside(pointer, "surely_not_declared"))] = 1;
      request["strict"] = true;
      add("unknown field", std::move(request), inside(pointer, "surely_not_declared"),
          "unknown_field")
          .in_schema = false;
    }
    for (const Field& declared : object.fields) field(declared, pointer, base);
    open_.pop_back();
  }

  void twin(const std::string& pointer, const Json& base) {
    const Json& members = base.at(Pointer(pointer));
    if (members.empty()) return;
    Json request = base;
    const std::string key = members.items().begin().key();
    request[Pointer(inside(pointer, kTwin))] = members.at(key);
    BadValue& bad = add("key twice", std::move(request), inside(pointer, key), "duplicate_key");
    bad.twin = key;
    bad.in_schema = bad.only_fault = false;
  }

  void field(const Field& declared, const std::string& owner, Json base) {
    const std::string pointer = inside(owner, declared.name);
    if (!base.contains(Pointer(pointer)) || base.at(Pointer(pointer)).is_null()) {
      base[Pointer(pointer)] = made_up_value(declared.type(), declared);
    }
    if (declared.required) {
      Json request = base;
      request.at(Pointer(owner)).erase(declared.name);
      add("required field missing", std::move(request), pointer, "required");
      replace("required field null", base, pointer, nullptr, "wrong_type");
    }
    value(declared.type(), declared, pointer, base);
  }

  void value(const Type& type, const Field& rules, const std::string& pointer, const Json& base) {
    switch (type.kind) {
      case Kind::optional:
        return value(type.element(), rules, pointer, base);
      case Kind::boolean:
        replace("text for a boolean", base, pointer, rules.as_label ? "perhaps" : "true",
                "wrong_type");
        return;
      case Kind::integer:
      case Kind::number:
        return number(type, rules, pointer, base);
      case Kind::string:
      case Kind::date:
      case Kind::choice:
        return text(type, rules, pointer, base);
      case Kind::one_or_many:
        value(type.element(), rules, pointer, with(base, pointer, type.element(), rules));
        return list(type, rules, pointer, base);
      case Kind::list:
      case Kind::table:
        replace("number for a list", base, pointer, 3, "wrong_type");
        return list(type, rules, pointer, base);
      case Kind::tuple:
        return tuple(type, rules, pointer, base);
      case Kind::map:
        return map(type, rules, pointer, base);
      case Kind::object:
        replace("number for an object", base, pointer, 3, "wrong_type");
        return object(type.object(), pointer, base, true);
      case Kind::features:
        replace("number for own columns", base, pointer, 3, "wrong_type");
        replace("list in an own column", base, inside(pointer, "own_column"), Json::array(),
                "wrong_type");
        return;
      case Kind::streamed:
      case Kind::document:
        return;
    }
  }

  static Json with(Json base, const std::string& pointer, const Type& type, const Field& rules) {
    base[Pointer(pointer)] = made_up_value(type, rules);
    return base;
  }

  void number(const Type& type, const Field& rules, const std::string& pointer, const Json& base) {
    replace("text for a number", base, pointer, "12", "wrong_type");
    const bool whole = type.kind == Kind::integer;
    if (whole) {
      replace("fraction for an integer", base, pointer, 1.5, "wrong_type");
      replace("too large for the type", base, pointer, type.largest + 1, "out_of_range").in_schema =
          false;
      replace("too small for the type", base, pointer, type.smallest - 1, "out_of_range")
          .in_schema = false;
    }
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const auto beyond = [whole](double bound, bool excluded, double towards) -> Json {
      if (whole && excluded) return static_cast<std::int64_t>(bound);
      if (whole && towards < 0) return static_cast<std::int64_t>(std::ceil(bound)) - 1;
      if (whole) return static_cast<std::int64_t>(std::floor(bound)) + 1;
      return excluded ? bound : std::nextafter(bound, towards);
    };
    if (rules.minimum) {
      replace("below the minimum", base, pointer,
              beyond(*rules.minimum, rules.above_minimum, -kInfinity), "out_of_range");
    }
    if (rules.maximum) {
      replace("above the maximum", base, pointer,
              beyond(*rules.maximum, rules.below_maximum, kInfinity), "out_of_range");
    }
  }

  void text(const Type& type, const Field& rules, const std::string& pointer, const Json& base) {
    replace("number for a text", base, pointer, 12, "wrong_type");
    if (type.kind == Kind::date) {
      replace("no date", base, pointer, "yesterday", "bad_date");
      replace("no day of the calendar", base, pointer, "2025-02-30", "bad_date").in_schema = false;
    } else if (type.kind == Kind::choice) {
      replace("unknown word", base, pointer, "surely not a word", "not_allowed");
    } else {
      if (rules.shortest_text > 0) replace("empty text", base, pointer, "", "too_short");
      if (rules.longest_text) {
        replace("text too long", base, pointer, std::string(*rules.longest_text + 1, 'x'),
                "too_long");
      }
    }
  }

  void count(const Field& rules, const std::string& pointer, const Json& base) {
    const Json& items = base.at(Pointer(pointer));
    if (rules.fewest_items > 0) {
      Json few = items;
      while (few.size() >= rules.fewest_items) few.erase(--few.end());
      replace("too few items", base, pointer, few, "too_few_items").only_fault = false;
      found_.back().in_schema = items.is_array();
    }
    if (rules.most_items) {
      BadValue& bad = add("too many items", base, pointer, "too_many_items");
      bad.limits.set(std::string(rules.most_items->name), items.size() - 1);
      bad.in_schema = items.is_array();
      bad.only_fault = false;
    }
  }

  void list(const Type& type, const Field& rules, const std::string& pointer, Json base) {
    Json& items = base.at(Pointer(pointer));
    const Type& element = type.element();
    if (!items.is_array() || items.empty()) items = Json::array({made_up_value(element, rules)});
    count(rules, pointer, base);
    const bool is_outermost = element.kind == Kind::object && outer_list_.empty();
    if (is_outermost) outer_list_ = pointer;
    if (!rules.unique_key.empty()) {
      Json request = base;
      request.at(Pointer(pointer)).push_back(items.front());
      add("id twice", std::move(request), inside(inside(pointer, items.size()), rules.unique_key),
          "duplicate_id")
          .in_schema = false;
    }
    const std::string first = inside(pointer, 0);
    if (element.kind == Kind::object) {
      replace("number for a row", base, first, 3, "wrong_type");
      const auto& fields = element.object().fields;
      const bool flat_table = type.kind == Kind::table &&
                              std::none_of(fields.begin(), fields.end(), [](const Field& field) {
                                return field.type().kind == Kind::features;
                              });
      if (flat_table) {
        replace("list in an own column", base, inside(first, "own_column"), Json::array(),
                "wrong_type");
      }
      object(element.object(), first, base, !flat_table);
    } else {
      value(element, rules, first, base);
    }
    if (is_outermost) outer_list_.clear();
  }

  void tuple(const Type& type, const Field& rules, const std::string& pointer, const Json& base) {
    replace("number for a tuple", base, pointer, 3, "wrong_type");
    Json numbers = base.at(Pointer(pointer));
    numbers.push_back(numbers.front());
    replace("a number too many", base, pointer, numbers, "wrong_length");
    numbers.erase(numbers.size() - 1);
    numbers.erase(numbers.size() - 1);
    replace("a number too few", base, pointer, numbers, "wrong_length");
    value(type.element(), rules, inside(pointer, 0), base);
  }

  void map(const Type& type, const Field& rules, const std::string& pointer, Json base) {
    replace("number for an object", base, pointer, 3, "wrong_type");
    Json& entries = base.at(Pointer(pointer));
    if (entries.empty()) entries["an id"] = made_up_value(type.element(), rules);
    count(rules, pointer, base);
    twin(pointer, base);
    value(type.element(), rules, inside(pointer, entries.items().begin().key()), base);
  }

  const Type& root_;
  Json example_;
  std::string outer_list_;
  std::vector<const Object*> open_;
  std::vector<BadValue> found_;
};

// Calls `visit(object, pointer)` for every described object in `value`, the first of every list.
template <typename Visit>
void each_object(const Type& type, const Json& value, const std::string& pointer, Visit&& visit) {
  const Type& plain = unwrapped(type);
  if (plain.kind == Kind::object && value.is_object()) {
    visit(plain.object(), pointer);
    for (const Field& field : plain.object().fields) {
      if (!value.contains(field.name)) continue;
      each_object(field.type(), value.at(field.name), inside(pointer, field.name), visit);
    }
  } else if ((plain.kind == Kind::list || plain.kind == Kind::table) && value.is_array() &&
             !value.empty()) {
    each_object(plain.element(), value.front(), inside(pointer, 0), visit);
  }
}

}  // namespace

std::string BadValue::text() const {
  std::string text = text_of(request);
  if (twin.empty()) return text;
  const std::string marker = text_of(Json(kTwin));
  return text.replace(text.find(marker), marker.size(), text_of(Json(twin)));
}

std::vector<BadValue> bad_values(const catalog::Entry& entry) { return Breaker(entry).run(); }

std::vector<BadValue> near_misses(const catalog::Entry& entry) {
  std::vector<BadValue> found;
  const Json example = parse_json(entry.examples.front().request);
  each_object(*entry.endpoint.request, example, "",
              [&](const Object& object, const std::string& pointer) {
                for (const Field& field : object.fields) {
                  const std::string key = field.name + "x";
                  if (field.name.size() < 4 || object.find(key) != nullptr) continue;
                  BadValue miss{.what = "nearly " + field.name,
                                .request = example,
                                .pointer = inside(pointer, key),
                                .code = "unknown_field"};
                  miss.request[Pointer(miss.pointer)] = 1;
                  found.push_back(std::move(miss));
                }
              });
  return found;
}

std::optional<BadValue> as_columns(const BadValue& bad) {
  const std::string tail = bad.pointer.substr(bad.list.size());
  if (!tail.starts_with('/')) return std::nullopt;
  const std::size_t field = tail.find('/', 1);
  if (field == std::string::npos) return std::nullopt;
  const std::size_t end = std::min(tail.find('/', field + 1), tail.size());
  const bool in_row = end == tail.size();  // not in something deeper
  const bool about_keys = bad.code == "required" || bad.code == "duplicate_key" ||
                          bad.code == "unknown_field" || bad.what == "required field null";
  if (in_row && about_keys && bad.what != "required field null") return std::nullopt;
  BadValue result = bad;
  Json& list = result.request.at(Pointer(bad.list));
  list = to_columns(list);
  result.what += ", as columns";
  result.pointer =
      bad.list + tail.substr(field, end - field) + tail.substr(0, field) + tail.substr(end);
  result.in_schema = false;
  return result;
}

std::vector<BadValue> bad_columns(const catalog::Entry& entry) {
  std::vector<BadValue> found;
  const Json example = parse_json(entry.examples.front().request);
  const Object& object = entry.endpoint.request->object();
  for (const Field& list : object.fields) {
    if (!takes_columns(list.type()) || !example.contains(list.name)) continue;
    const Json columns = to_columns(example.at(list.name));
    const auto add = [&](std::string what, Json changed, const std::string& key, std::string code) {
      BadValue bad{.what = std::move(what), .request = example, .pointer = "", .code = ""};
      bad.request[list.name] = std::move(changed);
      bad.pointer = pointer_to(list.name, key);
      bad.code = std::move(code);
      bad.only_fault = false;
      found.push_back(std::move(bad));
    };
    for (const Field& field : unwrapped(list.type()).element().object().fields) {
      Json changed = columns;
      if (field.required) {
        changed.erase(field.name);
        if (!changed.empty()) add("column missing", changed, field.name, "required");
      }
      if (!columns.contains(field.name)) continue;
      changed = columns;
      changed[field.name] = 7;
      add("no column", changed, field.name, "wrong_type");
      if (columns.items().begin().key() == field.name) continue;
      changed = columns;
      changed[field.name].erase(0);
      add("short column", changed, field.name, "wrong_length");
    }
    if (columns.empty()) continue;
    Json changed = columns;
    const std::string first = columns.items().begin().key();
    changed[kTwin] = columns.at(first);
    add("column twice", changed, first, "duplicate_key");
    found.back().twin = first;
  }
  return found;
}

}  // namespace clientele::contract
