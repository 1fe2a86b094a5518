#include "app/server_run.hpp"

#include <pthread.h>

#include <chrono>
#include <csignal>

#include "app/open_rewriter.hpp"
#include "app/open_store.hpp"
#include "base/edit_distance.hpp"
#include "catalog/catalog.hpp"
#include "faces/docs/docs.hpp"
#include "faces/http/api.hpp"
#include "faces/openapi/openapi.hpp"

namespace clientele::app {
namespace {

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000.0));
}

http::ServerOptions server_options(const Config::Http& config) {
  http::ServerOptions options;
  options.address = config.address;
  options.port = static_cast<std::uint16_t>(config.port);
  options.io_threads = config.io_threads;
  options.compute_threads = config.compute_threads;
  options.queue_length = config.queue_length;
  options.max_connections = config.max_connections;
  options.max_connections_per_address = config.max_connections_per_address;
  options.header_limit = config.max_header_bytes;
  options.field_limit = config.max_header_fields;
  options.body_limit = config.max_body_bytes;
  options.inflation_ratio = config.max_inflation_ratio;
  options.bytes_in_flight = config.memory_budget_bytes;
  options.header_deadline = milliseconds(config.header_seconds);
  options.idle_deadline = milliseconds(config.idle_seconds);
  options.request_deadline = milliseconds(config.request_seconds);
  options.pace.grace = milliseconds(config.pace_grace_seconds);
  options.pace.small_rate = config.pace_bytes_per_second;
  options.pace.large_rate = config.pace_large_bytes_per_second;
  options.stop_grace = milliseconds(config.stop_seconds);
  return options;
}

http::RateLimiter rate_limiter(const Config& config) {
  const auto limits = [](const TenantLimits& own) {
    return http::RateLimits{own.requests_per_minute, own.concurrency};
  };
  std::map<std::string, http::RateLimits, std::less<>> own;
  for (const auto& [tenant, tenant_limits] : config.tenants) own[tenant] = limits(tenant_limits);
  return http::RateLimiter(limits(config.limits), std::move(own));
}

http::ApiOptions api_options(const Config& config, const Rewriter* rewriter) {
  http::ApiOptions options;
  options.rewriter = rewriter;
  options.version = kVersion;
  options.limits = row_limits(config);
  options.body_limit = config.http.max_body_bytes;
  options.threads_per_request = config.compute.threads_per_request;
  options.openapi = openapi::document(kVersion, &options.limits);
  options.docs_page = docs::page(kVersion);
  return options;
}

// Blocked in every thread, so that only wait_for_signal() takes them.
sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

struct ServerRun::Parts {
  Parts(const Config& config, std::unique_ptr<OpenStore> opened,
        std::unique_ptr<store::ModelArchive> archive, std::unique_ptr<Rewriter> chat,
        http::AccessLog access_log)
      : rewriter(std::move(chat)),
        store(std::move(opened)),
        models(std::move(archive)),
        authenticator(*store->tenants, store->pepper),
        limiter(rate_limiter(config)),
        log(std::move(access_log)),
        api(api_options(config, rewriter.get()), authenticator, *models, limiter, log, metrics),
        server(server_options(config.http), api) {
    api.watch([this] { return server.gauges(); });
  }

  std::unique_ptr<Rewriter> rewriter;
  std::unique_ptr<OpenStore> store;
  std::unique_ptr<store::ModelArchive> models;
  store::Authenticator authenticator;
  http::RateLimiter limiter;
  http::AccessLog log;
  http::Metrics metrics;
  http::Api api;
  http::Server server;
};

ServerRun::ServerRun(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ServerRun::ServerRun(ServerRun&&) noexcept = default;
ServerRun& ServerRun::operator=(ServerRun&&) noexcept = default;
ServerRun::~ServerRun() = default;

Result<ServerRun> ServerRun::start(const LoadedConfig& loaded) {
  if (auto checked = check_row_limits(loaded.config); !checked) return std::move(checked).error();
  auto opened = open_store(loaded.config);
  if (!opened) return std::move(opened).error();
  auto models = open_models(loaded.config);
  if (!models) return std::move(models).error();
  auto rewriter = open_rewriter(loaded.config.report);
  if (!rewriter) return std::move(rewriter).error();
  auto log = http::AccessLog::open(loaded.config.log.file);
  if (!log) return std::move(log).error();
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto parts =
      std::make_unique<Parts>(loaded.config, std::move(opened).value(), std::move(models).value(),
                              std::move(rewriter).value(), std::move(log).value());
  if (auto started = parts->server.start(); !started) return std::move(started).error();
  return ServerRun(std::move(parts));
}

std::uint16_t ServerRun::port() const { return parts_->server.port(); }

void ServerRun::wait_for_signal() {
  const sigset_t signals = stop_signals();
  int signal = 0;
  sigwait(&signals, &signal);
  parts_->server.request_stop();
  parts_->server.wait();
}

Limits row_limits(const Config& config) {
  Limits limits;
  for (const auto& [name, value] : config.row_limits) limits.set(name, value);
  return limits;
}

Status check_row_limits(const Config& config) {
  std::vector<std::string_view> known;
  const auto declared = catalog::limits();
  known.reserve(declared.size());
  for (const Limit& limit : declared) known.push_back(limit.name);
  for (const auto& [name, value] : config.row_limits) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string detail = "limits.rows." + name + ": no endpoint has a limit of this name.";
    if (const auto nearest = nearest_name(name, known)) {
      detail += " Did you mean '" + std::string(*nearest) + "'?";
    }
    Error error =
        invalid("", "unknown_limit", detail, std::vector<std::string>(known.begin(), known.end()));
    error.kind = ErrorKind::bad_configuration;
    return error;
  }
  return Nothing{};
}

}  // namespace clientele::app
