#include "faces/http/head.hpp"

#include <algorithm>

namespace clientele::http {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::optional<std::string_view> find_field(const std::vector<Field>& fields,
                                           std::string_view name) {
  const auto found =
      std::ranges::find_if(fields, [&](const Field& field) { return same_name(field.name, name); });
  if (found == fields.end()) return std::nullopt;
  return found->value;
}

std::optional<std::string_view> Head::parameter(std::string_view name) const {
  const auto found = std::ranges::find(query, name, &Field::name);
  if (found == query.end()) return std::nullopt;
  return found->value;
}

}  // namespace clientele::http
