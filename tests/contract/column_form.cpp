#include "column_form.hpp"

#include <algorithm>

namespace clientele::contract {

using schema::Kind;
using schema::Type;

Json to_columns(const Json& rows) {
  Json columns = Json::object();
  for (const Json& row : rows) {
    for (const auto& [key, value] : row.items()) columns[key] = Json::array();
  }
  for (const Json& row : rows) {
    for (auto& [key, column] : columns.items()) {
      column.push_back(row.contains(key) ? row.at(key) : Json());
    }
  }
  return columns;
}

const Type& unwrapped(const Type& type) {
  return type.kind == Kind::optional ? unwrapped(type.element()) : type;
}

bool takes_columns(const Type& type) {
  const Type& list = unwrapped(type);
  return (list.kind == Kind::list || list.kind == Kind::table) &&
         list.element().kind == Kind::object;
}

Json in_columns(const Type& type, const Json& value,
                const std::function<bool(std::size_t depth)>& chosen, std::size_t depth) {
  const Type& plain = unwrapped(type);
  if (plain.kind == Kind::object && value.is_object()) {
    Json result = value;
    for (const schema::Field& field : plain.object().fields) {
      if (!value.contains(field.name)) continue;
      result[field.name] = in_columns(field.type(), value.at(field.name), chosen, depth);
    }
    return result;
  }
  if (plain.kind == Kind::map && value.is_object()) {
    Json result = value;
    for (auto& [key, member] : result.items()) {
      member = in_columns(plain.element(), member, chosen, depth);
    }
    return result;
  }
  if (!takes_columns(plain) || !value.is_array() || value.empty()) return value;
  Json rows = value;
  for (Json& row : rows) row = in_columns(plain.element(), row, chosen, depth + 1);
  const bool objects =
      std::all_of(rows.begin(), rows.end(), [](const Json& row) { return row.is_object(); });
  return objects && chosen(depth) ? to_columns(rows) : rows;
}

}  // namespace clientele::contract
