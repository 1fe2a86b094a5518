// Reads a JSON request into a described struct and reports every problem with its place.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/context.hpp"
#include "base/result.hpp"
#include "schema/type.hpp"

namespace clientele::schema {

// How many readable bytes must follow a body's text.
inline constexpr std::size_t kPadding = 64;

// The text of a body. Requires: text.data()[text.size() .. text.size() + kPadding) is readable.
struct PaddedText {
  std::string_view text;
};

// An owned copy of a text, padded.
class PaddedString {
 public:
  explicit PaddedString(std::string_view text);
  PaddedText view() const { return {std::string_view(bytes_).substr(0, size_)}; }

 private:
  std::string bytes_;
  std::size_t size_;
};

// Keeps the unescaped texts that a read request points into.
class TextStore {
 public:
  TextStore();
  ~TextStore();
  TextStore(TextStore&&) noexcept;
  TextStore& operator=(TextStore&&) noexcept;

  struct Parser;
  Parser& parser() { return *parser_; }

 private:
  std::unique_ptr<Parser> parser_;
};

struct ReadInput {
  PaddedText body{};
  // Query parameters: each gives the top-level scalar field of its name, whatever the body says.
  std::map<std::string, std::string, std::less<>> query{};
  // Values of the request headers that fields declare, by lower-case header name.
  std::map<std::string, std::string, std::less<>> headers{};
  const Limits* limits = nullptr;
};

// What a successful read leaves beside the struct.
struct ReadNotes {
  std::vector<Warning> warnings;
  // Patterns such as "/customers" or "/customers/*/transactions" of the lists that came as columns.
  std::vector<std::string> column_lists;
};

// Reads `input` into `*object`, a default-constructed value of `type` (an object).
// Texts in `*object` point into `input.body` and `texts`, which must outlive it.
// Errors: invalid_input with up to kMaxListedFaults faults; malformed JSON is one fault and ends
// the reading. Complexity: O(bytes); memory bounded by a small multiple of the body.
Result<ReadNotes> read(const Type& type, void* object, const ReadInput& input, TextStore& texts);

// Rewrites a pointer that counts rows ("/customers/3/amount") into the caller's own shape
// ("/customers/amount/3") where that list came as columns.
std::string pointer_as_sent(const std::string& pointer,
                            const std::vector<std::string>& column_lists);

}  // namespace clientele::schema
