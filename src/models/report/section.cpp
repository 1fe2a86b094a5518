#include "models/report/section.hpp"

#include <algorithm>
#include <numeric>

#include "models/report/wording.hpp"

namespace clientele::report {

std::size_t Section::add(int rank, std::string sentence, std::size_t needs) {
  sentences_.push_back({rank, std::move(sentence), needs, paragraph_});
  return sentences_.size() - 1;
}

std::string Section::text(WordRange range) const {
  std::vector<std::size_t> order(sentences_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return sentences_[a].rank < sentences_[b].rank;
  });
  std::vector<bool> chosen(sentences_.size(), false);
  std::size_t words = 0;
  for (const std::size_t i : order) {
    if (sentences_[i].rank >= kFill && words >= range.fewest) continue;
    if (sentences_[i].needs != kNothing && !chosen[sentences_[i].needs]) continue;
    const std::size_t own = count_words(sentences_[i].text);
    if (words + own > range.most) continue;
    chosen[i] = true;
    words += own;
  }
  std::string text;
  int paragraph = 0;
  for (std::size_t i = 0; i < sentences_.size(); ++i) {
    if (!chosen[i]) continue;
    if (!text.empty()) text += sentences_[i].paragraph == paragraph ? " " : "\n\n";
    paragraph = sentences_[i].paragraph;
    text += sentences_[i].text;
  }
  return text;
}

}  // namespace clientele::report
