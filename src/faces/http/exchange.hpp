// One admitted request between its I/O thread and a compute thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/cancel.hpp"
#include "base/sink.hpp"
#include "faces/http/application.hpp"
#include "faces/http/compute_pool.hpp"
#include "faces/http/content_coding.hpp"

namespace clientele::http {

// The compute thread calls run(); everything else is for the I/O thread.
class Exchange final : private Sink {
 public:
  struct Services {
    Application& application;
    ComputePool& pool;
    ByteBudget& budget;
    std::uint64_t inflation_ratio;
  };
  struct Request {
    Head head;
    Admission admission;
    Coding coding;             // of the body
    std::uint64_t body_limit;  // inflated
    Cancellation::Clock::time_point deadline;
    BodyBuffer body;
  };
  // `notify` is called on the compute thread on every progress.
  Exchange(Services services, Request request, std::function<void()> notify);
  ~Exchange() override;

  // Inflates, handles, compresses; never throws.
  void run();

  enum class Progress { working, whole, streaming };
  Progress progress() const;
  // Requires: progress() is not working. The body is complete when `whole`.
  Reply& reply() { return reply_; }
  const Head& head() const { return request_.head; }
  const Admission& admission() const { return request_.admission; }

  // The next part of a streamed answer. `end`: nothing follows; `broken`: and it is incomplete.
  struct Part {
    std::string bytes;
    bool end = false;
    bool broken = false;
  };
  // nullopt: nothing at the moment.
  std::optional<Part> take_part();

  // Cancels the work and forgets its outcome; no notification follows.
  void abandon();

 private:
  static constexpr std::size_t kWholeUpTo = 256 * 1024;  // a stream that ends before is sent whole
  static constexpr std::size_t kPartSize = 64 * 1024;
  static constexpr std::size_t kMaxParts = 4;
  static constexpr std::size_t kCompressFrom = 1024;

  bool write(std::string_view bytes) override;
  Reply handled();
  void produce();
  void begin_streaming();
  void end_stream();
  bool push();
  void encode_whole();
  void publish(Progress progress);
  void fail(ErrorKind kind, std::string detail);
  Reply failure(ErrorKind kind, std::string detail) const;
  bool may_encode() const;

  Services services_;
  Request request_;
  Coding accepted_;  // by the client, for the answer
  Cancellation cancellation_;
  Reply reply_;
  std::string pending_;  // written, not yet a part
  std::optional<StreamCompressor> compressor_;
  bool streaming_ = false;     // the compute thread's own view
  std::uint64_t charged_ = 0;  // to the byte budget for the answer

  mutable std::mutex mutex_;
  std::condition_variable taken_;
  std::function<void()> notify_;
  Progress progress_ = Progress::working;
  std::deque<Part> parts_;
  bool abandoned_ = false;
};

}  // namespace clientele::http
