#include "faces/http/exchange.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <utility>

#include "faces/http/problem.hpp"

namespace clientele::http {
namespace {

// Contents that are compressed already gain nothing.
bool is_compressible(std::string_view content_type) {
  static constexpr std::array<std::string_view, 3> kDense{"application/pdf", "image/", "font/"};
  return std::ranges::none_of(
      kDense, [&](std::string_view prefix) { return content_type.starts_with(prefix); });
}

}  // namespace

Exchange::Exchange(Services services, Request request, std::function<void()> notify)
    : services_(services),
      request_(std::move(request)),
      accepted_(negotiated_coding(request_.head.field("accept-encoding"))),
      notify_(std::move(notify)) {
  cancellation_.set_deadline(request_.deadline);
}

Exchange::~Exchange() { services_.budget.give_back(charged_); }

void Exchange::run() {
  try {
    produce();
  } catch (const std::bad_alloc&) {
    fail(ErrorKind::overloaded, "Not enough memory for this request at the moment.");
  } catch (const std::exception& error) {
    services_.application.failed(request_.head, error.what());
    fail(ErrorKind::internal, "");
  } catch (...) {
    services_.application.failed(request_.head, "unknown exception");
    fail(ErrorKind::internal, "");
  }
}

// Once streaming, the answer can only be broken off.
void Exchange::fail(ErrorKind kind, std::string detail) {
  if (!streaming_) {
    reply_ = failure(kind, std::move(detail));
    return publish(Progress::whole);
  }
  const std::lock_guard lock(mutex_);
  parts_.push_back({.bytes = {}, .end = true, .broken = true});
  if (notify_) notify_();
}

Reply Exchange::failure(ErrorKind kind, std::string detail) const {
  return problem_reply(Error{.kind = kind,
                             .detail = std::move(detail),
                             .retry_after_seconds = face_of(kind).http_status == 503 ? 1.0 : 0.0},
                       request_.head.request_id);
}

Reply Exchange::handled() {
  if (cancellation_.requested()) {
    return failure(ErrorKind::deadline_exceeded, "The request waited too long for its turn.");
  }
  auto body = inflated(request_.coding, std::move(request_.body),
                       {.bytes = request_.body_limit, .ratio = services_.inflation_ratio},
                       &services_.budget);
  if (!body) return problem_reply(body.error(), request_.head.request_id);
  return services_.application.handle(request_.head, request_.admission, std::move(body).value(),
                                      cancellation_);
}

void Exchange::produce() {
  reply_ = handled();
  if (reply_.stream && request_.head.method != "HEAD") {
    cancellation_.set_deadline(Cancellation::Clock::time_point::max());  // now the pace decides
    std::exchange(reply_.stream, nullptr)(*this);
    if (streaming_) return end_stream();
    reply_.body = std::exchange(pending_, {});
  }
  encode_whole();
  charged_ = reply_.body.size();
  services_.budget.take(charged_);
  publish(Progress::whole);
}

bool Exchange::may_encode() const {
  return !find_field(reply_.fields, "content-encoding") && is_compressible(reply_.content_type);
}

void Exchange::encode_whole() {
  if (reply_.body.size() <= kCompressFrom || !may_encode()) return;
  reply_.fields.push_back({"Vary", "Accept-Encoding"});
  if (auto text = compressed(accepted_, reply_.body)) {
    reply_.body = *std::move(text);
    reply_.fields.push_back({"Content-Encoding", std::string(name_of(accepted_))});
  }
}

bool Exchange::write(std::string_view bytes) {
  if (cancellation_.requested()) return false;
  if (compressor_) {
    compressor_->append(pending_, bytes, false);
  } else {
    pending_ += bytes;
  }
  if (!streaming_ && pending_.size() > kWholeUpTo) begin_streaming();
  return !streaming_ || pending_.size() < kPartSize || push();
}

void Exchange::begin_streaming() {
  streaming_ = true;
  charged_ = kWholeUpTo + kMaxParts * kPartSize;
  services_.budget.take(charged_);
  if (may_encode()) {
    reply_.fields.push_back({"Vary", "Accept-Encoding"});
    if (accepted_ == Coding::zstd) {
      reply_.fields.push_back({"Content-Encoding", std::string(name_of(accepted_))});
      compressor_.emplace();
      compressor_->append(pending_, std::exchange(pending_, {}), false);
    }
  }
  publish(Progress::streaming);
}

// Hands pending_ over; waits while the client is slow.
bool Exchange::push() {
  std::unique_lock lock(mutex_);
  if (parts_.size() >= kMaxParts && !abandoned_) {
    lock.unlock();
    const ComputePool::Waiting waiting(services_.pool);
    lock.lock();
    taken_.wait(lock, [this] { return parts_.size() < kMaxParts || abandoned_; });
  }
  if (abandoned_) return false;
  parts_.push_back({.bytes = std::exchange(pending_, {})});
  if (parts_.size() == 1) notify_();
  return true;
}

void Exchange::end_stream() {
  const bool broken = cancellation_.requested();
  if (compressor_) compressor_->append(pending_, {}, true);
  const std::lock_guard lock(mutex_);
  parts_.push_back({.bytes = std::exchange(pending_, {}), .end = true, .broken = broken});
  if (notify_) notify_();
}

void Exchange::publish(Progress progress) {
  const std::lock_guard lock(mutex_);
  progress_ = progress;
  if (notify_) notify_();
}

Exchange::Progress Exchange::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

std::optional<Exchange::Part> Exchange::take_part() {
  const std::lock_guard lock(mutex_);
  if (parts_.empty()) return std::nullopt;
  Part part = std::move(parts_.front());
  parts_.pop_front();
  taken_.notify_one();
  return part;
}

void Exchange::abandon() {
  cancellation_.cancel();
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  notify_ = nullptr;
  taken_.notify_one();
}

}  // namespace clientele::http
