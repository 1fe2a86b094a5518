#include "faces/http/connection.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <exception>
#include <utility>

#include "faces/http/request_id.hpp"

namespace clientele::http {
namespace {

// A computation that polls its cancellation answers by itself within this time.
constexpr std::chrono::seconds kDeadlineSlack{1};

class InFlight {
 public:
  explicit InFlight(std::atomic<std::size_t>& count) : count_(count) { ++count_; }
  ~InFlight() { --count_; }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  std::atomic<std::size_t>& count_;
};

std::string request_id_for(const Head& head) {
  const auto given = head.field("x-request-id");
  return given && is_valid_request_id(*given) ? std::string(*given) : new_request_id();
}

Admission decide(Application& application, const Head& head) {
  try {
    return application.admit(head);
  } catch (const std::exception& error) {
    application.failed(head, error.what());
  } catch (...) {
    application.failed(head, "unknown exception");
  }
  Admission failed;
  failed.reply = problem_reply(Error{.kind = ErrorKind::internal, .detail = {}}, head.request_id);
  return failed;
}

}  // namespace

Connection::Connection(SharedState& shared, Socket socket, std::string remote_address)
    : shared_(shared), socket_(std::move(socket)), remote_address_(std::move(remote_address)) {
  enter(Phase::head, Clock::now() + shared_.options.header_deadline);
}

Task<void> Connection::run() {
  const auto self = shared_from_this();
  After after = co_await serve_one();
  while (after == After::keep) {
    input_.shrink(shared_.options.header_limit);
    if (input_.empty()) enter(Phase::idle, Clock::now() + shared_.options.idle_deadline);
    after = co_await serve_one();
  }
  if (after == After::linger) co_await linger();
}

Task<Connection::After> Connection::serve_one() {
  HeadRead read = co_await read_head();
  if (auto* refusal = std::get_if<Refusal>(&read)) co_return co_await refuse_head(*refusal);
  auto* parsed = std::get_if<ParsedHead>(&read);
  if (parsed == nullptr) co_return After::drop;

  const InFlight in_flight(shared_.in_flight);
  Request request{.head = std::move(parsed->head),
                  .framing = parsed->framing,
                  .started = Clock::now(),
                  .endpoint = {},
                  .tenant = {}};
  request.head.remote_address = remote_address_;
  request.head.request_id = request_id_for(request.head);
  Admission admission = decide(shared_.application, request.head);
  request.endpoint = admission.endpoint;
  request.tenant = admission.tenant;
  if (admission.reply) {
    co_return co_await answer_early(request, *admission.reply);
  }
  const auto& options = shared_.options;
  request_deadline_ = request.started + (admission.deadline.count() > 0 ? admission.deadline
                                                                        : options.request_deadline);
  co_return co_await serve_body(request, std::move(admission));
}

Task<Connection::After> Connection::compute(Request& request, Admission admission, BodyBuffer body,
                                            std::uint64_t limit) {
  auto notify = [self = shared_from_this(), executor = socket_.get_executor()] {
    asio::post(executor, [self] { self->progress_.give(); });
  };
  const auto coding = content_coding(request.head.field("content-encoding"));
  exchange_ = std::make_shared<Exchange>(
      Exchange::Services{shared_.application, shared_.pool, shared_.budget,
                         shared_.options.inflation_ratio},
      Exchange::Request{request.head, std::move(admission), coding.value_or(Coding::identity),
                        limit, request_deadline_, std::move(body)},
      std::move(notify));
  if (!shared_.pool.submit([exchange = exchange_] { exchange->run(); })) {
    abandon();
    const Reply reply = busy_reply(request, ErrorKind::overloaded);
    co_return co_await send_whole(request, reply, request.framing.keep_alive);
  }
  enter(Phase::compute, request_deadline_ + kDeadlineSlack);
  while (exchange_->progress() == Exchange::Progress::working && !expired_ && !gone_) {
    co_await progress_.wait();
  }
  const After after = co_await answer_exchange(request);
  abandon();
  co_return after;
}

void Connection::enter(Phase phase, Clock::time_point deadline, std::uint64_t expected) {
  phase_ = phase;
  deadline_ = deadline;
  phase_began_ = Clock::now();
  phase_bytes_ = 0;
  phase_expected_ = expected;
  expired_ = false;
}

bool Connection::too_slow(Clock::time_point now) const {
  if (phase_ != Phase::body && phase_ != Phase::send) return false;
  const PaceRule& pace = shared_.options.pace;
  const std::chrono::duration<double> beyond_grace = now - phase_began_ - pace.grace;
  const bool large = std::max(phase_bytes_, phase_expected_) > pace.large_bytes;
  const double rate = large ? pace.large_rate : pace.small_rate;
  return beyond_grace.count() > 0 &&
         static_cast<double>(phase_bytes_) < rate * beyond_grace.count();
}

// A client that closes its sending side while it waits is taken to have left, as nginx does.
bool Connection::client_has_gone() {
  char byte = 0;
  const auto n = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void Connection::sweep(Clock::time_point now) {
  if (phase_ == Phase::compute && !gone_ && client_has_gone()) {
    gone_ = true;
    abandon_work();
    wake();
  }
  if (now >= deadline_ || too_slow(now)) expire();
}

void Connection::expire() {
  if (expired_) return break_off();
  expired_ = true;
  deadline_ = Clock::now() + kDeadlineSlack;
  ErrorCode ignored;
  switch (phase_) {
    case Phase::idle:
    case Phase::send:
    case Phase::linger:
      return break_off();
    case Phase::head:
    case Phase::body:
      socket_.cancel(ignored);
      return;
    case Phase::compute:
      return wake();
  }
}

// Resumes the coroutine from the loop, never from within the caller.
void Connection::wake() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->progress_.give(); });
}

void Connection::close_if_idle() {
  if (phase_ == Phase::idle || (phase_ == Phase::head && input_.empty())) break_off();
}

void Connection::break_off() {
  gone_ = true;
  abandon_work();
  ErrorCode ignored;
  socket_.close(ignored);
  if (phase_ == Phase::compute) wake();
}

void Connection::finish() {
  break_off();
  abandon();
}

void Connection::abandon_work() {
  if (exchange_) exchange_->abandon();
}

void Connection::abandon() {
  abandon_work();
  exchange_.reset();
}

void Connection::record(const Request& request, int status, bool complete) {
  const std::chrono::duration<double, std::milli> elapsed = Clock::now() - request.started;
  shared_.application.answered({.method = request.head.method,
                                .path = request.head.path,
                                .endpoint = request.endpoint,
                                .tenant = request.tenant,
                                .remote_address = remote_address_,
                                .request_id = request.head.request_id,
                                .status = status,
                                .bytes_in = request.bytes_in,
                                .bytes_out = request.bytes_out,
                                .milliseconds = elapsed.count(),
                                .complete = complete});
}

}  // namespace clientele::http
