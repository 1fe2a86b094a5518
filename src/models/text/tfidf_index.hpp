// TF-IDF vectors of texts, equal to scikit-learn's, and exact search among them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/text/vocabulary.hpp"
#include "numeric/top_k.hpp"

namespace clientele::text {

struct TfidfOptions {
  std::uint32_t ngram_max = 1;  // 2 adds bigrams of neighbouring words
  std::size_t threads = 1;      // for building; the index does not depend on it
};

struct TermWeight {
  std::uint32_t term;
  double weight;
};
// Weights by ascending term; every term at most once.
using TermVector = std::vector<TermWeight>;

double dot(const TermVector& a, const TermVector& b);

// Immutable; may be searched from several threads.
class TfidfIndex {
 public:
  // Requires: fewer than 2^32 - 1 documents and terms. Complexity: O(bytes).
  static TfidfIndex build(std::span<const std::string_view> documents,
                          const TfidfOptions& options = {});

  std::uint32_t documents() const { return static_cast<std::uint32_t>(inverse_norm_.size()); }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  double idf(std::uint32_t term) const { return idf_[term]; }

  // The document's row: unit length, or empty when it has no words.
  TermVector row(std::uint32_t document) const;
  // The row that `text` would have; words that no document has are dropped before the norm is
  // taken.
  TermVector vector_of(std::string_view text) const;
  // Sum of weights[i] row(documents[i]) / sum of weights; empty when the weights sum to 0.
  // Its dot product with a row is the weighted mean of the cosines.
  TermVector mean_of(std::span<const std::uint32_t> documents,
                     std::span<const double> weights) const;

  // The k documents of `allowed` (null: all) with the largest dot product with `query`, best first,
  // ties by document; fewer only when fewer are allowed. Documents that share no term score 0 and
  // take part. Complexity: O(postings of the query's terms + documents), O(k) memory beside a
  // block.
  std::vector<Scored> top_k(const TermVector& query, std::size_t k,
                            const IdSet* allowed = nullptr) const;
  // Writes the dot product of `query` with every document. Requires: out.size() == documents().
  void score_all(const TermVector& query, std::span<double> out) const;

 private:
  friend class TfidfBuilder;

  struct Posting {
    std::uint32_t document;
    std::uint32_t count;
  };

  static constexpr std::uint32_t kRowsPerBlock = 8'192;

  // The terms of consecutive documents, equal ones of a document side by side.
  struct RowBlock {
    std::vector<std::uint32_t> end;  // by document
    std::vector<std::uint32_t> terms;
  };

  // Calls visit(term, count) for each distinct term of the document.
  template <typename Visit>
  void for_each_term(std::uint32_t document, Visit&& visit) const {
    const RowBlock& block = rows_[document / kRowsPerBlock];
    const std::uint32_t at = document % kRowsPerBlock;
    std::uint32_t first = at == 0 ? 0 : block.end[at - 1];
    for (std::uint32_t next = first; first < block.end[at]; first = next) {
      while (next < block.end[at] && block.terms[next] == block.terms[first]) ++next;
      visit(block.terms[first], next - first);
    }
  }

  // Calls visit(first document, their scores) block by block.
  template <typename Visit>
  void score_blocks(const TermVector& query, Visit&& visit) const;

  std::uint32_t ngram_max_ = 1;
  Vocabulary vocabulary_;
  std::vector<double> idf_;                // by term
  std::vector<double> inverse_norm_;       // by document, 0 for empty rows
  std::vector<RowBlock> rows_;             // kRowsPerBlock documents each
  std::vector<std::uint64_t> once_begin_;  // terms + 1
  std::vector<std::uint32_t> once_;        // documents that have a term once, ascending
  std::vector<std::uint64_t> often_begin_;
  std::vector<Posting> often_;  // documents that have it more than once
};

}  // namespace clientele::text
