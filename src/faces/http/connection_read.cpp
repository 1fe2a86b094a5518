// How a connection reads: heads, bodies, and what it does not want.
#include <algorithm>
#include <utility>

#include "faces/http/chunk_decoder.hpp"
#include "faces/http/connection.hpp"
#include "faces/http/request_id.hpp"

namespace clientele::http {
namespace {

constexpr std::size_t kHeadRead = 4 * 1024;
constexpr std::size_t kBodyRead = 64 * 1024;
constexpr std::uint64_t kDiscardUpTo = 64 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Task<bool> Connection::read_some(std::span<char> room, std::size_t& n) {
  n = 0;
  if (expired_ || gone_) co_return false;
  ErrorCode error;
  n = co_await socket_.async_read_some(asio::buffer(room.data(), room.size()), into(error));
  phase_bytes_ += n;
  co_return !error && !expired_ && !gone_;
}

Task<Connection::HeadRead> Connection::read_head() {
  const HeadLimits limits{shared_.options.header_limit, shared_.options.field_limit};
  while (true) {
    if (!input_.empty()) {
      auto read = parse_head(input_.view(), limits);
      if (auto* parsed = std::get_if<ParsedHead>(&read)) {
        input_.consume(parsed->size);
        co_return std::move(*parsed);
      }
      if (auto* refusal = std::get_if<Refusal>(&read)) co_return std::move(*refusal);
      if (phase_ != Phase::head) {
        enter(Phase::head, Clock::now() + shared_.options.header_deadline);
      }
    } else if (shared_.stopping) {
      co_return std::monostate{};
    }
    std::size_t n = 0;
    const bool ok = co_await read_some(input_.room(kHeadRead), n);
    input_.commit(n);
    if (ok) continue;
    if (expired_ && !gone_ && !input_.empty()) {
      Refusal refusal{408, "The header section did not arrive in time."};
      co_return refusal;
    }
    co_return std::monostate{};
  }
}

std::optional<Problem> Connection::objection(const Request& request,
                                             std::uint64_t body_limit) const {
  if (!content_coding(request.head.field("content-encoding"))) {
    return problem_of({.kind = ErrorKind::unsupported_media,
                       .detail = "Content-Encoding must be one of gzip, zstd, identity."});
  }
  if (request.framing.content_length > body_limit) {
    return problem_of_body(BodyRead::too_large, body_limit);
  }
  if (shared_.pool.full()) {
    return problem_of({.kind = ErrorKind::overloaded,
                       .detail = "All workers are busy.",
                       .retry_after_seconds = 1});
  }
  if (!shared_.budget.fits(request.framing.content_length)) {
    return problem_of_body(BodyRead::no_memory, body_limit);
  }
  return std::nullopt;
}

Problem Connection::problem_of_body(BodyRead outcome, std::uint64_t limit) {
  switch (outcome) {
    case BodyRead::slow:
      return refusal_problem(408, "The body did not arrive in time.");
    case BodyRead::trailer:
      return refusal_problem(400, "Trailer fields are not accepted.");
    case BodyRead::too_large:
      return problem_of(
          {.kind = ErrorKind::too_large,
           .detail = "The body is larger than " + std::to_string(limit) + " bytes, the limit."});
    case BodyRead::no_memory:
      return problem_of({.kind = ErrorKind::overloaded,
                         .detail = "Not enough memory for this body at the moment.",
                         .retry_after_seconds = 1});
    case BodyRead::malformed:
    case BodyRead::complete:
    case BodyRead::gone:
      break;
  }
  return refusal_problem(400, "The chunked body is malformed.");
}

Task<Connection::After> Connection::serve_body(Request& request, Admission admission) {
  const std::uint64_t limit =
      admission.body_limit > 0 ? admission.body_limit : shared_.options.body_limit;
  if (const auto problem = objection(request, limit)) {
    Reply reply = problem_reply(*problem, request.head.request_id);
    if (reply.status == 415) reply.fields.push_back({"Accept-Encoding", "gzip, zstd"});
    co_return co_await answer_early(request, reply);
  }
  if (request.framing.expect_continue && input_.empty()) {
    enter(Phase::send, request_deadline_);
    if (!co_await send(request, kContinue, {})) co_return After::drop;
  }
  BodyBuffer body(&shared_.budget);
  const BodyRead outcome = co_await read_body(request, limit, body);
  if (outcome == BodyRead::gone) {
    record(request, kClientGone, false);
    co_return After::drop;
  }
  if (outcome != BodyRead::complete) {
    body = BodyBuffer();
    const Reply reply = problem_reply(problem_of_body(outcome, limit), request.head.request_id);
    co_return co_await send_whole(request, reply, false);
  }
  co_return co_await compute(request, std::move(admission), std::move(body), limit);
}

Task<Connection::BodyRead> Connection::read_body(Request& request, std::uint64_t limit,
                                                 BodyBuffer& body) {
  const Framing& framing = request.framing;
  if (!framing.has_body()) co_return BodyRead::complete;
  enter(Phase::body, request_deadline_, framing.content_length);
  const std::size_t buffered = input_.size();
  const BodyRead outcome = framing.chunked ? co_await read_chunked(limit, body)
                                           : co_await read_sized(framing.content_length, body);
  request.bytes_in = phase_bytes_ + buffered - input_.size();
  co_return outcome;
}

Task<Connection::BodyRead> Connection::read_sized(std::uint64_t length, BodyBuffer& body) {
  const auto next_capacity = [&] {
    return std::min<std::uint64_t>(length, std::max(kBodyRead, 2 * body.capacity()));
  };
  if (!body.reserve(next_capacity())) co_return BodyRead::no_memory;
  const auto buffered = std::min<std::uint64_t>(length, input_.size());
  if (!body.append(input_.view().substr(0, buffered))) co_return BodyRead::no_memory;
  input_.consume(buffered);
  while (body.size() < length) {
    if (body.room().empty() && !body.reserve(next_capacity())) co_return BodyRead::no_memory;
    const auto room = body.room();
    std::size_t n = 0;
    const bool ok = co_await read_some(
        room.first(std::min<std::uint64_t>(room.size(), length - body.size())), n);
    body.commit(n);
    if (!ok) co_return expired_ && !gone_ ? BodyRead::slow : BodyRead::gone;
  }
  co_return BodyRead::complete;
}

Task<Connection::BodyRead> Connection::read_chunked(std::uint64_t limit, BodyBuffer& body) {
  ChunkDecoder decoder;
  while (true) {
    while (!input_.empty() && decoder.state() == ChunkDecoder::State::more) {
      const auto step = decoder.next(input_.view());
      if (step.payload.size() > limit - body.size()) co_return BodyRead::too_large;
      if (!body.append(step.payload)) co_return BodyRead::no_memory;
      input_.consume(step.consumed);
    }
    switch (decoder.state()) {
      case ChunkDecoder::State::done:
        co_return BodyRead::complete;
      case ChunkDecoder::State::bad:
        co_return BodyRead::malformed;
      case ChunkDecoder::State::trailer:
        co_return BodyRead::trailer;
      case ChunkDecoder::State::more:
        break;
    }
    std::size_t n = 0;
    const bool ok = co_await read_some(input_.room(kBodyRead), n);
    input_.commit(n);
    if (!ok) co_return expired_ && !gone_ ? BodyRead::slow : BodyRead::gone;
  }
}

// Skips an unwanted body, so that the connection can go on. False when it has to be closed instead.
Task<bool> Connection::discard_body(const Framing& framing) {
  std::uint64_t left = framing.content_length;
  enter(Phase::body, Clock::now() + shared_.options.header_deadline, left);
  while (left > 0) {
    const auto n = std::min<std::uint64_t>(left, input_.size());
    input_.consume(n);
    left -= n;
    if (left == 0) break;
    std::size_t received = 0;
    const bool ok = co_await read_some(input_.room(kHeadRead), received);
    input_.commit(received);
    if (!ok) co_return false;
  }
  co_return true;
}

// Answers without reading the body. A small one is skipped behind the answer, else the connection
// is closed: nobody needs to send megabytes to be told 401.
Task<Connection::After> Connection::answer_early(Request& request, const Reply& reply) {
  const Framing& framing = request.framing;
  const bool skip = framing.has_body();
  const bool skippable =
      !framing.chunked && framing.content_length <= kDiscardUpTo && !framing.expect_continue;
  const bool keep = framing.keep_alive && (!skip || skippable);
  const After after = co_await send_whole(request, reply, keep);
  if (after == After::keep && skip && !co_await discard_body(framing)) co_return After::drop;
  co_return after;
}

Task<Connection::After> Connection::refuse_head(Refusal refusal) {
  Request request{.head = {}, .framing = {}, .started = Clock::now(), .endpoint = {}, .tenant = {}};
  request.head.request_id = new_request_id();
  const Problem problem = refusal_problem(refusal.status, std::move(refusal.detail));
  const Reply reply = problem_reply(problem, request.head.request_id);
  co_return co_await send_whole(request, reply, false);
}

}  // namespace clientele::http
