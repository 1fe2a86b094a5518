// A section of the report: sentences in reading order, chosen by importance to a number of words.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace clientele::report {

struct WordRange {
  std::size_t fewest;
  std::size_t most;
};

class Section {
 public:
  // The lower `rank`, the more important. Sentences of rank kFill are only taken while the others
  // leave the section too short.
  static constexpr int kFill = 1000;
  // Returns the sentence's index. `needs`: index of a sentence of lower rank without which this one
  // would refer to nothing.
  std::size_t add(int rank, std::string sentence, std::size_t needs = kNothing);
  // Sentences added from here on stand in a paragraph of their own.
  void begin_paragraph() { ++paragraph_; }
  static constexpr std::size_t kNothing = static_cast<std::size_t>(-1);

  // The sentences that fit, the most important first chosen, in the order of add(). Reaches
  // `range.fewest` when the fill sentences suffice. Complexity: O(s log s + words).
  std::string text(WordRange range) const;

 private:
  struct Sentence {
    int rank;
    std::string text;
    std::size_t needs;
    int paragraph;
  };
  std::vector<Sentence> sentences_;
  int paragraph_ = 0;
};

}  // namespace clientele::report
