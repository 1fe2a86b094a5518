#include "faces/openapi/openapi.hpp"

#include <array>

#include "base/error.hpp"
#include "catalog/catalog.hpp"
#include "schema/json_members.hpp"
#include "schema/json_schema.hpp"

namespace clientele::openapi {
namespace {

using schema::JsonSchema;
using schema::JsonWriter;
using schema::text_member;

constexpr std::string_view kProblemReference = "#/components/responses/Problem";
constexpr std::array kProblems{ErrorKind::invalid_input,     ErrorKind::unauthorized,
                               ErrorKind::too_large,         ErrorKind::unsupported_media,
                               ErrorKind::too_many_requests, ErrorKind::internal,
                               ErrorKind::overloaded};

// Opens `"name": {` and closes it when it goes out of scope.
class Member {
 public:
  Member(JsonWriter& writer, std::string_view name) : writer_(writer) {
    writer_.key(name);
    writer_.begin_object();
  }
  ~Member() { writer_.end_object(); }
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

 private:
  JsonWriter& writer_;
};

void raw_json(JsonWriter& writer, std::string_view name, std::string_view json) {
  writer.key(name);
  writer.raw(json);
}

void parameters(JsonWriter& writer, const schema::Object& request) {
  writer.key("parameters");
  writer.begin_list();
  for (const schema::Field& field : request.fields) {
    if (field.header.empty()) continue;
    writer.begin_object();
    text_member(writer, "name", field.header);
    text_member(writer, "in", "header");
    text_member(writer, "description", field.summary);
    {
      const Member schema_member(writer, "schema");
      text_member(writer, "type", "string");
    }
    writer.end_object();
  }
  writer.begin_object();
  text_member(writer, "name", "X-Request-Id");
  text_member(writer, "in", "header");
  text_member(writer, "description", "Your id of this request; echoed in the answer and the log.");
  {
    const Member schema_member(writer, "schema");
    text_member(writer, "type", "string");
    writer.key("maxLength");
    writer.integer(128);
  }
  writer.end_object();
  writer.end_list();
}

void examples(JsonWriter& writer, const catalog::Entry& entry, bool of_request) {
  if (entry.examples.empty()) return;
  const Member all(writer, "examples");
  for (const catalog::Example& example : entry.examples) {
    const Member one(writer, example.name);
    raw_json(writer, "value", of_request ? example.request : example.response);
  }
}

void operation(JsonWriter& writer, const catalog::Entry& entry, JsonSchema& schemas) {
  const schema::Endpoint& endpoint = entry.endpoint;
  const Member path(writer, "/api/v1/ai/" + endpoint.name);
  const Member post(writer, "post");
  text_member(writer, "operationId", endpoint.name);
  writer.key("tags");
  writer.begin_list();
  writer.text(endpoint.group);
  writer.end_list();
  text_member(writer, "summary", endpoint.title);
  text_member(writer, "description", endpoint.description);
  text_member(writer, "x-since", endpoint.since);
  text_member(writer, "x-cost", endpoint.cost);
  parameters(writer, endpoint.request->object());
  {
    const Member body(writer, "requestBody");
    writer.key("required");
    writer.boolean(true);
    const Member content(writer, "content");
    const Member json(writer, "application/json");
    writer.key("schema");
    schemas.request(*endpoint.request);
    examples(writer, entry, true);
  }
  const Member responses(writer, "responses");
  {
    const Member success(writer, "200");
    text_member(writer, "description", "The answer.");
    const Member content(writer, "content");
    const Member body(writer, endpoint.response->media_type);
    writer.key("schema");
    schemas.response(*endpoint.response);
    if (endpoint.response->kind != schema::Kind::document) examples(writer, entry, false);
  }
  for (const ErrorKind kind : kProblems) {
    const Member problem(writer, std::to_string(face_of(kind).http_status));
    text_member(writer, "$ref", kProblemReference);
  }
}

void kept_models(JsonWriter& writer) {
  raw_json(writer, "/api/v1/models", R"({
    "get": {
      "operationId": "list_models",
      "tags": ["models"],
      "summary": "Fitted models that are kept",
      "description": "Models that endpoints fitted for this tenant and score later requests with.",
      "responses": {
        "200": {
          "description": "The models, in order of kind and key.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Models"}}}
        },
        "401": {"$ref": "#/components/responses/Problem"},
        "429": {"$ref": "#/components/responses/Problem"}
      }
    }
  })");
  raw_json(writer, "/api/v1/models/{id}", R"({
    "delete": {
      "operationId": "remove_model",
      "tags": ["models"],
      "summary": "Forget a fitted model",
      "parameters": [
        {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}
      ],
      "responses": {
        "204": {"description": "The model is gone."},
        "401": {"$ref": "#/components/responses/Problem"},
        "404": {"$ref": "#/components/responses/Problem"},
        "429": {"$ref": "#/components/responses/Problem"}
      }
    }
  })");
}

