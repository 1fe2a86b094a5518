// Where an answer's bytes go.
#pragma once

#include <string>
#include <string_view>

namespace clientele {

class Sink {
 public:
  virtual ~Sink() = default;
  // Takes the next bytes of the answer. False: nobody reads any more, the producer may stop.
  virtual bool write(std::string_view bytes) = 0;
};

// Keeps everything in memory.
class StringSink final : public Sink {
 public:
  bool write(std::string_view bytes) override {
    text_ += bytes;
    return true;
  }
  const std::string& text() const& { return text_; }
  std::string&& text() && { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace clientele
