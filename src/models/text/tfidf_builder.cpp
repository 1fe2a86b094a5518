// Building a TF-IDF index: read blocks of texts, merge their vocabularies in order, then place each
// block's postings behind those of the blocks before it.
//
// Blocks are of fixed size, so term numbers, postings and the order of every sum are those of one
// pass over the texts on any number of threads. Only the merge is serial, and it looks at each term
// of a block once. Source and formula: tfidf_index.cpp. Complexity: O(bytes).
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/parallel.hpp"
#include "models/text/tfidf_index.hpp"
#include "models/text/tokenizer.hpp"

namespace clientele::text {
namespace {

constexpr std::size_t kBytesPerWord = 8;  // a first guess of the terms a block will have

// Texts up to this length look for their repeats; longer ones are sorted.
constexpr std::size_t kShortText = 256;

// Inserts `term` behind the one that is equal to it; true if there was just one. Requires: one.
bool insert_repeat(std::uint32_t* row, std::uint32_t* end, std::uint32_t term) {
  std::uint32_t* at = end;
  for (; at[-1] != term; --at) *at = at[-1];
  *at = term;
  return at - 1 == row || at[-2] != term;
}

}  // namespace

class TfidfBuilder {
 public:
  TfidfBuilder(std::span<const std::string_view> documents, const TfidfOptions& options)
      : documents_(documents),
        options_(options),
        blocks_((documents.size() + TfidfIndex::kRowsPerBlock - 1) / TfidfIndex::kRowsPerBlock),
        vocabularies_(blocks_),
        terms_(blocks_) {}

  TfidfIndex build() {
    index_.ngram_max_ = options_.ngram_max;
    index_.rows_.resize(blocks_);
    index_.inverse_norm_.resize(documents_.size());
    parallel_for(options_.threads, blocks_, [this](std::size_t block) { read_block(block); });
    merge_terms();
    weigh_terms();
    parallel_for(options_.threads, blocks_, [this](std::size_t block) { place_block(block); });
    return std::move(index_);
  }

 private:
  // Documents that have a term once, and more than once.
  struct Counts {
    std::uint32_t once = 0;
    std::uint32_t often = 0;
  };
  // A term of a block.
  struct BlockTerm {
    std::uint32_t number = 0;  // in the index
    Counts before{};           // in the block's documents; once merged, in those before them
    std::uint32_t last_document;
  };

  Range range_of(std::size_t block) const {
    const std::size_t begin = block * TfidfIndex::kRowsPerBlock;
    return {begin, std::min(begin + TfidfIndex::kRowsPerBlock, documents_.size())};
  }

  void read_block(std::size_t block) {
    Vocabulary& vocabulary = vocabularies_[block];
    std::vector<BlockTerm>& known = terms_[block];
    auto& [end, terms] = index_.rows_[block];
    const Range range = range_of(block);
    std::size_t bytes = 0;
    for (std::size_t d = range.begin; d < range.end; ++d) bytes += documents_[d].size();
    terms.reserve(bytes * options_.ngram_max / kBytesPerWord);
    end.reserve(range.end - range.begin);
    Tokenizer tokenizer;
    std::vector<std::uint32_t> row;
    for (std::size_t d = range.begin; d < range.end; ++d) {
      const auto document = static_cast<std::uint32_t>(d);
      const bool is_short = documents_[d].size() <= kShortText;
      // A word and what parts it from the next one take three bytes.
      const std::size_t most = (documents_[d].size() / 3 + 1) * options_.ngram_max;
      if (row.size() < most) row.resize(most);
      std::uint32_t* last = row.data();
      bool has_repeats = false;  // that are not side by side
      const auto add = [&](std::uint32_t term) {
        if (term == known.size()) known.push_back({.last_document = Vocabulary::kUnknown});
        BlockTerm& entry = known[term];
        if (entry.last_document != document) {
          entry.last_document = document;
          ++entry.before.once;
          *last++ = term;
        } else if (is_short) {
          if (insert_repeat(row.data(), last++, term)) {
            --entry.before.once;
            ++entry.before.often;
          }
        } else {
          ++entry.before.once;
          *last++ = term;
          has_repeats = true;
        }
      };
      tokenizer.start(documents_[d]);
      std::uint32_t previous = Vocabulary::kUnknown;
      for (std::string_view word; tokenizer.next(word);) {
        const std::uint32_t term = vocabulary.add_padded_word(word);
        add(term);
        if (options_.ngram_max > 1 && previous != Vocabulary::kUnknown) {
          add(vocabulary.add_pair(previous, term));
        }
        previous = term;
      }
      if (has_repeats) sort_repeats(std::span(row.data(), last), known);
      terms.insert(terms.end(), row.data(), last);
      end.push_back(static_cast<std::uint32_t>(terms.size()));
    }
  }

