// Building a TF-IDF index: map over blocks of texts, merge their vocabularies in order, then
// invert.
//
// Blocks are of fixed size, so term numbers and the order of every sum are those of one pass over
// the texts on any number of threads. Source and formula: tfidf_index.cpp. Complexity: O(bytes).
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/parallel.hpp"
#include "models/text/tfidf_index.hpp"
#include "models/text/tokenizer.hpp"

namespace clientele::text {
namespace {

// Most texts are short: insertion sort.
void sort_terms(std::vector<std::uint32_t>& terms) {
  if (terms.size() > 24) {
    std::sort(terms.begin(), terms.end());
    return;
  }
  for (std::size_t i = 1; i < terms.size(); ++i) {
    const std::uint32_t term = terms[i];
    std::size_t at = i;
    for (; at > 0 && terms[at - 1] > term; --at) terms[at] = terms[at - 1];
    terms[at] = term;
  }
}

}  // namespace

class TfidfBuilder {
 public:
  TfidfBuilder(std::span<const std::string_view> documents, const TfidfOptions& options)
      : documents_(documents),
        options_(options),
        blocks_((documents.size() + TfidfIndex::kRowsPerBlock - 1) / TfidfIndex::kRowsPerBlock),
        vocabularies_(blocks_) {}

  TfidfIndex build() {
    index_.ngram_max_ = options_.ngram_max;
    index_.rows_.resize(blocks_);
    parallel_for(options_.threads, blocks_, [this](std::size_t block) { read_block(block); });
    const auto numbers = number_terms();
    parallel_for(options_.threads, blocks_, [&](std::size_t block) {
      for (std::uint32_t& term : index_.rows_[block].terms) term = numbers[block][term];
    });
    count_postings();
    index_.inverse_norm_.resize(documents_.size());
    parallel_for(options_.threads, blocks_, [this](std::size_t block) { measure_block(block); });
    place_postings();
    return std::move(index_);
  }

 private:
  Range range_of(std::size_t block) const {
    const std::size_t begin = block * TfidfIndex::kRowsPerBlock;
    return {begin, std::min(begin + TfidfIndex::kRowsPerBlock, documents_.size())};
  }

  void read_block(std::size_t block) {
    Vocabulary& vocabulary = vocabularies_[block];
    TfidfIndex::RowBlock& rows = index_.rows_[block];
    Tokenizer tokenizer;
    std::vector<std::uint32_t> terms;
    const Range range = range_of(block);
    for (std::size_t document = range.begin; document < range.end; ++document) {
      tokenizer.start(documents_[document]);
      terms.clear();
      std::uint32_t previous = Vocabulary::kUnknown;
      for (std::string_view word; tokenizer.next(word);) {
        const std::uint32_t term = vocabulary.add_word(word);
        terms.push_back(term);
        if (options_.ngram_max > 1 && previous != Vocabulary::kUnknown) {
          terms.push_back(vocabulary.add_pair(previous, term));
        }
        previous = term;
      }
      sort_terms(terms);
      rows.terms.insert(rows.terms.end(), terms.begin(), terms.end());
      rows.end.push_back(static_cast<std::uint32_t>(rows.terms.size()));
    }
  }

  // Numbers terms in order of first appearance; result[block][t] is the number of the block's term
  // t.
  std::vector<std::vector<std::uint32_t>> number_terms() {
    std::vector<std::vector<std::uint32_t>> numbers(blocks_);
    for (std::size_t block = 0; block < blocks_; ++block) {
      const Vocabulary local = std::exchange(vocabularies_[block], Vocabulary{});
      std::vector<std::uint32_t>& number = numbers[block];
      number.reserve(local.size());
      for (std::uint32_t term = 0; term < local.size(); ++term) {
        number.push_back(local.is_pair(term)
                             ? index_.vocabulary_.add_pair(number[local.first_of(term)],
                                                           number[local.second_of(term)])
                             : index_.vocabulary_.add_word(local.word(term)));
      }
    }
    return numbers;
  }

  // Where each term's postings begin, and its idf.
  void count_postings() {
    const std::size_t terms = index_.vocabulary_.size();
    index_.once_begin_.assign(terms + 1, 0);
    index_.often_begin_.assign(terms + 1, 0);
    for (std::uint32_t document = 0; document < documents_.size(); ++document) {
      index_.for_each_term(document, [this](std::uint32_t term, std::uint32_t count) {
        ++(count == 1 ? index_.once_begin_ : index_.often_begin_)[term + 1];
      });
    }
    index_.idf_.resize(terms);
    const double texts = 1.0 + static_cast<double>(documents_.size());
    for (std::size_t term = 0; term < terms; ++term) {
      const auto frequency =
          static_cast<double>(index_.once_begin_[term + 1] + index_.often_begin_[term + 1]);
      index_.idf_[term] = std::log(texts / (1 + frequency)) + 1;
    }
    for (auto* begin : {&index_.once_begin_, &index_.often_begin_}) {
      std::partial_sum(begin->begin(), begin->end(), begin->begin());
    }
  }

  void measure_block(std::size_t block) {
    const Range range = range_of(block);
    for (std::size_t document = range.begin; document < range.end; ++document) {
      double squares = 0;
      index_.for_each_term(static_cast<std::uint32_t>(document),
                           [&](std::uint32_t term, std::uint32_t count) {
                             const double weight = count * index_.idf_[term];
                             squares += weight * weight;
                           });
      index_.inverse_norm_[document] = squares > 0 ? 1 / std::sqrt(squares) : 0;
    }
  }

  void place_postings() {
    index_.once_.resize(index_.once_begin_.back());
    index_.often_.resize(index_.often_begin_.back());
    std::vector<std::uint64_t> once(index_.once_begin_);
    std::vector<std::uint64_t> often(index_.often_begin_);
    for (std::uint32_t document = 0; document < documents_.size(); ++document) {
      index_.for_each_term(document, [&](std::uint32_t term, std::uint32_t count) {
        if (count == 1) {
          index_.once_[once[term]++] = document;
        } else {
          index_.often_[often[term]++] = {document, count};
        }
      });
    }
  }

  std::span<const std::string_view> documents_;
  const TfidfOptions options_;
  const std::size_t blocks_;
  std::vector<Vocabulary> vocabularies_;  // by block
  TfidfIndex index_;
};

TfidfIndex TfidfIndex::build(std::span<const std::string_view> documents,
                             const TfidfOptions& options) {
  return TfidfBuilder(documents, options).build();
}

}  // namespace clientele::text
