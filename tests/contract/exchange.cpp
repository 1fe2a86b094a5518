#include "exchange.hpp"

#include <map>

#include "base/sink.hpp"
#include "json_schema_validator.hpp"
#include "schema/json_schema.hpp"

namespace clientele::contract {
namespace {

using schema::JsonSchema;
using schema::JsonWriter;

// {"schema": ..., "components": {"schemas": ...}}
Json schema_document(const schema::Type& type, bool is_request, const Limits* limits) {
  StringSink sink;
  JsonWriter writer(sink);
  JsonSchema schemas(writer, "shape", limits);
  writer.begin_object();
  writer.key("schema");
  is_request ? schemas.request(type) : schemas.response(type);
  writer.key("components");
  writer.begin_object();
  writer.key("schemas");
  writer.begin_object();
  const auto components = schemas.components();
  for (const auto& [name, component] : components) {
    writer.key(name);
    schemas.component(*component);
  }
  writer.end_object();
  writer.end_object();
  writer.end_object();
  writer.finish();
  return parse_json(sink.text());
}

const Json& response_schema(const schema::Type& type) {
  static std::map<const schema::Type*, Json> documents;
  auto& document = documents[&type];
  if (document.is_null()) document = schema_document(type, false, nullptr);
  return document;
}

std::string schema_violation(const Json& document, const Json& value) {
  return JsonSchemaValidator(document).violation(document.at("schema"), value);
}

}  // namespace

Reply call(const catalog::Entry& entry, std::string_view request, std::size_t threads,
           const Limits* limits, ModelStore* models, Cancellation* cancellation) {
  const schema::PaddedString body(request);
  schema::ReadInput input;
  input.body = body.view();
  input.limits = limits;
  Context context;
  context.today = *parse_date("2025-06-30");
  context.generated_at = "2025-06-30T12:00:00Z";
  context.threads = threads;
  context.limits = limits;
  context.models = models;
  context.cancellation = cancellation;
  Reply reply;
  auto answer = entry.endpoint.run(entry.endpoint, input, context);
  if (!answer) {
    reply.error = std::move(answer).error();
    return reply;
  }
  StringSink sink;
  EXPECT_TRUE(answer->write(sink));
  reply.text = std::move(sink).text();
  reply.warnings = answer->warnings();
  if (entry.endpoint.response->kind == schema::Kind::document) {
    // Its examples name what a document is; its bytes are compared as texts.
    reply.json = {{"content_type", entry.endpoint.response->media_type}};
    EXPECT_FALSE(reply.text.empty());
    return reply;
  }
  reply.json = parse_json(reply.text, true);
  if (reply.json.is_discarded()) {
    ADD_FAILURE() << entry.endpoint.name << " gave no JSON: " << reply.text.substr(0, 500);
    return reply;
  }
  EXPECT_EQ(schema_violation(response_schema(*entry.endpoint.response), reply.json), "")
      << entry.endpoint.name << " for " << request.substr(0, 2000);
  return reply;
}

std::string request_violation(const catalog::Entry& entry, const Json& request,
                              const Limits* limits) {
  if (limits == nullptr) {
    static std::map<const schema::Type*, Json> documents;
    auto& document = documents[entry.endpoint.request];
    if (document.is_null()) document = schema_document(*entry.endpoint.request, true, nullptr);
    return schema_violation(document, request);
  }
  return schema_violation(schema_document(*entry.endpoint.request, true, limits), request);
}

std::string words_of(const Error& error) {
  std::string words = error.detail;
  for (const Fault& fault : error.faults) {
    words += "\n  " + fault.pointer + " " + fault.code + ": " + fault.detail;
  }
  return words;
}

std::vector<const catalog::Entry*> all_entries() {
  std::vector<const catalog::Entry*> all;
  for (const catalog::Entry& entry : catalog::entries()) all.push_back(&entry);
  return all;
}

std::string name_of(const testing::TestParamInfo<const catalog::Entry*>& info) {
  return info.param->endpoint.name;
}

}  // namespace clientele::contract
