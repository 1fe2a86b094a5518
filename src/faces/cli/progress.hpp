// Tells on a terminal that work goes on, once it takes longer than a second.
#pragma once

#include <condition_variable>
#include <iosfwd>
#include <mutex>
#include <string>
#include <thread>

#include "base/steps.hpp"

namespace clientele::cli {

// "what … 12 s", and of work in known steps "what … 340 of 1000, 12 s".
std::string progress_line(const std::string& what, const Steps& steps, int seconds);

// Writes the line over itself on `err` every second, from the first on; wiped at the end.
// Silent unless standard error is a terminal.
class Progress {
 public:
  // `steps` must outlive it.
  Progress(std::string what, const Steps& steps, std::ostream& err);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void tick();

  std::string what_;
  const Steps& steps_;
  std::ostream& err_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::thread thread_;
};

}  // namespace clientele::cli
