// The catalog over HTTP: routes, credentials, limits, and the documents about them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/context.hpp"
#include "catalog/catalog.hpp"
#include "faces/http/access_log.hpp"
#include "faces/http/application.hpp"
#include "faces/http/metrics.hpp"
#include "faces/http/rate_limit.hpp"
#include "store/authenticator.hpp"
#include "store/model_archive.hpp"

namespace clientele::http {

struct ApiOptions {
  std::string version;
  Limits limits;  // row limits in force
  std::uint64_t body_limit = 20'000'000;
  std::size_t threads_per_request = 1;
  const Rewriter* rewriter = nullptr;  // of report texts; null: none
  std::string openapi;                 // the document at /openapi.json
  std::string docs_page;               // the HTML at /docs
};

// POST /api/v1/ai/NAME and its alias /api/NAME for every endpoint of the catalog; GET
// /api/v1/models, DELETE /api/v1/models/ID; GET /health, /ready, /metrics, /openapi.json, /docs.
// Thread-safe; what it refers to must outlive it.
class Api final : public Application {
 public:
  Api(ApiOptions options, store::Authenticator& authenticator, store::ModelArchive& models,
      RateLimiter& limiter, AccessLog& log, Metrics& metrics);

  // Where /ready and /metrics see the server's state; set before the server starts.
  void watch(std::function<ServerGauges()> gauges) { gauges_ = std::move(gauges); }

  Admission admit(const Head& head) override;
  Reply handle(const Head& head, Admission& admission, BodyBuffer body,
               Cancellation& cancellation) override;
  void answered(const AccessRecord& record) override;
  void failed(const Head& head, std::string_view what) override;

 private:
  Admission document(const Head& head, std::string label, Reply reply) const;
  Admission call(const Head& head, const catalog::Entry& entry);
  Admission kept_models(const Head& head);
  Admission enter(const Head& head, std::string label);
  Reply answer(const Head& head, const catalog::Entry& entry, Context& context, BodyBuffer body);
  Admission unknown(const Head& head) const;
  Reply ready() const;

  ApiOptions options_;
  store::Authenticator& authenticator_;
  store::ModelArchive& models_;
  RateLimiter& limiter_;
  AccessLog& log_;
  Metrics& metrics_;
  std::function<ServerGauges()> gauges_;
};

}  // namespace clientele::http
