#include "faces/http/kept_models.hpp"

#include "faces/http/problem.hpp"
#include "schema/write.hpp"

namespace clientele::http {
namespace {

void write_entry(schema::JsonWriter& writer, const ModelEntry& entry) {
  const auto text = [&](std::string_view name, std::string_view value) {
    writer.key(name);
    writer.text(value);
  };
  const auto integer = [&](std::string_view name, std::uint64_t value) {
    writer.key(name);
    writer.integer(static_cast<std::int64_t>(value));
  };
  writer.begin_object();
  text("id", entry.id);
  text("kind", entry.kind);
  text("key", entry.key);
  integer("version", entry.version);
  text("trained_at", to_rfc3339(entry.trained_at));
  text("expires_at", to_rfc3339(entry.expires_at));
  integer("size_bytes", entry.size_bytes);
  writer.end_object();
}

}  // namespace

Reply kept_models_reply(ModelStore& models, std::string_view request_id) {
  const Result<std::vector<ModelEntry>> entries = models.list();
  if (!entries) return problem_reply(entries.error(), request_id);
  StringSink sink;
  schema::JsonWriter writer(sink);
  writer.begin_object();
  writer.key("models");
  writer.begin_list();
  for (const ModelEntry& entry : *entries) write_entry(writer, entry);
  writer.end_list();
  writer.end_object();
  writer.finish();
  Reply reply;
  reply.body = std::move(sink).text();
  return reply;
}

Reply removed_model_reply(ModelStore& models, std::string_view id, std::string_view request_id) {
  if (const Status removed = models.remove(id); !removed) {
    return problem_reply(removed.error(), request_id);
  }
  Reply reply;
  reply.status = 204;
  reply.content_type = "";
  return reply;
}

}  // namespace clientele::http
