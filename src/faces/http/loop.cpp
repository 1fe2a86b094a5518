#include "faces/http/loop.hpp"

#include <exception>
#include <string>
#include <utility>

namespace clientele::http {
namespace {

constexpr std::chrono::milliseconds kTick{100};        // resolution of all deadlines
constexpr std::chrono::milliseconds kAcceptRetry{50};  // when descriptors have run out
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";

}  // namespace

Loop::Loop(SharedState& shared) : shared_(shared) {}

Status Loop::listen(const tcp::endpoint& endpoint, bool shared_port) {
  using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
  ErrorCode error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
  if (!error && shared_port) acceptor_.set_option(ReusePort(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(SOMAXCONN, error);
  if (!error) return Nothing{};
  return Error{.kind = ErrorKind::bad_configuration,
               .detail = "Cannot listen on " + endpoint.address().to_string() + " port " +
                         std::to_string(endpoint.port()) + ": " + error.message() + "."};
}

void Loop::start() {
  asio::co_spawn(io_.get_executor(), accept_all(), asio::detached);
  asio::co_spawn(io_.get_executor(), sweep_all(), asio::detached);
  thread_ = std::thread([this] { io_.run(); });
}

void Loop::request_stop() {
  asio::post(io_.get_executor(), [this] { stop(); });
}

void Loop::join() {
  if (thread_.joinable()) thread_.join();
}

Task<void> Loop::accept_all() {
  while (!shared_.stopping) {
    Socket socket(io_);
    ErrorCode error;
    co_await acceptor_.async_accept(socket, into(error));
    if (!error) {
      admit(std::move(socket));
    } else if (error == asio::error::operation_aborted) {
      co_return;
    } else {
      retry_.expires_after(kAcceptRetry);
      co_await retry_.async_wait(into(error));
    }
  }
}

void Loop::admit(Socket socket) {
  ErrorCode error;
  const tcp::endpoint remote = socket.remote_endpoint(error);
  if (error) return;
  const std::string address = remote.address().to_string();
  socket.set_option(tcp::no_delay(true), error);
  if (!shared_.counts.open(address)) {
    socket.non_blocking(true, error);
    socket.send(asio::buffer(kFull), 0, error);
    return;
  }
  const auto connection = std::make_shared<Connection>(shared_, std::move(socket), address);
  connections_.insert(connection);
  asio::co_spawn(io_.get_executor(), connection->run(),
                 [this, connection](const std::exception_ptr&) {
                   connection->finish();
                   connections_.erase(connection);
                   shared_.counts.close(connection->remote_address());
                   if (shared_.stopping) tick_.cancel();
                 });
}

Task<void> Loop::sweep_all() {
  while (!shared_.stopping || acceptor_.is_open() || !connections_.empty()) {
    tick_.expires_after(kTick);
    ErrorCode error;
    co_await tick_.async_wait(into(error));
    const auto now = Clock::now();
    for (const auto& connection : connections_) {
      if (now >= stop_deadline_) {
        connection->break_off();
      } else {
        connection->sweep(now);
      }
    }
  }
}

// Takes what the kernel has accepted already, then closes the door.
void Loop::stop() {
  if (!acceptor_.is_open()) return;
  ErrorCode error;
  acceptor_.non_blocking(true, error);
  while (!error) {
    Socket socket(io_);
    acceptor_.accept(socket, error);
    if (!error) admit(std::move(socket));
  }
  acceptor_.close(error);
  stop_deadline_ = Clock::now() + shared_.options.stop_grace;
  for (const auto& connection : connections_) connection->close_if_idle();
  tick_.cancel();
}

}  // namespace clientele::http
