// Chunked transfer coding (RFC 9112 section 7.1), strict: no trailers, CRLF only, short extensions.
// Of our own because Boost.Beast 1.74-1.81 merges trailers into the header fields and buffers chunk
// extensions without bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace clientele::http {

class ChunkDecoder {
 public:
  enum class State { more, done, bad, trailer };
  struct Step {
    std::size_t consumed = 0;
    std::string_view payload;  // a part of the input; may be empty
  };

  // Reads on in `input` up to the next piece of payload, the end of the body or the end of the
  // input. Call again with the rest while state() is `more`. Complexity: O(consumed), no
  // allocation.
  Step next(std::string_view input);
  State state() const { return state_; }

 private:
  static constexpr std::size_t kMaxExtension = 256;  // bytes a chunk

  enum class Expect {
    first_digit,
    digits,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    end_cr,
    end_lf
  };

  void take(char c);
  void take_size(char c);
  void expect(char c, char wanted, Expect next);

  State state_ = State::more;
  Expect expect_ = Expect::first_digit;
  std::uint64_t size_ = 0;  // of the chunk; while in data: what remains of it
  std::size_t extension_ = 0;
};

}  // namespace clientele::http
