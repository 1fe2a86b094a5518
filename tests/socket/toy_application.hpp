// A small application that shows every way a request can go, for the tests of the HTTP server.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "faces/http/application.hpp"
#include "faces/http/problem.hpp"

namespace clientele::http {

// GET /health, /stream?bytes=N, /endless, /throw; POST /echo, /size, /slow?ms=N, /stubborn?ms=N,
// /guarded (X-Secret: sesame; body limit 1000).
class ToyApplication final : public Application {
 public:
  struct Line {
    std::string path;
    int status;
    bool complete;
    std::uint64_t bytes_in;
    std::uint64_t bytes_out;
  };

  Admission admit(const Head& head) override {
    Admission admission;
    admission.endpoint = head.path.substr(1);
    if (head.path == "/health") {
      admission.reply = Reply{.content_type = "text/plain", .body = "ok\n"};
    } else if (head.path == "/guarded") {
      admission.body_limit = 1000;
      if (head.field("x-secret") != "sesame") {
        admission.reply = problem_reply(
            Error{.kind = ErrorKind::unauthorized, .detail = "No.", .faults = {}}, head.request_id);
      }
    } else if (is_posted(head.path) ? head.method != "POST" : head.method == "POST") {
      admission.reply =
          problem_reply(Error{.kind = ErrorKind::method_not_allowed, .detail = "No.", .faults = {}},
                        head.request_id);
      admission.reply->fields.push_back({"Allow", is_posted(head.path) ? "POST" : "GET, HEAD"});
    }
    if (const auto deadline = head.parameter("deadline_ms")) {
      admission.deadline = std::chrono::milliseconds(std::stoi(std::string(*deadline)));
    }
    return admission;
  }

  Reply handle(const Head& head, Admission&, BodyBuffer body, Cancellation& cancellation) override {
    Reply reply;
    if (head.path == "/size") {
      bool padded = true;
      for (std::size_t i = 0; i < BodyBuffer::kPadding; ++i) {
        padded = padded && body.data()[body.size() + i] == 0;
      }
      reply.body = "{\"bytes\":" + std::to_string(body.size()) + (padded ? "}" : ",\"bad\":1}");
    } else if (head.path == "/slow" || head.path == "/stubborn") {
      reply.body = wait(number(head, "ms"), head.path == "/slow" ? &cancellation : nullptr);
    } else if (head.path == "/stream") {
      reply.stream = [bytes = number(head, "bytes")](Sink& sink) {
        const std::string piece(1000, 'x');
        for (std::size_t left = bytes; left > 0;) {
          const std::size_t n = std::min(left, piece.size());
          if (!sink.write(std::string_view(piece).substr(0, n))) return;
          left -= n;
        }
      };
    } else if (head.path == "/endless") {
      reply.stream = [this](Sink& sink) {
        const std::string piece(10'000, 'x');
        while (sink.write(piece)) {
        }
        ++ended_streams;
      };
    } else if (head.path == "/throw") {
      throw std::runtime_error("secret internals");
    } else {
      reply.body = body.view();
    }
    return reply;
  }

  void answered(const AccessRecord& record) override {
    const std::lock_guard lock(mutex_);
    if (!keep_lines) return;
    lines_.push_back({std::string(record.path), record.status, record.complete, record.bytes_in,
                      record.bytes_out});
  }
  void failed(const Head&, std::string_view what) override {
    const std::lock_guard lock(mutex_);
    last_failure_ = what;
  }

  std::vector<Line> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  std::string last_failure() const {
    const std::lock_guard lock(mutex_);
    return last_failure_;
  }

  bool keep_lines = true;
  std::atomic<int> cancelled{0};
  std::atomic<int> running{0};
  std::atomic<int> ended_streams{0};

 private:
  static bool is_posted(std::string_view path) {
    return path == "/echo" || path == "/size" || path == "/slow" || path == "/stubborn";
  }
  static std::size_t number(const Head& head, std::string_view name) {
    return std::stoul(std::string(head.parameter(name).value_or("0")));
  }
  std::string wait(std::size_t milliseconds, const Cancellation* cancellation) {
    ++running;
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (std::chrono::steady_clock::now() < end) {
      if (cancellation != nullptr && cancellation->requested()) {
        ++cancelled;
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    --running;
    return "waited";
  }

  mutable std::mutex mutex_;
  std::vector<Line> lines_;
  std::string last_failure_;
};

}  // namespace clientele::http
