// Content codings: gzip and zstd bodies in, compressed answers out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "faces/http/body_buffer.hpp"

namespace clientele::http {

enum class Coding { identity, gzip, zstd };

// The token of Content-Encoding.
std::string_view name_of(Coding coding);

// Reads a Content-Encoding of exactly one coding (absent = identity; x-gzip = gzip). nullopt:
// another coding, or several.
std::optional<Coding> content_coding(std::optional<std::string_view> content_encoding);

// The coding for an answer by Accept-Encoding with its weights: the heaviest of zstd and gzip (zstd
// on a tie), identity when neither is wanted. Absent or unreadable = identity.
Coding negotiated_coding(std::optional<std::string_view> accept_encoding);

struct InflationLimits {
  std::uint64_t bytes = 20'000'000;    // of the result
  std::uint64_t ratio = 200;           // of the result to the input ...
  std::uint64_t ratio_from = 1 << 20;  // ... for results of more than this many bytes
};

// The decoded body, all members or frames; `wire` is freed. too_large: over a limit (found before
// the bytes are stored, beyond one buffer's growth); invalid_input: corrupt or cut off; overloaded:
// over `budget`, to which the result is charged. zstd windows over 8 MB are refused (RFC 9659).
// Complexity: O(result).
Result<BodyBuffer> inflated(Coding coding, BodyBuffer wire, const InflationLimits& limits,
                            ByteBudget* budget);

// The whole text in `coding`, fast levels. nullopt when that is not shorter, or for identity.
std::optional<std::string> compressed(Coding coding, std::string_view text);

// Compresses a stream with zstd, level 1.
class StreamCompressor {
 public:
  StreamCompressor();
  ~StreamCompressor();
  // Appends to `out` what is ready after `text`; `last` ends the frame.
  void append(std::string& out, std::string_view text, bool last);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace clientele::http
