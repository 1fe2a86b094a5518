// What an installation can set. Names, ranges, units and defaults are declared in settings.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace clientele::app {

// 0 = no limit.
struct TenantLimits {
  std::uint64_t requests_per_minute = 0;
  std::uint64_t concurrency = 0;

  bool operator==(const TenantLimits&) const = default;
};

struct Config {
  struct Http {
    std::string address;
    std::uint64_t port = 0;
    std::uint64_t io_threads = 0;
    std::uint64_t compute_threads = 0;
    std::uint64_t queue_length = 0;
    std::uint64_t max_connections = 0;
    std::uint64_t max_connections_per_address = 0;
    std::uint64_t max_header_bytes = 0;
    std::uint64_t max_header_fields = 0;
    std::uint64_t max_body_bytes = 0;
    std::uint64_t max_inflation_ratio = 0;
    std::uint64_t memory_budget_bytes = 0;
    double header_seconds = 0;
    double idle_seconds = 0;
    double request_seconds = 0;
    double pace_grace_seconds = 0;
    double pace_bytes_per_second = 0;
    double pace_large_bytes_per_second = 0;
    double stop_seconds = 0;

    bool operator==(const Http&) const = default;
  };
  struct Store {
    std::string path;
    double key_overlap_hours = 0;
    std::uint64_t model_days = 0;
    std::uint64_t model_bytes_per_tenant = 0;

    bool operator==(const Store&) const = default;
  };
  struct Compute {
    std::uint64_t threads_per_request = 0;

    bool operator==(const Compute&) const = default;
  };
  struct Log {
    std::string level;
    std::string file;  // "" = standard error

    bool operator==(const Log&) const = default;
  };

  struct Report {
    std::string llm_url;  // "" = off
    std::string llm_model;
    std::string llm_key;
    std::string llm_key_file;
    double llm_seconds = 0;

    bool operator==(const Report&) const = default;
  };

  Http http;
  Store store;
  Compute compute;
  Log log;
  Report report;
  std::string pepper;                               // "" = the file beside the store
  TenantLimits limits;                              // of every tenant without its own
  std::map<std::string, TenantLimits> tenants;      // tenants with limits of their own
  std::map<std::string, std::uint64_t> row_limits;  // [limits.rows], for base Limits

  bool operator==(const Config&) const = default;
};

}  // namespace clientele::app
