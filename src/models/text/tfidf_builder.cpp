// Building a TF-IDF index: map over blocks of texts, merge their vocabularies in order, then
// invert.
//
// Blocks are of fixed size, so term numbers and the order of every sum are those of one pass over
// the texts on any number of threads. Source and formula: tfidf_index.cpp. Complexity: O(bytes).
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/parallel.hpp"
#include "models/text/tfidf_index.hpp"
#include "models/text/tokenizer.hpp"

namespace clientele::text {
namespace {

constexpr std::size_t kDocumentsPerBlock = 8'192;

}  // namespace

class TfidfBuilder {
 public:
  TfidfBuilder(std::span<const std::string_view> documents, const TfidfOptions& options)
      : documents_(documents),
        options_(options),
        blocks_((documents.size() + kDocumentsPerBlock - 1) / kDocumentsPerBlock) {}

  TfidfIndex build() {
    index_.ngram_max_ = options_.ngram_max;
    index_.row_begin_.assign(documents_.size() + 1, 0);
    parallel_for(options_.threads, blocks_.size(), [this](std::size_t b) { read_block(b); });
    number_terms();
    index_.rows_.resize(index_.row_begin_.back());
    parallel_for(options_.threads, blocks_.size(), [this](std::size_t b) { place_block(b); });
    invert();
    index_.inverse_norm_.resize(documents_.size());
    parallel_for(options_.threads, blocks_.size(), [this](std::size_t b) { measure_block(b); });
    return std::move(index_);
  }

 private:
  using TermCount = TfidfIndex::TermCount;

  struct Block {
    Vocabulary vocabulary;
    std::vector<TermCount> rows;
    std::vector<std::uint32_t> global;  // number of each of the block's terms
  };

  Range range_of(std::size_t block) const {
    const std::size_t begin = block * kDocumentsPerBlock;
    return {begin, std::min(begin + kDocumentsPerBlock, documents_.size())};
  }

  void read_block(std::size_t number) {
    Block& block = blocks_[number];
    Tokenizer tokenizer;
    std::vector<std::uint32_t> terms;
    const Range range = range_of(number);
    for (std::size_t document = range.begin; document < range.end; ++document) {
      tokenizer.start(documents_[document]);
      terms.clear();
      std::uint32_t previous = Vocabulary::kUnknown;
      for (std::string_view word; tokenizer.next(word);) {
        const std::uint32_t term = block.vocabulary.add_word(word);
        terms.push_back(term);
        if (options_.ngram_max > 1 && previous != Vocabulary::kUnknown) {
          terms.push_back(block.vocabulary.add_pair(previous, term));
        }
        previous = term;
      }
      std::sort(terms.begin(), terms.end());
      const std::size_t before = block.rows.size();
      for (std::size_t i = 0; i < terms.size(); ++i) {
        if (i > 0 && terms[i] == terms[i - 1])
          ++block.rows.back().count;
        else
          block.rows.push_back({terms[i], 1});
      }
      index_.row_begin_[document + 1] = block.rows.size() - before;
    }
  }

  // First appearance over all blocks; row_begin_ becomes positions.
  void number_terms() {
    for (Block& block : blocks_) {
      block.global.reserve(block.vocabulary.size());
      for (std::uint32_t term = 0; term < block.vocabulary.size(); ++term) {
        const Vocabulary& local = block.vocabulary;
        block.global.push_back(
            local.is_pair(term) ? index_.vocabulary_.add_pair(block.global[local.first_of(term)],
                                                              block.global[local.second_of(term)])
                                : index_.vocabulary_.add_word(local.word(term)));
      }
    }
    std::partial_sum(index_.row_begin_.begin(), index_.row_begin_.end(), index_.row_begin_.begin());
  }

  void place_block(std::size_t number) {
    Block& block = blocks_[number];
    const Range range = range_of(number);
    const std::uint64_t base = index_.row_begin_[range.begin];
    for (TermCount& entry : block.rows) entry.term = block.global[entry.term];
    std::copy(block.rows.begin(), block.rows.end(),
              index_.rows_.begin() + static_cast<std::ptrdiff_t>(base));
    for (std::size_t document = range.begin; document < range.end; ++document) {
      const auto row = std::span(index_.rows_)
                           .subspan(index_.row_begin_[document],
                                    index_.row_begin_[document + 1] - index_.row_begin_[document]);
      std::sort(row.begin(), row.end(), [](auto& a, auto& b) { return a.term < b.term; });
    }
    block = Block{};
  }

  void invert() {
    const std::uint32_t terms = index_.vocabulary_.size();
    index_.once_begin_.assign(terms + std::size_t{1}, 0);
    index_.often_begin_.assign(terms + std::size_t{1}, 0);
    for (const TermCount& entry : index_.rows_) {
      ++(entry.count == 1 ? index_.once_begin_ : index_.often_begin_)[entry.term + 1];
    }
    index_.idf_.resize(terms);
    const double texts = 1.0 + static_cast<double>(documents_.size());
    for (std::uint32_t term = 0; term < terms; ++term) {
      const auto frequency =
          static_cast<double>(index_.once_begin_[term + 1] + index_.often_begin_[term + 1]);
      index_.idf_[term] = std::log(texts / (1 + frequency)) + 1;
    }
    for (auto* begin : {&index_.once_begin_, &index_.often_begin_}) {
      std::partial_sum(begin->begin(), begin->end(), begin->begin());
    }
    index_.once_.resize(index_.once_begin_.back());
    index_.often_.resize(index_.often_begin_.back());
    std::vector<std::uint64_t> once(index_.once_begin_);
    std::vector<std::uint64_t> often(index_.often_begin_);
    for (std::uint32_t document = 0; document < documents_.size(); ++document) {
      for (std::uint64_t at = index_.row_begin_[document]; at < index_.row_begin_[document + 1];
           ++at) {
        const auto [term, count] = index_.rows_[at];
        if (count == 1)
          index_.once_[once[term]++] = document;
        else
          index_.often_[often[term]++] = {document, count};
      }
    }
  }

  void measure_block(std::size_t number) {
    const Range range = range_of(number);
    for (std::size_t document = range.begin; document < range.end; ++document) {
      double squares = 0;
      for (std::uint64_t at = index_.row_begin_[document]; at < index_.row_begin_[document + 1];
           ++at) {
        const double weight = index_.rows_[at].count * index_.idf_[index_.rows_[at].term];
        squares += weight * weight;
      }
      index_.inverse_norm_[document] = squares > 0 ? 1 / std::sqrt(squares) : 0;
    }
  }

  std::span<const std::string_view> documents_;
  const TfidfOptions options_;
  std::vector<Block> blocks_;
  TfidfIndex index_;
};

TfidfIndex TfidfIndex::build(std::span<const std::string_view> documents,
                             const TfidfOptions& options) {
  return TfidfBuilder(documents, options).build();
}

}  // namespace clientele::text
