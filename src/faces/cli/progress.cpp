#include "faces/cli/progress.hpp"

#include <unistd.h>

#include <chrono>
#include <ostream>
#include <utility>

namespace clientele::cli {

std::string progress_line(const std::string& what, const Steps& steps, int seconds) {
  std::string line = what + " … ";
  if (const std::size_t total = steps.total(); total > 0) {
    line += std::to_string(steps.done()) + " of " + std::to_string(total) + ", ";
  }
  return line + std::to_string(seconds) + " s";
}

Progress::Progress(std::string what, const Steps& steps, std::ostream& err)
    : what_(std::move(what)), steps_(steps), err_(err) {
  if (isatty(STDERR_FILENO) != 0) thread_ = std::thread([this] { tick(); });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

void Progress::tick() {
  std::unique_lock lock(mutex_);
  int seconds = 0;
  while (!ended_.wait_for(lock, std::chrono::seconds(1), [this] { return end_; })) {
    err_ << '\r' << progress_line(what_, steps_, ++seconds) << std::flush;
  }
  if (seconds > 0) err_ << "\r\x1b[K" << std::flush;
}

}  // namespace clientele::cli
