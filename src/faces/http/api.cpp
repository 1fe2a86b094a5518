#include "faces/http/api.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "faces/http/kept_models.hpp"
#include "faces/http/problem.hpp"

namespace clientele::http {
namespace {

constexpr std::array<std::string_view, 2> kPrefixes{"/api/v1/ai/", "/api/"};
constexpr std::string_view kAllowPost = "POST, OPTIONS";
constexpr std::string_view kAllowGet = "GET, HEAD, OPTIONS";
constexpr std::string_view kAllowDelete = "DELETE, OPTIONS";
constexpr std::string_view kModelsPath = "/api/v1/models";

// What an admitted request carries until its answer is complete.
struct Ticket {
  const catalog::Entry* entry = nullptr;  // null: the tenant's kept models
  RateLimiter::Slot slot;
  std::vector<Field> fields;  // of the answer, whatever it is
};

Ticket& ticket_of(const Admission& admission) {
  return *std::static_pointer_cast<Ticket>(admission.ticket);
}

// The list of kept models or one of them.
bool is_kept_models(std::string_view path) {
  return path == kModelsPath ||
         (path.starts_with(kModelsPath) && path.substr(kModelsPath.size()).starts_with('/'));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  });
  return out;
}

// The endpoint's name in a path; "" for none.
std::string_view endpoint_name(std::string_view path) {
  for (const std::string_view prefix : kPrefixes) {
    if (path.starts_with(prefix)) return path.substr(prefix.size());
  }
  return {};
}

Reply text_reply(std::string body, std::string content_type) {
  Reply reply;
  reply.content_type = std::move(content_type);
  reply.body = std::move(body);
  return reply;
}

Reply with_fields(Reply reply, const std::vector<Field>& fields) {
  reply.fields.insert(reply.fields.end(), fields.begin(), fields.end());
  return reply;
}

Reply options_reply(std::string_view allow) {
  Reply reply;
  reply.status = 204;
  reply.content_type = "";
  reply.fields.push_back({"Allow", std::string(allow)});
  return reply;
}

Reply method_refused(const Head& head, std::string_view allow) {
  Reply reply = problem_reply(Error{.kind = ErrorKind::method_not_allowed,
                                    .detail = "Use one of: " + std::string(allow) + ".",
                                    .faults = {}},
                              head.request_id);
  reply.fields.push_back({"Allow", std::string(allow)});
  return reply;
}

Admission refused(std::string endpoint, std::string tenant, Reply reply) {
  Admission admission;
  admission.endpoint = std::move(endpoint);
  admission.tenant = std::move(tenant);
  admission.reply = std::move(reply);
  return admission;
}

bool is_json(std::string_view content_type) {
  const std::string type = lower(content_type.substr(0, content_type.find(';')));
  const auto last = type.find_last_not_of(" \t");
  return type.substr(0, last + 1) == "application/json";
}

schema::ReadInput read_input(const Head& head, const BodyBuffer& body, const Limits& limits) {
  schema::ReadInput input;
  input.body = {body.view()};
  for (const Field& parameter : head.query) input.query.emplace(parameter.name, parameter.value);
  for (const Field& field : head.fields) input.headers.emplace(lower(field.name), field.value);
  input.limits = &limits;
  return input;
}

// An answer that has no place for warnings in its body names their codes in a header.
void name_warnings(const schema::Endpoint& endpoint, const schema::Answer& answer, Reply& reply) {
  if (answer.warnings().empty() || endpoint.response->kind == schema::Kind::object) return;
  std::string codes;
  for (const Warning& warning : answer.warnings()) {
    codes += (codes.empty() ? "" : ", ") + warning.code;
  }
  reply.fields.push_back({"X-Warnings", codes});
}

}  // namespace

Api::Api(ApiOptions options, store::Authenticator& authenticator, store::ModelArchive& models,
         RateLimiter& limiter, AccessLog& log, Metrics& metrics)
    : options_(std::move(options)),
      authenticator_(authenticator),
      models_(models),
      limiter_(limiter),
      log_(log),
      metrics_(metrics) {}

Admission Api::admit(const Head& head) {
  const std::string_view name = endpoint_name(head.path);
  if (const catalog::Entry* entry = catalog::find(name)) return call(head, *entry);
  if (is_kept_models(head.path)) return kept_models(head);
  if (head.path == "/health") {
    return document(head, "health", text_reply("{\"status\":\"ok\"}\n", "application/json"));
  }
  if (head.path == "/ready") return document(head, "ready", ready());
  if (head.path == "/metrics") {
    const ServerGauges gauges = gauges_ ? gauges_() : ServerGauges{};
    return document(head, "metrics",
                    text_reply(metrics_.text(gauges), std::string(Metrics::kContentType)));
  }
  if (head.path == "/openapi.json") {
    return document(head, "openapi", text_reply(options_.openapi, "application/json"));
  }
  if (head.path == "/docs" || head.path == "/docs/errors") {
    return document(head, "docs", text_reply(options_.docs_page, "text/html; charset=utf-8"));
  }
  return unknown(head);
}

Reply Api::ready() const {
  const bool stopping = gauges_ && gauges_().stopping;
  Reply reply = text_reply(stopping ? "{\"status\":\"stopping\"}\n" : "{\"status\":\"ready\"}\n",
                           "application/json");
  reply.status = stopping ? 503 : 200;
  return reply;
}

Admission Api::document(const Head& head, std::string label, Reply reply) const {
  if (head.method == "OPTIONS") return refused(std::move(label), "", options_reply(kAllowGet));
  if (head.method != "GET" && head.method != "HEAD") {
    return refused(std::move(label), "", method_refused(head, kAllowGet));
  }
  return refused(std::move(label), "", std::move(reply));
}

