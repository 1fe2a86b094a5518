// How a connection answers: whole bodies, streams, and the way out.
#include <array>
#include <charconv>
#include <utility>

#include "faces/http/connection.hpp"
#include "faces/http/reply_head.hpp"

namespace clientele::http {
namespace {

constexpr std::size_t kMaxWrite = 256 * 1024;
constexpr std::size_t kLingerBytes = 16 * 1024 * 1024;
constexpr std::chrono::seconds kLingerTime{5};

std::string hexadecimal(std::size_t n) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), n, 16).ptr;
  return {digits.data(), end};
}

}  // namespace

Task<bool> Connection::send(Request& request, std::string_view head, std::string_view body) {
  while (!head.empty() || !body.empty()) {
    if (gone_) co_return false;
    const std::string_view slice = body.substr(0, kMaxWrite);
    const std::array buffers{asio::const_buffer(head.data(), head.size()),
                             asio::const_buffer(slice.data(), slice.size())};
    ErrorCode error;
    const std::size_t n = co_await socket_.async_write_some(buffers, into(error));
    request.bytes_out += n;
    phase_bytes_ += n;
    if (error) co_return false;
    const std::size_t of_head = std::min(n, head.size());
    head.remove_prefix(of_head);
    body.remove_prefix(n - of_head);
  }
  co_return true;
}

Connection::After Connection::after(bool sent, bool keep) {
  if (!sent) return After::drop;
  return keep ? After::keep : After::linger;
}

Task<Connection::After> Connection::send_whole(Request& request, const Reply& reply, bool keep) {
  keep = keep && !reply.close && !shared_.stopping;
  const std::string head = reply_head(reply, {request.head.version_minor, keep, reply.body.size()},
                                      request.head.request_id, current_http_date());
  const bool has_body = request.head.method != "HEAD" && !is_bodiless(reply.status);
  const std::string_view body = has_body ? std::string_view(reply.body) : std::string_view{};
  enter(Phase::send, Clock::time_point::max(), head.size() + body.size());
  const bool sent = co_await send(request, head, body);
  record(request, reply.status, sent);

  co_return after(sent, keep);
}

// The exchange has an answer, or its time or its client is over.
Task<Connection::After> Connection::answer_exchange(Request& request) {
  if (gone_) {
    record(request, kClientGone, false);
    co_return After::drop;
  }
  switch (exchange_->progress()) {
    case Exchange::Progress::working: {
      exchange_->abandon();
      const Reply reply = busy_reply(request, ErrorKind::deadline_exceeded);
      co_return co_await send_whole(request, reply, request.framing.keep_alive);
    }
    case Exchange::Progress::whole:
      co_return co_await send_whole(request, exchange_->reply(), request.framing.keep_alive);
    case Exchange::Progress::streaming:
      co_return co_await send_stream(request);
  }
  co_return After::drop;
}

Task<Connection::After> Connection::send_stream(Request& request) {
  const Reply& reply = exchange_->reply();
  const bool chunked = request.head.version_minor >= 1;
  const bool keep = chunked && request.framing.keep_alive && !reply.close && !shared_.stopping;
  const std::string head = reply_head(reply, {request.head.version_minor, keep, std::nullopt},
                                      request.head.request_id, current_http_date());
  const std::uint64_t large = shared_.options.pace.large_bytes + 1;
  enter(Phase::send, Clock::time_point::max(), large);
  bool sent = co_await send(request, head, {});
  bool ended = false;
  while (sent && !ended) {
    auto part = exchange_->take_part();
    if (!part) {
      enter(Phase::compute, Clock::now() + shared_.options.request_deadline);
      co_await progress_.wait();
      sent = !expired_ && !gone_;
      continue;
    }
    ended = part->end;
    sent = !part->broken;
    if (!sent) break;
    enter(Phase::send, Clock::time_point::max(), large);
    sent = co_await send_part(request, *std::move(part), chunked);
  }
  record(request, reply.status, sent);

  co_return after(sent, keep);
}

Task<bool> Connection::send_part(Request& request, Exchange::Part part, bool chunked) {
  if (!chunked) co_return co_await send(request, part.bytes, {});
  std::string prefix;
  if (!part.bytes.empty()) {
    prefix = hexadecimal(part.bytes.size()) + "\r\n";
    part.bytes += "\r\n";
  }
  if (part.end) part.bytes += "0\r\n\r\n";
  co_return co_await send(request, prefix, part.bytes);
}

Reply Connection::busy_reply(const Request& request, ErrorKind kind) {
  const bool late = kind == ErrorKind::deadline_exceeded;
  const Error error{.kind = kind,
                    .detail = late ? "The answer was not ready in time." : "All workers are busy.",
                    .faults = {},
                    .retry_after_seconds = 1};
  return problem_reply(error, request.head.request_id);
}

// Says that nothing follows, then reads on for a while: closing over unread bytes would reset the
// connection and might destroy the answer on its way.
Task<void> Connection::linger() {
  ErrorCode ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  enter(Phase::linger, Clock::now() + kLingerTime);
  input_.consume(input_.size());
  std::size_t n = 0;
  while (phase_bytes_ < kLingerBytes && co_await read_some(input_.room(kMaxWrite / 16), n)) {
  }
}

}  // namespace clientele::http
