// Equality with scikit-learn on data that is not part of the tree: bench/text_peers.py writes texts
// and every weight of scikit-learn's matrix to a folder and runs this test on it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "models/text/tfidf_index.hpp"

namespace clientele::text {
namespace {

struct PeerCell {
  std::uint32_t row;
  std::uint32_t term;
  double weight;
};

std::vector<std::string> read_lines(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

TEST(PeerRows, EveryWeightEqualsScikitLearns) {
  const char* folder = std::getenv("CLIENTELE_TEXT_PEER");
  if (folder == nullptr) GTEST_SKIP() << "run bench/text_peers.py";
  const std::string base = std::string(folder) + "/";
  const std::vector<std::string> texts = read_lines(base + "texts.txt");
  const std::vector<std::string> terms = read_lines(base + "terms.txt");
  std::ifstream file(base + "cells.bin", std::ios::binary | std::ios::ate);
  std::vector<PeerCell> cells(static_cast<std::size_t>(file.tellg()) / sizeof(PeerCell));
  file.seekg(0).read(reinterpret_cast<char*>(cells.data()),
                     static_cast<std::streamsize>(cells.size() * sizeof(PeerCell)));
  const std::uint32_t ngram_max = terms.back() == "2" ? 2 : 1;
  const std::vector<std::string_view> documents(texts.begin(), texts.end());
  const auto index = TfidfIndex::build(documents, {.ngram_max = ngram_max, .threads = 2});
  ASSERT_EQ(index.vocabulary().size(), terms.size() - 1);
  std::map<std::string, std::uint32_t> term_of;
  for (std::uint32_t term = 0; term < index.vocabulary().size(); ++term) {
    term_of[index.vocabulary().text(term)] = term;
  }
  std::size_t weights = 0;
  for (std::uint32_t row = 0; row < index.documents(); ++row) weights += index.row(row).size();
  ASSERT_EQ(weights, cells.size());
  TermVector row;
  std::uint32_t current = std::numeric_limits<std::uint32_t>::max();
  double largest = 0;
  for (const PeerCell& cell : cells) {
    if (cell.row != current) row = index.row(current = cell.row);
    ASSERT_TRUE(term_of.contains(terms[cell.term]));
    const std::uint32_t term = term_of[terms[cell.term]];
    const auto found = std::find_if(row.begin(), row.end(),
                                    [&](const TermWeight& entry) { return entry.term == term; });
    ASSERT_NE(found, row.end());
    largest = std::max(largest, std::abs(found->weight - cell.weight));
  }
  EXPECT_LE(largest, 1e-12);
  std::cout << cells.size() << " weights, largest difference " << largest << "\n";
}

}  // namespace
}  // namespace clientele::text
