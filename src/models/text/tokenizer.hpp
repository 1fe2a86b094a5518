// Words of a text, equal to scikit-learn's default analyzer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace clientele::text {

// Lowers a text and cuts it into runs of two or more word characters (see word_character.hpp).
// Keeps its buffer between texts; one per thread. Complexity: O(bytes).
class Tokenizer {
 public:
  // Starts on `text`, which is not needed after the call.
  void start(std::string_view text);
  // Moves to the next word; false when there is none. The word is valid until start() is called,
  // and eight bytes may be read from its first on.
  bool next(std::string_view& word);

 private:
  // Words in lower case; of characters between them the bytes are 0. Ends with zeros.
  std::string lowered_;
  std::vector<std::uint64_t> in_word_;  // a bit a byte of lowered_, none at the end
  std::size_t at_ = 0;                  // in in_word_
  std::uint64_t left_ = 0;              // bits of in_word_[at_] that are still to be visited
};

}  // namespace clientele::text
