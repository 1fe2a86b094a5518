// All endpoints, by name. The list itself is generated from the folders of src/endpoints.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "schema/endpoint.hpp"

namespace clientele::catalog {

// A worked example, executed by the tests and shown in documents, help and console.
struct Example {
  std::string_view name;
  std::string_view request;   // JSON
  std::string_view response;  // JSON
};

struct Entry {
  schema::Endpoint endpoint;
  std::vector<Example> examples;
};

// Every endpoint, in ascending order of name.
const std::vector<Entry>& entries();

// The endpoint of that name, or nullptr.
const Entry* find(std::string_view name);

// The name nearest to a mistyped one.
std::optional<std::string_view> nearest(std::string_view name);

// Every limit that some endpoint's fields declare, in ascending order of name, each once.
std::vector<Limit> limits();

}  // namespace clientele::catalog
