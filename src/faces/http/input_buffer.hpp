// Bytes read from a connection and not yet consumed.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace clientele::http {

class InputBuffer {
 public:
  std::string_view view() const { return {bytes_.data() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return end_ - begin_; }

  // At least `least` free bytes behind the content; write there, then commit(). Invalidates view().
  std::span<char> room(std::size_t least) {
    if (begin_ > 0) {
      std::memmove(bytes_.data(), bytes_.data() + begin_, size());
      end_ -= std::exchange(begin_, 0);
    }
    if (bytes_.size() - end_ < least) bytes_.resize(end_ + least);
    return std::span(bytes_).subspan(end_);
  }
  void commit(std::size_t n) { end_ += n; }
  void consume(std::size_t n) {
    begin_ += n;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  // Gives the memory back if it is empty and has grown beyond `size`.
  void shrink(std::size_t size) {
    if (empty() && bytes_.size() > size) std::vector<char>().swap(bytes_);
  }

 private:
  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace clientele::http
