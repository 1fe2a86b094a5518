#include "schema/words.hpp"

#include <vector>

#include "base/number_text.hpp"
#include "schema/write.hpp"

namespace clientele::schema {
namespace {

std::string number_words(double value) {
  std::string text;
  append_number(text, value);
  return text;
}

}  // namespace

std::string type_words(const Type& type) {
  switch (type.kind) {
    case Kind::boolean:
      return "boolean";
    case Kind::integer:
      return "integer";
    case Kind::number:
      return "number";
    case Kind::string:
      return "string";
    case Kind::date:
      return "date";
    case Kind::choice: {
      std::string words = "one of";
      for (const std::string_view name : type.names) words += " " + std::string(name);
      return words;
    }
    case Kind::list:
      return "list of " + type_words(type.element());
    case Kind::table:
      return "list of object, with columns of your own";
    case Kind::tuple:
      return "list of " + std::to_string(type.count) + " numbers";
    case Kind::object:
      return "object";
    case Kind::map:
      return "object of " + type_words(type.element());
    case Kind::one_or_many:
      return type_words(type.element()) + " or list of it";
    case Kind::features:
      return "object, with columns of your own";
    case Kind::optional:
    case Kind::streamed:
      return type_words(type.element());
    case Kind::document:
      return std::string(type.media_type);
  }
  return "";
}

std::string rule_words(const Field& field, const void* defaults) {
  std::vector<std::string> rules;
  const Kind kind = field.type().kind;
  if (field.required) {
    rules.emplace_back("required");
  } else if (kind != Kind::optional && kind != Kind::list && kind != Kind::map &&
             kind != Kind::one_or_many && defaults != nullptr) {
    rules.push_back("default " +
                    to_json(field.type(), static_cast<const char*>(defaults) + field.offset));
  } else {
    rules.emplace_back("optional");
  }
  if (field.minimum) {
    rules.push_back((field.above_minimum ? "above " : "from ") + number_words(*field.minimum));
  }
  if (field.maximum) {
    rules.push_back((field.below_maximum ? "below " : "to ") + number_words(*field.maximum));
  }
  if (field.fewest_items > 0)
    rules.push_back("at least " + std::to_string(field.fewest_items) + " items");
  if (field.most_items) {
    rules.push_back("at most " + std::to_string(field.most_items->value) + " items, limit " +
                    std::string(field.most_items->name));
  }
  if (field.shortest_text > 0) rules.emplace_back("not empty");
  if (field.longest_text)
    rules.push_back("at most " + std::to_string(*field.longest_text) + " bytes");
  if (!field.unique_key.empty()) rules.push_back(field.unique_key + " unique");
  if (!field.unit.empty()) rules.push_back(field.unit);
  if (!field.header.empty()) rules.push_back("also header " + field.header);
  std::string words;
  for (const std::string& rule : rules) words += (words.empty() ? "" : ", ") + rule;
  return words;
}

}  // namespace clientele::schema
