// Boost.Asio as this server uses it: concrete executors, C++20 coroutines. Private to the server's
// sources; BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING is set by the build (frames may not move
// between threads' caches).
#pragma once

#include <utility>  // Asio 1.74 needs it first

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace clientele::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;
using Awaitable = asio::use_awaitable_t<Executor>;
template <typename T>
using Task = asio::awaitable<T, Executor>;

inline auto into(ErrorCode& error) { return asio::redirect_error(Awaitable{}, error); }

// Lets one coroutine wait for a word from the same thread. A word given early is kept.
class Signal {
 public:
  Task<void> wait() {
    if (!set_) {
      co_await asio::async_initiate<Awaitable, void()>(
          [this](auto handler) {
            auto held = std::make_shared<decltype(handler)>(std::move(handler));
            resume_ = [held] { (*held)(); };
          },
          token_);
    }
    set_ = false;
  }
  void give() {
    set_ = true;
    if (resume_) std::exchange(resume_, nullptr)();
  }

 private:
  Awaitable token_;
  bool set_ = false;
  std::function<void()> resume_;
};

}  // namespace clientele::http