void models_schema(JsonWriter& writer) {
  raw_json(writer, "Models", R"({
    "type": "object",
    "properties": {
      "models": {
        "type": "array",
        "items": {
          "type": "object",
          "properties": {
            "id": {"type": "string", "description": "Removes it."},
            "kind": {"type": "string", "description": "The endpoint that fitted it."},
            "key": {"type": "string", "description": "What it is for: a SKU, a campaign, ..."},
            "version": {"type": "integer", "description": "Rises with every fit of kind and key."},
            "trained_at": {"type": "string", "format": "date-time"},
            "expires_at": {"type": "string", "format": "date-time"},
            "size_bytes": {"type": "integer"}
          },
          "required": ["id", "kind", "key", "version", "trained_at", "expires_at", "size_bytes"]
        }
      }
    },
    "required": ["models"]
  })");
}

void problem_schema(JsonWriter& writer) {
  raw_json(writer, "Problem", R"({
    "type": "object",
    "description": "RFC 9457 problem details.",
    "properties": {
      "type": {"type": "string", "description": "Stable address of the kind of problem."},
      "title": {"type": "string"},
      "status": {"type": "integer"},
      "detail": {"type": "string"},
      "code": {"type": "string"},
      "request_id": {"type": "string"},
      "error_count": {"type": "integer", "description": "All problems found, listed or not."},
      "errors": {
        "type": "array",
        "maxItems": 50,
        "items": {
          "type": "object",
          "properties": {
            "pointer": {"type": "string", "description": "RFC 6901 pointer into the request."},
            "code": {"type": "string"},
            "detail": {"type": "string"},
            "allowed": {"type": "array", "items": {"type": "string"}}
          },
          "required": ["pointer", "code", "detail"]
        }
      }
    },
    "required": ["type", "title", "status", "detail", "request_id"]
  })");
}

void components(JsonWriter& writer, JsonSchema& schemas) {
  const Member all(writer, "components");
  raw_json(writer, "securitySchemes", R"({
    "customerId": {"type": "apiKey", "in": "header", "name": "X-Customer-Api-Id"},
    "secret": {"type": "apiKey", "in": "header", "name": "X-Secret"}
  })");
  raw_json(writer, "responses", R"({
    "Problem": {
      "description": "What is wrong, where, and what to do about it.",
      "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    }
  })");
  const Member shapes(writer, "schemas");
  problem_schema(writer);
  models_schema(writer);
  const auto found = schemas.components();
  for (const auto& [name, type] : found) {
    writer.key(name);
    schemas.component(*type);
  }
}

}  // namespace

std::string document(std::string_view version, const Limits* limits) {
  StringSink sink;
  JsonWriter writer(sink);
  writer.indent();
  writer.begin_object();
  text_member(writer, "openapi", "3.1.0");
  {
    const Member info(writer, "info");
    text_member(writer, "title", "clientele");
    text_member(writer, "version", version);
    text_member(writer, "summary", "Customer intelligence in one program.");
    text_member(
        writer, "description",
        "Every endpoint takes one JSON object by POST and answers with JSON. Lists of objects may "
        "also be sent as columns. The same request gives the same bytes. `POST /api/NAME` is an "
        "alias of `POST /api/v1/ai/NAME`; top-level scalar fields may be given in the query "
        "string.");
    raw_json(writer, "license", R"({"name": "Apache-2.0", "identifier": "Apache-2.0"})");
  }
  raw_json(writer, "servers", R"([{"url": "http://127.0.0.1:8080"}])");
  raw_json(writer, "security", R"([{"customerId": [], "secret": []}])");
  JsonSchema schemas(writer, "shape", limits);
  {
    const Member paths(writer, "paths");
    for (const catalog::Entry& entry : catalog::entries()) operation(writer, entry, schemas);
    kept_models(writer);
  }
  components(writer, schemas);
  writer.end_object();
  writer.finish();
  return std::move(sink).text() + "\n";
}

}  // namespace clientele::openapi
