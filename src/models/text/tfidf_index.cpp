// Searching TF-IDF rows through an inverted index.
//
//   tf = count of the term in the text, idf = ln((1 + N) / (1 + df)) + 1, weight = tf idf /
//   |row|_2.
//
// A posting is a document number alone where the term occurs once, which is nearly always; the
// score of a document is (sum over terms of query weight x idf x tf) / |row|, added in double
// precision in the order of the query's terms. Documents are scored in blocks that stay in cache.
// Degenerate: empty texts are zero rows and count in N; empty queries score 0 everywhere.
// Source: scikit-learn 1.2 TfidfVectorizer with its defaults (smooth_idf, norm="l2").
#include "models/text/tfidf_index.hpp"

#include <algorithm>
#include <cmath>

#include "models/text/tokenizer.hpp"

namespace clientele::text {
namespace {

constexpr std::uint32_t kDocumentsPerBlock = 16'384;

// Sorts by term and sums the weights of equal ones.
void gather_terms(TermVector& vector) {
  std::stable_sort(vector.begin(), vector.end(),
                   [](const TermWeight& a, const TermWeight& b) { return a.term < b.term; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    if (kept > 0 && vector[kept - 1].term == vector[i].term) {
      vector[kept - 1].weight += vector[i].weight;
    } else {
      vector[kept++] = vector[i];
    }
  }
  vector.resize(kept);
}

}  // namespace

double dot(const TermVector& a, const TermVector& b) {
  double sum = 0;
  for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
    if (x->term == y->term)
      sum += x++->weight * y++->weight;
    else if (x->term < y->term)
      ++x;
    else
      ++y;
  }
  return sum;
}

TermVector TfidfIndex::row(std::uint32_t document) const {
  TermVector vector;
  for_each_term(document, [&](std::uint32_t term, std::uint32_t count) {
    vector.push_back({term, count * idf_[term] * inverse_norm_[document]});
  });
  gather_terms(vector);
  return vector;
}

TermVector TfidfIndex::vector_of(std::string_view text) const {
  Tokenizer tokenizer;
  tokenizer.start(text);
  TermVector vector;
  std::uint32_t previous = Vocabulary::kUnknown;
  for (std::string_view word; tokenizer.next(word);) {
    const std::uint32_t term = vocabulary_.find_word(word);
    if (term != Vocabulary::kUnknown) vector.push_back({term, 1});
    if (ngram_max_ > 1 && term != Vocabulary::kUnknown && previous != Vocabulary::kUnknown) {
      const std::uint32_t pair = vocabulary_.find_pair(previous, term);
      if (pair != Vocabulary::kUnknown) vector.push_back({pair, 1});
    }
    previous = term;
  }
  gather_terms(vector);
  double squares = 0;
  for (TermWeight& entry : vector) {
    entry.weight *= idf_[entry.term];
    squares += entry.weight * entry.weight;
  }
  for (TermWeight& entry : vector) entry.weight /= std::sqrt(squares);
  return vector;
}

TermVector TfidfIndex::mean_of(std::span<const std::uint32_t> documents,
                               std::span<const double> weights) const {
  double total = 0;
  for (const double weight : weights) total += weight;
  TermVector mean;
  if (total == 0) return mean;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    for (const TermWeight& entry : row(documents[i])) {
      mean.push_back({entry.term, entry.weight * weights[i] / total});
    }
  }
  gather_terms(mean);
  return mean;
}

template <typename Visit>
void TfidfIndex::score_blocks(const TermVector& query, Visit&& visit) const {
  struct Cursor {
    const std::uint32_t* once;
    const std::uint32_t* once_end;
    const Posting* often;
    const Posting* often_end;
    double weight;
  };
  std::vector<Cursor> cursors;
  for (const auto& [term, weight] : query) {
    cursors.push_back({once_.data() + once_begin_[term], once_.data() + once_begin_[term + 1],
                       often_.data() + often_begin_[term], often_.data() + often_begin_[term + 1],
                       weight * idf_[term]});
  }
  std::vector<double> scores(std::min(kDocumentsPerBlock, documents()));
  for (std::uint32_t first = 0; first < documents(); first += kDocumentsPerBlock) {
    const std::uint32_t last = std::min(documents() - first, kDocumentsPerBlock) + first;
    const std::span block(scores.data(), last - first);
    std::fill(block.begin(), block.end(), 0.0);
    for (Cursor& cursor : cursors) {
      for (; cursor.once != cursor.once_end && *cursor.once < last; ++cursor.once) {
        block[*cursor.once - first] += cursor.weight;
      }
      for (; cursor.often != cursor.often_end && cursor.often->document < last; ++cursor.often) {
        block[cursor.often->document - first] += cursor.weight * cursor.often->count;
      }
    }
    for (std::uint32_t i = 0; i < block.size(); ++i) block[i] *= inverse_norm_[first + i];
    visit(first, std::span<const double>(block));
  }
}

std::vector<Scored> TfidfIndex::top_k(const TermVector& query, std::size_t k,
                                      const IdSet* allowed) const {
  TopK best(k);
  score_blocks(query, [&](std::uint32_t first, std::span<const double> scores) {
    for (std::uint32_t i = 0; i < scores.size(); ++i) {
      if (scores[i] < best.threshold()) continue;
      if (allowed == nullptr || allowed->has(first + i)) best.offer(first + i, scores[i]);
    }
  });
  return std::move(best).take();
}

void TfidfIndex::score_all(const TermVector& query, std::span<double> out) const {
  score_blocks(query, [&](std::uint32_t first, std::span<const double> scores) {
    std::copy(scores.begin(), scores.end(), out.begin() + first);
  });
}

}  // namespace clientele::text
