#include "faces/cli/progress.hpp"

#include <unistd.h>

#include <chrono>
#include <ostream>
#include <utility>

namespace clientele::cli {

Progress::Progress(std::string what, std::ostream& err) : what_(std::move(what)), err_(err) {
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
    err_ << '\r' << what_ << " … " << ++seconds << " s" << std::flush;
  }
  if (seconds > 0) err_ << "\r\x1b[K" << std::flush;
}

}  // namespace clientele::cli
