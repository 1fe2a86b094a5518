// Tells on a terminal that work goes on, once it takes longer than a second.
#pragma once

#include <iosfwd>
#include <string>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace clientele::cli {

// Writes "what ... N s" over itself on `err` every second, from the first on; wiped at the end.
// Silent unless standard error is a terminal.
class Progress {
 public:
  Progress(std::string what, std::ostream& err);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void tick();

  std::string what_;
  std::ostream& err_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::thread thread_;
};

}  // namespace clientele::cli
