// The HTTP/1.1 server: sockets, deadlines, limits and the hand-off to compute threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "faces/http/application.hpp"

namespace clientele::http {

// The slowest acceptable transfer: after `grace`, `small_rate` bytes/s on average, and `large_rate`
// for transfers of more than `large_bytes`.
struct PaceRule {
  std::chrono::milliseconds grace{5'000};
  double small_rate = 240;
  double large_rate = 64 * 1024;
  std::uint64_t large_bytes = 1 << 20;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0 = any free one, see Server::port()
  std::size_t io_threads = 1;
  std::size_t compute_threads = 2;
  std::size_t queue_length = 256;  // requests waiting for a compute thread; beyond it: 503

  std::size_t max_connections = 4096;
  std::size_t max_connections_per_address = 1024;  // 0 = no limit (behind a proxy)

  std::size_t header_limit = 16 * 1024;                  // bytes of request line and fields
  std::size_t field_limit = 100;                         // header fields
  std::uint64_t body_limit = 20'000'000;                 // bytes, on the wire and inflated
  std::uint64_t inflation_ratio = 200;                   // inflated : wire, beyond 1 MB inflated
  std::uint64_t bytes_in_flight = 512ULL * 1024 * 1024;  // bodies and answers held at one moment

  std::chrono::milliseconds header_deadline{10'000};  // from the first byte to the end of the head
  std::chrono::milliseconds idle_deadline{60'000};    // between two requests
  std::chrono::milliseconds request_deadline{120'000};  // head, body and computation
  PaceRule pace;                                        // of bodies and answers
  std::chrono::milliseconds stop_grace{25'000};         // for requests in flight when stopping
};

// A snapshot for /metrics and /ready.
struct ServerGauges {
  std::size_t connections = 0;
  std::size_t requests_in_flight = 0;  // head complete, answer not yet sent
  std::size_t queue_length = 0;        // waiting for a compute thread
  std::uint64_t bytes_in_flight = 0;
  std::uint64_t refused_connections = 0;  // over a connection limit, since the start
  bool stopping = false;
};

class Server {
 public:
  // The application must outlive the server.
  Server(const ServerOptions& options, Application& application);
  ~Server();  // request_stop() + wait()

  // Binds, listens and starts the threads. bad_configuration names what cannot be used.
  Status start();
  std::uint16_t port() const;

  // Stops accepting, closes idle connections, answers requests in flight with `Connection: close`
  // for at most `stop_grace`, then cancels and breaks them off. Thread-safe after start(), returns
  // at once.
  void request_stop();
  // Returns when a stop was requested and is complete: no connection and no thread is left. Work
  // that ignores its cancellation delays it.
  void wait();

  // Thread-safe; zeros before start().
  ServerGauges gauges() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace clientele::http
