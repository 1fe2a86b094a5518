#include "faces/http/access_log.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <utility>

#include "base/number_text.hpp"
#include "schema/write.hpp"

namespace clientele::http {
namespace {

constexpr std::size_t kQueueLines = 8192;
constexpr std::size_t kLongestPath = 256;  // bytes; a path may be garbage

void append_text(std::string& out, std::string_view name, std::string_view value) {
  out.append(",\"").append(name).append("\":");
  schema::append_json_string(out, value);
}

void append_count(std::string& out, std::string_view name, std::uint64_t value) {
  out.append(",\"").append(name).append("\":").append(std::to_string(value));
}

// RFC 3339 with milliseconds, UTC.
std::string current_time() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto milliseconds = now.time_since_epoch().count();
  const std::time_t seconds = milliseconds / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 40> text{};
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  const auto fraction = std::to_string(1000 + milliseconds % 1000);
  return std::string(text.data(), size) + '.' + fraction.substr(1) + 'Z';
}

}  // namespace

std::string access_line(const AccessRecord& record, std::string_view time) {
  std::string out = "{\"time\":";
  schema::append_json_string(out, time);
  out += R"(,"level":"info","event":"request")";
  append_text(out, "method", record.method);
  append_text(out, "path", record.path.substr(0, kLongestPath));
  append_text(out, "endpoint", record.endpoint);
  append_text(out, "tenant", record.tenant);
  append_text(out, "remote", record.remote_address);
  append_text(out, "request_id", record.request_id);
  append_count(out, "status", static_cast<std::uint64_t>(record.status));
  append_count(out, "bytes_in", record.bytes_in);
  append_count(out, "bytes_out", record.bytes_out);
  out += ",\"ms\":";
  append_rounded(out, record.milliseconds, 3);
  out += record.complete ? ",\"complete\":true}" : ",\"complete\":false}";
  return out;
}

struct AccessLog::State {
  explicit State(spdlog::sink_ptr sink)
      : writer(std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1)),
        logger(std::make_shared<spdlog::async_logger>(
            "access", std::move(sink), writer, spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_pattern("%v");
    logger->flush_on(spdlog::level::err);
  }

  std::shared_ptr<spdlog::details::thread_pool> writer;
  std::shared_ptr<spdlog::async_logger> logger;
};

Result<AccessLog> AccessLog::open(const std::string& path) {
  try {
    spdlog::sink_ptr sink;
    if (path.empty()) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
    }
    return AccessLog(std::make_unique<State>(std::move(sink)));
  } catch (const spdlog::spdlog_ex&) {
    return Error{.kind = ErrorKind::file_error,
                 .detail = "The access log '" + path + "' cannot be opened for writing."};
  }
}

AccessLog::AccessLog(std::unique_ptr<State> state) : state_(std::move(state)) {}
AccessLog::AccessLog(AccessLog&&) noexcept = default;
AccessLog& AccessLog::operator=(AccessLog&&) noexcept = default;
AccessLog::~AccessLog() {
  if (state_) flush();
}

void AccessLog::write(const AccessRecord& record) {
  const std::string line = access_line(record, current_time());
  state_->logger->log(spdlog::level::info, spdlog::string_view_t(line));
}

void AccessLog::write_error(std::string_view event, std::string_view request_id,
                            std::string_view detail) {
  std::string line = "{\"time\":";
  schema::append_json_string(line, current_time());
  line += R"(,"level":"error")";
  append_text(line, "event", event);
  append_text(line, "request_id", request_id);
  append_text(line, "detail", detail);
  line += '}';
  state_->logger->log(spdlog::level::err, spdlog::string_view_t(line));
}

void AccessLog::flush() { state_->logger->flush(); }

}  // namespace clientele::http