Admission Api::unknown(const Head& head) const {
  std::string detail = "Nothing is at this path; /docs tells what there is.";
  const std::string_view name = endpoint_name(head.path);
  if (!name.empty()) {
    detail = "There is no endpoint of this name.";
    if (const auto nearest = catalog::nearest(name)) {
      detail += " Did you mean /api/v1/ai/" + std::string(*nearest) + "?";
    }
    detail += " /openapi.json lists them all.";
  }
  return refused(
      "", "",
      problem_reply(
          Error{.kind = ErrorKind::unknown_endpoint, .detail = std::move(detail), .faults = {}},
          head.request_id));
}

// Who asks, and whether they may now: with a reply when not, else with a ticket.
Admission Api::enter(const Head& head, std::string label) {
  const auto tenant =
      authenticator_.authenticate(head.field("X-Customer-Api-Id").value_or(""),
                                  head.field("X-Secret").value_or(""), current_instant());
  if (!tenant) return refused(std::move(label), "", problem_reply(tenant.error(), head.request_id));
  auto decision = limiter_.admit(tenant->name, std::chrono::steady_clock::now());
  auto ticket = std::make_shared<Ticket>();
  if (!decision.policy_field.empty()) {
    ticket->fields.push_back({"RateLimit-Policy", decision.policy_field});
    ticket->fields.push_back({"RateLimit", decision.limit_field});
  }
  if (decision.refusal) {
    return refused(std::move(label), tenant->name,
                   with_fields(problem_reply(*decision.refusal, head.request_id), ticket->fields));
  }
  ticket->slot = std::move(decision.slot);
  Admission admission;
  admission.endpoint = std::move(label);
  admission.tenant = tenant->name;
  admission.body_limit = options_.body_limit;
  admission.ticket = std::move(ticket);
  return admission;
}

Admission Api::call(const Head& head, const catalog::Entry& entry) {
  const schema::Endpoint& endpoint = entry.endpoint;
  if (head.method == "OPTIONS") return refused(endpoint.name, "", options_reply(kAllowPost));
  if (head.method != "POST") return refused(endpoint.name, "", method_refused(head, kAllowPost));
  Admission admission = enter(head, endpoint.name);
  if (admission.reply) return admission;
  Ticket& ticket = ticket_of(admission);
  ticket.entry = &entry;
  const auto content_type = head.field("Content-Type");
  if (content_type && !is_json(*content_type)) {
    const Error error{.kind = ErrorKind::unsupported_media,
                      .detail = "Send the body as Content-Type: application/json.",
                      .faults = {}};
    return refused(endpoint.name, admission.tenant,
                   with_fields(problem_reply(error, head.request_id), ticket.fields));
  }
  if (endpoint.most_bytes) {
    admission.body_limit = std::min(admission.body_limit, options_.limits.of(*endpoint.most_bytes));
  }
  return admission;
}

Admission Api::kept_models(const Head& head) {
  const bool is_list = head.path == kModelsPath;
  const std::string_view allow = is_list ? kAllowGet : kAllowDelete;
  if (head.method == "OPTIONS") return refused("models", "", options_reply(allow));
  const bool reads = head.method == "GET" || head.method == "HEAD";
  if (is_list ? !reads : head.method != "DELETE") {
    return refused("models", "", method_refused(head, allow));
  }
  return enter(head, "models");
}

Reply Api::handle(const Head& head, Admission& admission, BodyBuffer body,
                  Cancellation& cancellation) {
  const Ticket& ticket = ticket_of(admission);
  const Instant now = current_instant();
  store::TenantModels models(models_, admission.tenant, now);
  if (ticket.entry == nullptr) {
    const std::string_view id = std::string_view(head.path).substr(kModelsPath.size());
    return with_fields(id.empty() ? kept_models_reply(models, head.request_id)
                                  : removed_model_reply(models, id.substr(1), head.request_id),
                       ticket.fields);
  }
  Context context;
  context.tenant = admission.tenant;
  context.today = {static_cast<std::int32_t>(
      std::chrono::floor<std::chrono::days>(now).time_since_epoch().count())};
  context.generated_at = to_rfc3339(now);
  context.threads = options_.threads_per_request;
  context.limits = &options_.limits;
  context.rewriter = options_.rewriter;
  context.cancellation = &cancellation;
  context.models = &models;
  return with_fields(answer(head, *ticket.entry, context, std::move(body)), ticket.fields);
}

Reply Api::answer(const Head& head, const catalog::Entry& entry, Context& context,
                  BodyBuffer body) {
  const schema::Endpoint& endpoint = entry.endpoint;
  const auto kept_body = std::make_shared<const BodyBuffer>(std::move(body));
  auto answer = endpoint.run(endpoint, read_input(head, *kept_body, options_.limits), context);
  if (!answer) return problem_reply(answer.error(), head.request_id);
  Reply reply;
  reply.content_type = endpoint.response->media_type;
  name_warnings(endpoint, *answer, reply);
  if (answer->is_streamed()) {
    reply.stream = [kept_body, kept = std::move(*answer)](Sink& sink) { kept.write(sink); };
  } else {
    StringSink sink;
    answer->write(sink);
    reply.body = std::move(sink).text();
  }
  return reply;
}

void Api::answered(const AccessRecord& record) {
  metrics_.observe(record);
  log_.write(record);
}

void Api::failed(const Head& head, std::string_view what) {
  log_.write_error("internal_error", head.request_id, what);
}

}  // namespace clientele::http
