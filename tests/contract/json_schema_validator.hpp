// Checks values against the part of JSON Schema (draft 2020-12) that clientele writes. A keyword
// that is not known here is a violation too, so that no rule of a schema goes unchecked.
#pragma once

#include <string>

#include "json.hpp"

namespace clientele::contract {

class JsonSchemaValidator {
 public:
  // References "#/..." are resolved inside `document`, which must outlive the validator.
  explicit JsonSchemaValidator(const Json& document) : document_(document) {}

  // Place and kind of the first violation, "" if the value conforms.
  std::string violation(const Json& schema, const Json& value, const std::string& place = "") const;

 private:
  std::string keyword(const std::string& name, const Json& rule, const Json& schema,
                      const Json& value, const std::string& place) const;
  std::string members(const Json& schema, const Json& value, const std::string& place) const;
  std::string items(const Json& rule, const Json& value, const std::string& place) const;
  std::string any_of(const Json& rule, const Json& value, const std::string& place) const;

  const Json& document_;
};

}  // namespace clientele::contract
