// What all I/O threads of one server share.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "faces/http/body_buffer.hpp"
#include "faces/http/compute_pool.hpp"
#include "faces/http/server.hpp"

namespace clientele::http {

// Open connections, in all and by remote address. Thread-safe.
class ConnectionCounts {
 public:
  ConnectionCounts(std::size_t limit, std::size_t limit_per_address)
      : limit_(limit), limit_per_address_(limit_per_address) {}

  // Counts one more, or refuses it.
  bool open(const std::string& address);
  void close(const std::string& address);
  std::size_t connections() const;
  std::uint64_t refused() const;

 private:
  const std::size_t limit_;
  const std::size_t limit_per_address_;
  mutable std::mutex mutex_;
  std::map<std::string, std::size_t> by_address_;
  std::size_t open_ = 0;
  std::uint64_t refused_ = 0;
};

struct SharedState {
  SharedState(const ServerOptions& chosen, Application& served)
      : options(chosen),
        application(served),
        budget(chosen.bytes_in_flight),
        counts(chosen.max_connections, chosen.max_connections_per_address),
        pool(chosen.compute_threads, chosen.queue_length) {}

  const ServerOptions options;
  Application& application;
  ByteBudget budget;
  ConnectionCounts counts;
  std::atomic<std::size_t> in_flight{0};
  std::atomic<bool> stopping{false};
  ComputePool pool;  // last: its tasks use the rest
};

}  // namespace clientele::http
