// A file to write from front to back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "base/result.hpp"
#include "base/sink.hpp"

namespace clientele::shop {

class FileSink final : public Sink {
 public:
  // Creates or empties the file; whether that worked is told by close().
  explicit FileSink(std::filesystem::path path);

  bool write(std::string_view bytes) override;
  std::uint64_t bytes() const { return bytes_; }
  // Nothing, or a file_error when any step so far has failed.
  Status close();

 private:
  std::filesystem::path path_;
  std::ofstream stream_;
  std::uint64_t bytes_ = 0;
};

}  // namespace clientele::shop
