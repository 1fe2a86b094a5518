// JSON Schema (draft 2020-12, as OpenAPI 3.1 uses it) of described types.
#pragma once

#include <map>
#include <string>

#include "schema/type.hpp"
#include "schema/write.hpp"

namespace clientele::schema {

// Writes schemas and remembers the shapes that contain themselves, which are written once as
// components and referred to.
class JsonSchema {
 public:
  // `prefix` makes the names of components unique, e.g. the endpoint's name.
  JsonSchema(JsonWriter& writer, std::string prefix, const Limits* limits = nullptr)
      : writer_(writer), prefix_(std::move(prefix)), limits_(limits) {}

  // The schema of a request body: undeclared members are allowed.
  void request(const Type& type);
  // The schema of a response body: all members are declared; objects may have `warnings`.
  void response(const Type& type);

  // Shapes that were referred to as "#/components/schemas/NAME"; to be written with component().
  const std::map<std::string, const Type*>& components() const { return components_; }
  void component(const Type& type);

 private:
  void type(const Type& value, const Field* rules);   // { ... }
  void inner(const Type& value, const Field* rules);  // its members alone
  void object(const Type& value);
  void list(const Type& value, const Field* rules);
  void members(const Object& object);
  void scalar(const Type& type, const Field* rules);
  void bounds(const Field& rules);
  void items_bounds(const Field& rules);
  void default_of(const Field& field, const void* defaults);
  void property(const Field& field, const void* defaults);
  void own_column();
  void strict_member();
  void warnings_member();

  JsonWriter& writer_;
  std::string prefix_;
  const Limits* limits_;
  std::map<std::string, const Type*> components_;
  std::vector<const Object*> open_;
  const Type* root_ = nullptr;
  bool is_request_ = true;
};

}  // namespace clientele::schema
