// Words of a text, equal to scikit-learn's default analyzer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace clientele::text {

// Lowers a text and cuts it into runs of two or more word characters (see word_character.hpp).
// Keeps its buffer between texts; one per thread. Complexity: O(bytes).
class Tokenizer {
 public:
  // Starts on `text`, which is not needed after the call.
  void start(std::string_view text);
  // Moves to the next word; false when there is none. The word is valid until start() is called.
  bool next(std::string_view& word);

 private:
  // Words in lower case, a zero byte for each character between them and several behind the last.
  std::string lowered_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
};

}  // namespace clientele::text
