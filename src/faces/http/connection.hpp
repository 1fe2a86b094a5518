// One client connection: a coroutine on its I/O thread that reads, answers and keeps alive.
// Coroutines here hand each other named values only: g++ 12 destroys some temporaries of a co_await
// expression twice.
#pragma once

#include "faces/http/asio.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "faces/http/exchange.hpp"
#include "faces/http/input_buffer.hpp"
#include "faces/http/problem.hpp"
#include "faces/http/request_head.hpp"
#include "faces/http/shared_state.hpp"

namespace clientele::http {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(SharedState& shared, Socket socket, std::string remote_address);

  // Serves until the connection ends; finish() has to follow.
  Task<void> run();

  // All below is called on the connection's own I/O thread, between its steps.
  // Ends what has passed its deadline or has lost its client.
  void sweep(Clock::time_point now);
  // Closes the connection if no request is under way.
  void close_if_idle();
  // Ends at once, whatever is under way.
  void break_off();
  // When run() has ended, by whatever way: nothing is held any more.
  void finish();

  const std::string& remote_address() const { return remote_address_; }

 private:
  static constexpr int kClientGone = 499;  // in the log only, as nginx has it

  // What the connection waits for; decides what a passed deadline means.
  enum class Phase { idle, head, body, compute, send, linger };
  // What becomes of the connection behind an answer. `linger`: close, but let the client read
  // first.
  enum class After { keep, linger, drop };
  enum class BodyRead { complete, gone, slow, malformed, trailer, too_large, no_memory };

  struct Request {
    Head head;
    Framing framing;
    Clock::time_point started;
    std::string endpoint;
    std::string tenant;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
  };
  using HeadRead = std::variant<std::monostate, ParsedHead, Refusal>;  // monostate: the client left

  Task<After> serve_one();
  Task<HeadRead> read_head();
  Task<bool> read_some(std::span<char> room, std::size_t& n);

  Task<After> refuse_head(Refusal refusal);
  Task<After> answer_early(Request& request, const Reply& reply);
  Task<After> serve_body(Request& request, Admission admission);
  std::optional<Problem> objection(const Request& request, std::uint64_t body_limit) const;
  Task<BodyRead> read_body(Request& request, std::uint64_t limit, BodyBuffer& body);
  Task<BodyRead> read_sized(std::uint64_t length, BodyBuffer& body);
  Task<BodyRead> read_chunked(std::uint64_t limit, BodyBuffer& body);
  static Problem problem_of_body(BodyRead outcome, std::uint64_t limit);
  Task<bool> discard_body(const Framing& framing);

  Task<After> compute(Request& request, Admission admission, BodyBuffer body, std::uint64_t limit);
  Task<After> answer_exchange(Request& request);
  Task<After> send_whole(Request& request, const Reply& reply, bool keep);
  Task<After> send_stream(Request& request);
  static After after(bool sent, bool keep);
  Task<bool> send_part(Request& request, Exchange::Part part, bool chunked);
  static Reply busy_reply(const Request& request, ErrorKind kind);
  Task<bool> send(Request& request, std::string_view head, std::string_view body);
  Task<void> linger();

  void enter(Phase phase, Clock::time_point deadline, std::uint64_t expected = 0);
  bool too_slow(Clock::time_point now) const;
  bool client_has_gone();
  void expire();
  void wake();
  void abandon_work();
  void abandon();
  void record(const Request& request, int status, bool complete);

  SharedState& shared_;
  Socket socket_;
  const std::string remote_address_;
  InputBuffer input_;

  Phase phase_ = Phase::head;
  Clock::time_point deadline_;
  Clock::time_point request_deadline_;
  Clock::time_point phase_began_;
  std::uint64_t phase_bytes_ = 0;     // transferred since
  std::uint64_t phase_expected_ = 0;  // to be transferred, if known
  bool expired_ = false;
  bool gone_ = false;  // the client has closed, or is to be treated so

  std::shared_ptr<Exchange> exchange_;
  Signal progress_;
};

}  // namespace clientele::http