  // Brings equal terms of a long text together and counts them right.
  static void sort_repeats(std::span<std::uint32_t> row, std::vector<BlockTerm>& known) {
    std::ranges::sort(row);
    for (std::size_t first = 0, next = 0; first < row.size(); first = next) {
      while (next < row.size() && row[next] == row[first]) ++next;
      if (next - first == 1) continue;
      known[row[first]].before.once -= static_cast<std::uint32_t>(next - first);
      ++known[row[first]].before.often;
    }
  }

  // Numbers terms in order of first appearance and adds up their documents block by block.
  void merge_terms() {
    for (std::size_t block = 0; block < blocks_; ++block) {
      const Vocabulary local = std::exchange(vocabularies_[block], Vocabulary{});
      for (std::uint32_t term = 0; term < local.size(); ++term) {
        auto& [number, counts, last] = terms_[block][term];
        number = local.is_pair(term)
                     ? index_.vocabulary_.add_pair(terms_[block][local.first_of(term)].number,
                                                   terms_[block][local.second_of(term)].number)
                     : index_.vocabulary_.add_word(local.word(term));
        if (number == counts_.size()) counts_.emplace_back();
        Counts& all = counts_[number];
        const Counts before = all;
        all.once += counts.once;
        all.often += counts.often;
        counts = before;
      }
    }
  }

  // The idf of each term, and where its postings begin.
  void weigh_terms() {
    const double texts = 1.0 + static_cast<double>(documents_.size());
    index_.idf_.reserve(counts_.size());
    index_.once_begin_.reserve(counts_.size() + 1);
    index_.often_begin_.reserve(counts_.size() + 1);
    index_.once_begin_.push_back(0);
    index_.often_begin_.push_back(0);
    for (const Counts& counts : counts_) {
      const auto frequency = static_cast<double>(std::uint64_t{counts.once} + counts.often);
      index_.idf_.push_back(std::log(texts / (1 + frequency)) + 1);
      index_.once_begin_.push_back(index_.once_begin_.back() + counts.once);
      index_.often_begin_.push_back(index_.often_begin_.back() + counts.often);
    }
    index_.once_.resize(index_.once_begin_.back());
    index_.often_.resize(index_.often_begin_.back());
  }

  // Renumbers the block's terms, measures its rows and writes its postings.
  void place_block(std::size_t block) {
    struct Place {
      double idf;
      std::uint64_t once;  // of the next posting
      std::uint32_t number;
      std::uint32_t often;
    };
    std::vector<Place> places;
    places.reserve(terms_[block].size());
    for (const BlockTerm& term : terms_[block]) {
      places.push_back({index_.idf_[term.number],
                        index_.once_begin_[term.number] + term.before.once, term.number,
                        term.before.often});
    }
    auto& [end, terms] = index_.rows_[block];
    const Range range = range_of(block);
    std::uint32_t first = 0;
    for (std::size_t at = range.begin; at < range.end; ++at) {
      const auto document = static_cast<std::uint32_t>(at);
      const std::uint32_t last = end[at - range.begin];
      double squares = 0;
      while (first < last) {
        const std::uint32_t term = terms[first];
        Place& place = places[term];
        std::uint32_t count = 0;
        for (; first < last && terms[first] == term; ++first, ++count) {
          terms[first] = place.number;
        }
        const double weight = count * place.idf;
        squares += weight * weight;
        if (count == 1) {
          index_.once_[place.once++] = document;
        } else {
          index_.often_[index_.often_begin_[place.number] + place.often++] = {document, count};
        }
      }
      index_.inverse_norm_[at] = squares > 0 ? 1 / std::sqrt(squares) : 0;
    }
  }

  std::span<const std::string_view> documents_;
  const TfidfOptions options_;
  const std::size_t blocks_;
  std::vector<Vocabulary> vocabularies_;       // by block
  std::vector<std::vector<BlockTerm>> terms_;  // by block
  std::vector<Counts> counts_;                 // by term
  TfidfIndex index_;
};

TfidfIndex TfidfIndex::build(std::span<const std::string_view> documents,
                             const TfidfOptions& options) {
  return TfidfBuilder(documents, options).build();
}

}  // namespace clientele::text
