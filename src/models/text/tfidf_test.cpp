#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "models/text/tfidf_index.hpp"
#include "models/text/tokenizer.hpp"

namespace clientele::text {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  Tokenizer tokenizer;
  tokenizer.start(text);
  std::vector<std::string> words;
  for (std::string_view word; tokenizer.next(word);) words.emplace_back(word);
  return words;
}

std::vector<std::string_view> views(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

using Words = std::vector<std::string>;

TEST(Tokenizer, RunsOfTwoOrMoreWordCharacters) {
  EXPECT_EQ(words_of("Soccer ball, size 5"), (Words{"soccer", "ball", "size"}));
  EXPECT_EQ(words_of("milk, I'm a x Foo_1"), (Words{"milk", "foo_1"}));
  EXPECT_EQ(words_of(""), Words{});
  EXPECT_EQ(words_of(std::string_view("ab\0cd", 5)), (Words{"ab", "cd"}));
}

TEST(Tokenizer, FindsWordsOfAnyLengthAtAnyPlace) {
  for (std::size_t before = 0; before < 70; ++before) {
    for (const std::size_t length : {1, 2, 7, 8, 9, 31, 63, 64, 65, 127, 128, 129, 300}) {
      const std::string word(length, 'w');
      std::vector<std::string> expected;
      if (length > 1) expected.push_back(word);
      if (length > 1) expected.push_back(word);
      expected.push_back("end");
      const std::string space(before, ' ');
      EXPECT_EQ(words_of(space + word + "-" + word + " " + space + "end"), expected)
          << before << ' ' << length;
    }
  }
}

TEST(Tokenizer, LowersAsPython) {
  EXPECT_EQ(words_of("ΣΑΣ"), Words{"σας"});
  EXPECT_EQ(words_of("İstanbul"), Words{"stanbul"});
  EXPECT_EQ(words_of("x²y ①②"), (Words{"x²y", "①②"}));
}

TEST(Tokenizer, IllFormedBytesSeparateWords) {
  EXPECT_EQ(words_of("ab\xff"
                     "cd\xc3"),
            (Words{"ab", "cd"}));
  EXPECT_EQ(words_of("\xed\xa0\x80 ok"), Words{"ok"});
}

TEST(Vocabulary, NumbersWordsAndPairsInOrderOfAppearance) {
  Vocabulary vocabulary;
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 3'000; ++i) {
      ASSERT_EQ(vocabulary.add_word("word" + std::to_string(i)), i);
    }
    ASSERT_EQ(vocabulary.add_pair(1, 2), 3'000U);
    ASSERT_EQ(vocabulary.add_pair(2, 1), 3'001U);
  }
  EXPECT_EQ(vocabulary.size(), 3'002U);
  EXPECT_EQ(vocabulary.text(3'001), "word2 word1");
  EXPECT_EQ(vocabulary.find_word("word77"), 77U);
  EXPECT_EQ(vocabulary.find_word("word"), Vocabulary::kUnknown);
  EXPECT_EQ(vocabulary.find_pair(1, 1), Vocabulary::kUnknown);
}

struct Corpus {
  std::uint32_t ngram_max = 1;
  std::vector<std::string> texts;
  std::map<std::pair<std::uint32_t, std::string>, double> weights;
};

std::vector<Corpus> golden_corpora() {
  std::ifstream file(CLIENTELE_SOURCE_DIR "/tests/golden/text/tfidf.tsv");
  std::vector<Corpus> corpora;
  for (std::string line; std::getline(file, line);) {
    const std::size_t tab = line.find('\t');
    const std::string kind = line.substr(0, tab);
    const std::string rest = tab == std::string::npos ? "" : line.substr(tab + 1);
    if (kind == "corpus") {
      corpora.push_back({static_cast<std::uint32_t>(std::stoul(rest)), {}, {}});
    } else if (kind == "text") {
      corpora.back().texts.push_back(rest);
    } else if (kind == "weight") {
      const std::size_t first = rest.find('\t');
      const std::size_t last = rest.rfind('\t');
      corpora.back().weights[{static_cast<std::uint32_t>(std::stoul(rest.substr(0, first))),
                              rest.substr(first + 1, last - first - 1)}] =
          std::stod(rest.substr(last + 1));
    }
  }
  return corpora;
}

TEST(TfidfIndex, EqualsScikitLearn) {
  const std::vector<Corpus> corpora = golden_corpora();
  ASSERT_EQ(corpora.size(), 5U);
  for (const Corpus& corpus : corpora) {
    const auto index = TfidfIndex::build(views(corpus.texts), {.ngram_max = corpus.ngram_max});
    std::size_t found = 0;
    for (std::uint32_t document = 0; document < index.documents(); ++document) {
      for (const auto& [term, weight] : index.row(document)) {
        const std::string text = index.vocabulary().text(term);
        const auto expected = corpus.weights.find({document, text});
        ASSERT_NE(expected, corpus.weights.end()) << document << ' ' << text;
        EXPECT_NEAR(weight, expected->second, 1e-12) << document << ' ' << text;
        ++found;
      }
      const TermVector same = index.vector_of(corpus.texts[document]);
      EXPECT_NEAR(dot(same, index.row(document)), same.empty() ? 0 : 1, 1e-12);
    }
    EXPECT_EQ(found, corpus.weights.size());
  }
}

TEST(TfidfIndex, RepeatsCountInShortAndInLongTexts) {
  const std::string phrase = "ice cream bread ice ice wheat bread cream ";
  std::string lengthy;
  for (int i = 0; i < 20; ++i) lengthy += phrase;
  const std::vector<std::string> texts{phrase, lengthy, "bread", phrase + lengthy + "rye"};
  for (const std::uint32_t ngram_max : {1U, 2U}) {
    const auto index = TfidfIndex::build(views(texts), {.ngram_max = ngram_max});
    std::vector<double> scores(texts.size());
    for (std::uint32_t document = 0; document < texts.size(); ++document) {
      const TermVector expected = index.vector_of(texts[document]);
      const TermVector row = index.row(document);
      ASSERT_EQ(row.size(), expected.size());
      for (std::size_t i = 0; i < row.size(); ++i) {
        EXPECT_EQ(row[i].term, expected[i].term);
        EXPECT_NEAR(row[i].weight, expected[i].weight, 1e-14);
      }
      index.score_all(row, scores);
      for (std::uint32_t i = 0; i < texts.size(); ++i) {
        EXPECT_NEAR(scores[i], dot(row, index.row(i)), 1e-14);
      }
    }
  }
}

const std::vector<std::string> kShop{"Running shoes, Nike, men", "Trail shoes, Adidas, women",
                                     "Soccer ball, size 5", "Compression socks, unisex",
                                     "Fitness smartwatch"};

TEST(TfidfIndex, TheDocumentedSimilarity) {
  const auto index = TfidfIndex::build(views(kShop));
  const auto top = index.top_k(index.row(0), 3);
  ASSERT_EQ(top.size(), 3U);
  EXPECT_EQ(top[0].id, 0U);
  EXPECT_EQ(top[1].id, 1U);
  EXPECT_NEAR(top[1].score, 0.1783, 5e-5);
  EXPECT_EQ(top[2].id, 2U);  // shares nothing, fills the list
  EXPECT_EQ(top[2].score, 0);
}

TEST(TfidfIndex, AFilterNeverShortensTheList) {
  const auto index = TfidfIndex::build(views(kShop));
  IdSet allowed(5, true);
  allowed.remove(0);
  allowed.remove(2);
  const auto top = index.top_k(index.row(0), 10, &allowed);
  ASSERT_EQ(top.size(), 3U);
  EXPECT_EQ(top[0].id, 1U);
  EXPECT_EQ(top[1].id, 3U);
  EXPECT_TRUE(index.top_k(index.row(0), 0).empty());
}

TEST(TfidfIndex, UnknownWordsAreDroppedBeforeTheNorm) {
  const auto index = TfidfIndex::build(views(kShop));
  const auto query = index.vector_of("shoes quantum");
  ASSERT_EQ(query.size(), 1U);
  EXPECT_EQ(query[0].weight, 1);
  EXPECT_TRUE(index.vector_of("quantum").empty());
  EXPECT_EQ(index.top_k({}, 2)[1].id, 1U);
}

TEST(TfidfIndex, MeanOfRowsScoresTheMeanOfCosines) {
  const auto index = TfidfIndex::build(views(kShop));
  const std::vector<std::uint32_t> owned{0, 2};
  const std::vector<double> weights{5, 1};
  const auto profile = index.mean_of(owned, weights);
  EXPECT_NEAR(dot(profile, index.row(1)), 5.0 / 6 * dot(index.row(0), index.row(1)), 1e-15);
  EXPECT_TRUE(index.mean_of({}, {}).empty());
}

TEST(TfidfIndex, EmptyCatalogue) {
  const auto index = TfidfIndex::build({});
  EXPECT_EQ(index.documents(), 0U);
  EXPECT_TRUE(index.vector_of("shoes").empty());
  EXPECT_TRUE(index.top_k({}, 5).empty());
}

// Zipf-like words over enough texts for several blocks.
std::vector<std::string> generated_texts(std::size_t count) {
  Rng rng(3);
  std::vector<std::string> texts(count);
  for (std::string& text : texts) {
    for (std::uint64_t words = rng.below(9); words > 0; --words) {
      const double u = rng.uniform();
      text += "w" + std::to_string(static_cast<int>(5'000 * u * u * u)) + " ";
    }
  }
  return texts;
}

TEST(TfidfIndex, ThreadsChangeNothingAndTopKIsTheSortedScores) {
  const auto texts = generated_texts(40'000);
  const auto index = TfidfIndex::build(views(texts), {.ngram_max = 2, .threads = 1});
  const auto other = TfidfIndex::build(views(texts), {.ngram_max = 2, .threads = 8});
  ASSERT_EQ(index.vocabulary().size(), other.vocabulary().size());
  std::vector<double> scores(texts.size());
  for (const std::uint32_t document : {1U, 777U, 39'999U}) {
    const TermVector query = index.row(document);
    index.score_all(query, scores);
    std::vector<Scored> expected;
    for (std::uint32_t i = 0; i < scores.size(); ++i) {
      expected.push_back({i, scores[i]});
      if (i % 97 != 0) continue;
      EXPECT_NEAR(scores[i], dot(query, index.row(i)), 1e-14);
    }
    std::sort(expected.begin(), expected.end(), is_better);
    const auto top = other.top_k(other.row(document), 50);
    for (std::size_t i = 0; i < top.size(); ++i) {
      ASSERT_EQ(top[i].id, expected[i].id);
      ASSERT_EQ(top[i].score, expected[i].score);
    }
  }
}

}  // namespace
}  // namespace clientele::text
