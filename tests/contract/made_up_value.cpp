#include "made_up_value.hpp"

#include <algorithm>
#include <cmath>

namespace clientele::contract {
namespace {

using schema::Field;
using schema::Kind;
using schema::Type;

double number_within(const Field& rules) {
  if (rules.minimum && rules.maximum) return (*rules.minimum + *rules.maximum) / 2;
  if (rules.minimum) return *rules.minimum + 1;
  if (rules.maximum) return *rules.maximum - 1;
  return 1;
}

std::int64_t integer_within(const Field& rules) {
  const auto whole = static_cast<std::int64_t>(std::floor(number_within(rules)));
  return rules.minimum && static_cast<double>(whole) < *rules.minimum ? whole + 1 : whole;
}

Json object_with_required(const schema::Object& object) {
  Json members = Json::object();
  for (const Field& field : object.fields) {
    if (field.required) members[field.name] = made_up_value(field.type(), field);
  }
  return members;
}

}  // namespace

Json made_up_value(const Type& type, const Field& rules) {
  switch (type.kind) {
    case Kind::boolean:
      return true;
    case Kind::integer:
      return integer_within(rules);
    case Kind::number:
      return number_within(rules);
    case Kind::string:
      return "x";
    case Kind::date:
      return "2025-01-01";
    case Kind::choice:
      return std::string(type.names.front());
    case Kind::object:
      return object_with_required(type.object());
    case Kind::tuple:
      return Json(std::vector<double>(type.count, number_within(rules)));
    case Kind::map:
      return Json{{"an id", made_up_value(type.element(), rules)}};
    case Kind::features:
      return Json{{"own_column", 1}};
    case Kind::list:
    case Kind::table: {
      Json items = Json::array();
      const std::size_t count = std::max<std::size_t>(1, rules.fewest_items);
      for (std::size_t i = 0; i < count; ++i) {
        items.push_back(made_up_value(type.element(), rules));
      }
      return items;
    }
    case Kind::one_or_many:
    case Kind::optional:
    case Kind::streamed:
      return made_up_value(type.element(), rules);
    case Kind::document:
      return nullptr;
  }
  return nullptr;
}

}  // namespace clientele::contract
