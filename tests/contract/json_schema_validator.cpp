#include "json_schema_validator.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <regex>
#include <string_view>

#include "base/pointer.hpp"

namespace clientele::contract {
namespace {

constexpr std::array<std::string_view, 3> kRemarks{"description", "default", "x-column-form"};

bool has_type(const Json& value, const std::string& type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_boolean();
  if (type == "string") return value.is_string();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "number") return value.is_number();
  if (type != "integer" || !value.is_number()) return false;
  return value.is_number_integer() || value.get<double>() == std::trunc(value.get<double>());
}

bool has_some_type(const Json& value, const Json& rule) {
  if (rule.is_string()) return has_type(value, rule.get<std::string>());
  return std::any_of(rule.begin(), rule.end(), [&value](const Json& type) {
    return has_type(value, type.get<std::string>());
  });
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; }));
}

// The outcome of a rule about numbers, texts or sizes; unknown keywords break.
enum class Outcome { holds, broken, unknown };

Outcome check(bool applies, bool holds) {
  return !applies || holds ? Outcome::holds : Outcome::broken;
}

Outcome number_rule(const std::string& name, double bound, const Json& value) {
  const bool applies = value.is_number();
  const double number = applies ? value.get<double>() : 0;
  if (name == "minimum") return check(applies, number >= bound);
  if (name == "maximum") return check(applies, number <= bound);
  if (name == "exclusiveMinimum") return check(applies, number > bound);
  if (name == "exclusiveMaximum") return check(applies, number < bound);
  const std::size_t items = value.is_array() ? value.size() : 0;
  if (name == "minItems") return check(value.is_array(), static_cast<double>(items) >= bound);
  if (name == "maxItems") return check(value.is_array(), static_cast<double>(items) <= bound);
  const std::size_t length = value.is_string() ? characters(value.get<std::string>()) : 0;
  if (name == "minLength") return check(value.is_string(), static_cast<double>(length) >= bound);
  if (name == "maxLength") return check(value.is_string(), static_cast<double>(length) <= bound);
  return Outcome::unknown;
}

Outcome other_rule(const std::string& name, const Json& rule, const Json& value) {
  if (name == "type") return check(true, has_some_type(value, rule));
  if (name == "enum") return check(true, std::find(rule.begin(), rule.end(), value) != rule.end());
  if (name == "pattern") {
    return check(value.is_string(),
                 value.is_string() && std::regex_search(value.get<std::string>(),
                                                        std::regex(rule.get<std::string>())));
  }
  return Outcome::unknown;
}

}  // namespace

std::string JsonSchemaValidator::violation(const Json& schema, const Json& value,
                                           const std::string& place) const {
  if (!schema.is_object()) return place + ": the schema is not an object";
  for (const auto& [name, rule] : schema.items()) {
    if (auto found = keyword(name, rule, schema, value, place); !found.empty()) return found;
  }
  return "";
}

std::string JsonSchemaValidator::keyword(const std::string& name, const Json& rule,
                                         const Json& schema, const Json& value,
                                         const std::string& place) const {
  if (std::find(kRemarks.begin(), kRemarks.end(), name) != kRemarks.end()) return "";
  if (name == "$ref") {
    const Json::json_pointer target(rule.get<std::string>().substr(1));
    if (!document_.contains(target)) return place + ": " + text_of(rule) + " leads nowhere";
    return violation(document_.at(target), value, place);
  }
  if (name == "anyOf") return any_of(rule, value, place);
  if (name == "items") return items(rule, value, place);
  if (name == "additionalProperties" && !schema.contains("properties")) {
    return members(schema, value, place);
  }
  if (name == "additionalProperties") return "";  // checked with the properties
  if (name == "properties") return members(schema, value, place);
  if (name == "required") {
    for (const Json& key : rule) {
      if (value.is_object() && !value.contains(key.get<std::string>())) {
        return place + ": lacks " + text_of(key);
      }
    }
    return "";
  }
  const Outcome outcome = rule.is_number() ? number_rule(name, rule.get<double>(), value)
                                           : other_rule(name, rule, value);
  if (outcome == Outcome::holds) return "";
  return place + ": " + text_of(value).substr(0, 100) + " breaks " + name + " " +
         text_of(rule).substr(0, 100);
}

std::string JsonSchemaValidator::members(const Json& schema, const Json& value,
                                         const std::string& place) const {
  if (!value.is_object()) return "";
  static const Json kNothing = Json::object();
  const Json& known = schema.contains("properties") ? schema.at("properties") : kNothing;
  for (const auto& [key, member] : value.items()) {
    std::string inside = place;
    append_token(inside, key);
    if (known.contains(key)) {
      if (auto found = violation(known.at(key), member, inside); !found.empty()) return found;
      continue;
    }
    if (!schema.contains("additionalProperties")) continue;
    const Json& rule = schema.at("additionalProperties");
    if (rule == false) return inside + ": not a declared property";
    if (auto found = violation(rule, member, inside); !found.empty()) return found;
  }
  return "";
}

std::string JsonSchemaValidator::items(const Json& rule, const Json& value,
                                       const std::string& place) const {
  if (!value.is_array()) return "";
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto found = violation(rule, value[i], place + "/" + std::to_string(i));
    if (!found.empty()) return found;
  }
  return "";
}

std::string JsonSchemaValidator::any_of(const Json& rule, const Json& value,
                                        const std::string& place) const {
  std::string first;
  for (const Json& option : rule) {
    auto found = violation(option, value, place);
    if (found.empty()) return "";
    if (first.empty()) first = std::move(found);
  }
  return first;
}

}  // namespace clientele::contract
