#include "catalog/catalog.hpp"

#include <algorithm>
#include <map>

#include "base/edit_distance.hpp"

namespace clientele::catalog {
namespace {

void collect_limits(const schema::Type& type, std::map<std::string_view, Limit>& found) {
  if (type.kind == schema::Kind::object) {
    for (const schema::Field& field : type.object().fields) {
      if (field.most_items) found.try_emplace(field.most_items->name, *field.most_items);
      collect_limits(field.type(), found);
    }
  } else if (type.element != nullptr) {
    collect_limits(type.element(), found);
  }
}

}  // namespace

const Entry* find(std::string_view name) {
  const auto& all = entries();
  const auto found = std::lower_bound(
      all.begin(), all.end(), name,
      [](const Entry& entry, std::string_view wanted) { return entry.endpoint.name < wanted; });
  return found != all.end() && found->endpoint.name == name ? &*found : nullptr;
}

std::optional<std::string_view> nearest(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Entry& entry : entries()) names.emplace_back(entry.endpoint.name);
  return nearest_name(name, names);
}

std::vector<Limit> limits() {
  std::map<std::string_view, Limit> found;
  for (const Entry& entry : entries()) {
    collect_limits(*entry.endpoint.request, found);
    for (const Limit& limit : entry.endpoint.limits) found.try_emplace(limit.name, limit);
    if (const auto& limit = entry.endpoint.most_bytes) found.try_emplace(limit->name, *limit);
  }
  std::vector<Limit> list;
  list.reserve(found.size());
  for (const auto& [name, limit] : found) list.push_back(limit);
  return list;
}

}  // namespace clientele::catalog
