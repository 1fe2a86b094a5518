#include "faces/http/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "faces/http/loop.hpp"
#include "faces/http/shared_state.hpp"

namespace clientele::http {
namespace {

Error bad(std::string detail) {
  return {.kind = ErrorKind::bad_configuration, .detail = std::move(detail)};
}

Status checked(const ServerOptions& options) {
  if (options.io_threads == 0) return bad("At least one I/O thread is needed.");
  if (options.compute_threads == 0) return bad("At least one compute thread is needed.");
  if (options.queue_length == 0) return bad("The queue needs room for at least one request.");
  if (options.max_connections == 0) return bad("At least one connection must be allowed.");
  if (options.header_limit < 1024 || options.header_limit > (1U << 20)) {
    return bad("The header limit must be between 1 KiB and 1 MiB.");
  }
  return Nothing{};
}

// Every connection needs a descriptor; the default soft limit is small.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

class Server::State {
 public:
  State(const ServerOptions& options, Application& application) : shared_(options, application) {}

  Status start() {
    if (auto status = checked(shared_.options); !status) return status;
    ErrorCode error;
    const auto address = asio::ip::make_address(shared_.options.address, error);
    if (error) return bad("'" + shared_.options.address + "' is not an IP address.");
    raise_descriptor_limit();
    if (auto status = listen({address, shared_.options.port}); !status) return status;
    for (auto& loop : loops_) loop->start();
    return Nothing{};
  }

  std::uint16_t port() const { return port_; }

  void request_stop() {
    if (shared_.stopping.exchange(true)) return;
    for (auto& loop : loops_) loop->request_stop();
  }

  void wait() {
    const std::lock_guard lock(waiting_);
    for (auto& loop : loops_) loop->join();
    shared_.pool.stop();
  }

  ServerGauges gauges() const {
    return {.connections = shared_.counts.connections(),
            .requests_in_flight = shared_.in_flight,
            .queue_length = shared_.pool.queued(),
            .bytes_in_flight = shared_.budget.used(),
            .refused_connections = shared_.counts.refused(),
            .stopping = shared_.stopping};
  }

 private:
  Status listen(tcp::endpoint endpoint) {
    const bool several = shared_.options.io_threads > 1;
    if (several) {
      // SO_REUSEPORT would let us share the port with a stranger: see first that nobody has it.
      Loop probe(shared_);
      if (auto status = probe.listen(endpoint, false); !status) return status;
      endpoint.port(probe.endpoint().port());
    }
    for (std::size_t i = 0; i < shared_.options.io_threads; ++i) {
      auto loop = std::make_unique<Loop>(shared_);
      if (auto status = loop->listen(endpoint, several); !status) return status;
      loops_.push_back(std::move(loop));
    }
    port_ = loops_.front()->endpoint().port();
    return Nothing{};
  }

  std::vector<std::unique_ptr<Loop>> loops_;  // outlive the pool, whose tasks speak to them
  SharedState shared_;
  std::mutex waiting_;
  std::uint16_t port_ = 0;
};

Server::Server(const ServerOptions& options, Application& application)
    : state_(std::make_unique<State>(options, application)) {}

Server::~Server() {
  request_stop();
  wait();
}

Status Server::start() { return state_->start(); }
std::uint16_t Server::port() const { return state_->port(); }
void Server::request_stop() { state_->request_stop(); }
void Server::wait() { state_->wait(); }
ServerGauges Server::gauges() const { return state_->gauges(); }

}  // namespace clientele::http
