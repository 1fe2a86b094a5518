// The OpenAPI document is sound: names are unique, references resolve, nothing is undescribed.
#include <set>

#include "exchange.hpp"
#include "faces/openapi/openapi.hpp"

namespace clientele::contract {
namespace {

const Json& document() {
  static const Json parsed = parse_json(openapi::document("0"));
  return parsed;
}

// Calls `visit(key, value, place)` for every member at any depth, worked examples and defaults
// left out: they are values, not descriptions.
template <typename Visit>
void each_member(const Json& value, const std::string& place, Visit&& visit) {
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      each_member(value[i], place + "/" + std::to_string(i), visit);
    }
  }
  if (!value.is_object()) return;
  for (const auto& [key, member] : value.items()) {
    if (key == "examples" || key == "default") continue;
    visit(key, member, place + "/" + key);
    each_member(member, place + "/" + key, visit);
  }
}

bool is_endpoint(const std::string& path) { return path.starts_with("/api/v1/ai/"); }

TEST(OpenApi, NamesEveryEndpointOnce) {
  std::set<std::string> operations;
  for (const auto& [path, methods] : document().at("paths").items()) {
    if (!is_endpoint(path)) continue;
    for (const auto& [method, operation] : methods.items()) {
      const auto id = operation.at("operationId").get<std::string>();
      EXPECT_TRUE(operations.insert(id).second) << id << " twice";
    }
  }
  EXPECT_EQ(operations.size(), catalog::entries().size());
  for (const catalog::Entry& entry : catalog::entries()) {
    EXPECT_TRUE(operations.contains(entry.endpoint.name)) << entry.endpoint.name;
  }
}

TEST(OpenApi, ReferencesResolve) {
  each_member(document(), "", [](const std::string& key, const Json& value, const auto& place) {
    if (key != "$ref") return;
    const auto target = value.get<std::string>();
    ASSERT_TRUE(target.starts_with("#/")) << place;
    EXPECT_TRUE(document().contains(Json::json_pointer(target.substr(1)))) << target;
  });
}

TEST(OpenApi, EveryOperationHasARequestAnAnswerAndExamples) {
  for (const auto& [path, methods] : document().at("paths").items()) {
    if (!is_endpoint(path)) continue;
    for (const auto& [method, operation] : methods.items()) {
      EXPECT_EQ(method, "post");
      for (const char* place : {"/requestBody/content", "/responses/200/content"}) {
        const Json::json_pointer pointer(place);
        ASSERT_TRUE(operation.contains(pointer)) << path << place;
        for (const auto& [media_type, content] : operation.at(pointer).items()) {
          EXPECT_TRUE(content.at("schema").contains("type")) << path << place;
          if (media_type != "application/json") continue;
          EXPECT_FALSE(content.at("examples").empty()) << path << place;
        }
      }
      EXPECT_TRUE(operation.at("responses").contains("400")) << path;
      for (const char* word : {"summary", "description"}) {
        EXPECT_FALSE(operation.at(word).template get<std::string>().empty()) << path << word;
      }
    }
  }
}

TEST(OpenApi, NamesTheKeptModels) {
  const Json& paths = document().at("paths");
  EXPECT_EQ(paths.at("/api/v1/models").at("get").at("operationId"), "list_models");
  EXPECT_EQ(paths.at("/api/v1/models/{id}").at("delete").at("operationId"), "remove_model");
}

TEST(OpenApi, NoDescriptionIsEmpty) {
  each_member(document(), "", [](const std::string& key, const Json& value, const auto& place) {
    if (key == "description" && value.is_string()) {
      EXPECT_FALSE(value.get<std::string>().empty()) << place;
    }
    if (key != "properties" || place.find("/components/") != std::string::npos) return;
    for (const auto& [name, property] : value.items()) {
      const bool of_warning = place.ends_with("/warnings/items/properties");
      EXPECT_TRUE(of_warning || property.contains("description")) << place << "/" << name;
    }
  });
}

}  // namespace
}  // namespace clientele::contract
