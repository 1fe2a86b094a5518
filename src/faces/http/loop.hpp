// One I/O thread: its own io_context, listening socket and connections.
#pragma once

#include "faces/http/asio.hpp"

#include <memory>
#include <thread>
#include <unordered_set>

#include "base/result.hpp"
#include "faces/http/connection.hpp"
#include "faces/http/shared_state.hpp"

namespace clientele::http {

class Loop {
 public:
  explicit Loop(SharedState& shared);

  // `shared_port`: with SO_REUSEPORT, for several loops on one port.
  Status listen(const tcp::endpoint& endpoint, bool shared_port);
  tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

  void start();
  // Thread-safe; shared.stopping is set before.
  void request_stop();
  // Returns when the thread has ended.
  void join();

 private:
  Task<void> accept_all();
  Task<void> sweep_all();
  void admit(Socket socket);
  void stop();

  SharedState& shared_;
  asio::io_context io_{1};
  Acceptor acceptor_{io_};
  Timer retry_{io_};
  Timer tick_{io_};
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  Clock::time_point stop_deadline_ = Clock::time_point::max();
  std::thread thread_;
};

}  // namespace clientele::http
