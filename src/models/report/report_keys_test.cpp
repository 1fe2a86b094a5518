// Every text of every language is reached by some segmentation, and none leaves a placeholder open.
#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <set>
#include <sstream>

#include "base/rng.hpp"
#include "models/report/chapters.hpp"
#include "models/report/narrative.hpp"

namespace clientele::report {
namespace {

constexpr int kRandom = 1200;

// A language whose texts begin with their keys, so that a report tells what it is made of.
struct Marked {
  explicit Marked(const LanguageTexts& texts) {
    for (const auto& [key, text] : texts.entries) {
      const bool sentence = !key.starts_with("numbers.") && !key.starts_with("lexicon.");
      kept.push_back(sentence ? "<" + std::string(key) + ">" + std::string(text)
                              : std::string(text));
      entries.push_back({key, kept.back()});
    }
    marked = {texts.code, entries};
  }
  std::deque<std::string> kept;
  std::vector<TextEntry> entries;
  LanguageTexts marked;
};

struct Base {
  std::vector<double> frequency, spend;
  std::vector<std::int32_t> group, ids;
  std::vector<std::uint32_t> offsets{0}, terms;
  std::vector<std::string_view> names{"wine", "laptop", "toys", "tea", "tv", "books", "hats"};
  std::vector<hierarchy::Merge> merges;

  Facts facts() const {
    const auto terms_known = static_cast<std::uint32_t>(names.size());
    return facts_of({frequency, spend, group, ids, {offsets, terms, terms_known}}, 5);
  }
};

// Neighbours first where `apart`: every cluster is a branch then.
void add_merges(Base& base, bool apart, int likeness, Rng& rng) {
  const std::size_t leaves = base.group.size();
  double distance = likeness == 0 ? 0 : 1;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> roots;  // node, size
  const auto join = [&](std::pair<std::uint32_t, std::uint32_t> a,
                        std::pair<std::uint32_t, std::uint32_t> b) {
    const std::uint32_t node = static_cast<std::uint32_t>(leaves + base.merges.size());
    base.merges.push_back(
        {std::min(a.first, b.first), std::max(a.first, b.first), distance, a.second + b.second});
    if (likeness != 0) distance += 0.1 * static_cast<double>(rng.below(10));
    return std::pair(node, a.second + b.second);
  };
  for (std::size_t own = 0; own < (apart ? base.ids.size() : 1); ++own) {
    std::optional<std::pair<std::uint32_t, std::uint32_t>> root;
    for (std::uint32_t leaf = 0; leaf < leaves; ++leaf) {
      if (apart && base.group[leaf] != static_cast<std::int32_t>(own)) continue;
      const std::pair<std::uint32_t, std::uint32_t> single{leaf, 1};
      root = root ? join(*root, single) : single;
    }
    roots.push_back(*root);
  }
  if (likeness == 2) distance *= 20;
  if (likeness == 3) distance = base.merges.empty() ? 5 : distance;
  for (std::size_t i = 1; i < roots.size(); ++i) {
    if (likeness == 0) distance = rng.below(2) == 0 ? 7 : 0;
    roots[0] = join(roots[0], roots[i]);
  }
}

Base random_base(Rng& rng) {
  Base base;
  const std::size_t clusters = 1 + rng.below(rng.below(4) == 0 ? 30 : 5);
  const std::size_t customers = clusters + rng.below(rng.below(3) == 0 ? 2 : 60);
  const bool equal = rng.below(5) == 0, free = rng.below(10) == 0, idle = rng.below(20) == 0;
  const std::int32_t first = rng.below(4) == 0 ? -1 : 0;
  for (std::size_t i = 0; i < clusters; ++i) {
    base.ids.push_back(first + static_cast<std::int32_t>(i));
  }
  for (std::size_t i = 0; i < customers; ++i) {
    const std::size_t own = i < clusters ? i : rng.below(clusters);
    base.group.push_back(static_cast<std::int32_t>(own));
    const std::uint64_t kind = (own * 7 + clusters) % 9;
    const double level = equal ? 1 : static_cast<double>(1 + kind % 3 * 4);
    base.frequency.push_back(idle || kind == 8 || kind == 7 ? 0
                             : equal                        ? 2
                                     : 1.0 + static_cast<double>(rng.below(1 + 3 * (kind / 3))));
    const double skew = rng.below(6) == 0 ? 12 : 1;
    base.spend.push_back(free || idle || kind == 8 || kind == 6
                             ? 0
                             : level * skew *
                                   (equal ? 10 : 10 + static_cast<double>(rng.below(9))));
    for (std::uint64_t n = rng.below(1 + kind % 4); n > 0; --n) {
      base.terms.push_back(static_cast<std::uint32_t>((own + rng.below(2)) % base.names.size()));
    }
    base.offsets.push_back(static_cast<std::uint32_t>(base.terms.size()));
  }
  if (rng.below(2) == 0) {
    add_merges(base, rng.below(3) > 0, static_cast<int>(rng.below(4)), rng);
  }
  return base;
}

void note_keys(const std::string& text, std::set<std::string, std::less<>>& seen) {
  EXPECT_EQ(text.find_first_of("{}|"), std::string::npos) << text;
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    seen.insert(text.substr(at + 1, text.find('>', at) - at - 1));
  }
}

void tell(const Base& base, const Wording& wording, bool brief,
          std::set<std::string, std::less<>>& seen) {
  const Facts facts = base.facts();
  std::optional<HierarchyFacts> hierarchy;
  const bool has_tree = base.merges.size() + 1 == base.group.size() && !base.merges.empty();
  if (has_tree || base.group.size() == 1) {
    hierarchy =
        hierarchy_facts(base.merges, base.group, told_segments(facts), facts.segments.size());
  }
  const Story story{.facts = facts,
                    .hierarchy = hierarchy ? &*hierarchy : nullptr,
                    .categories = base.names,
                    .brief = brief};
  const Narrative narrative = narrate(story, wording);
  for (const std::string& text : narrative.sections) note_keys(text, seen);
  for (const std::string& text : narrative.insights) note_keys(text, seen);
  if (narrative.hierarchy) note_keys(*narrative.hierarchy, seen);
  for (const Segment& segment : facts.segments) {
    for (const std::string& text : segment_page(segment, story, wording)) note_keys(text, seen);
    note_keys(wording.sentence("persona." + std::string(name_of(segment.persona)), {}), seen);
  }
}

bool is_sentence(std::string_view key) {
  const std::string_view group = key.substr(0, key.find('.'));
  return group != "pdf" && group != "numbers" && group != "lexicon" && group != "language";
}

// How many fill sentences a section takes depends on how wordy a language is: one that needs the
// last of them is enough.
TEST(ReportKeys, EverySentenceIsReachedInEveryLanguage) {
  std::set<std::string, std::less<>> fills;
  for (const LanguageTexts& texts : languages()) {
    const Marked marked(texts);
    const Wording wording(marked.marked, "EUR");
    std::set<std::string, std::less<>> seen;
    Rng rng(3);
    for (int i = 0; i < kRandom; ++i) tell(random_base(rng), wording, i % 5 == 4, seen);
    fills.insert(seen.begin(), seen.end());
    for (const auto& [key, text] : texts.entries) {
      if (!is_sentence(key) || key.find(".fill_") != std::string_view::npos) continue;
      EXPECT_TRUE(seen.contains(key)) << texts.code << " " << key;
    }
  }
  for (const auto& [key, text] : languages()[0].entries) {
    EXPECT_TRUE(!is_sentence(key) || fills.contains(key)) << key;
  }
}

std::string source(const std::string& name) {
  std::ifstream file(std::string(CLIENTELE_SOURCE_DIR "/src/") + name);
  EXPECT_TRUE(file.good()) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Words of the PDF, of numbers and of categories stand in the code by name.
TEST(ReportKeys, EveryOtherWordIsNamedInTheCode) {
  const std::string pdf = "endpoints/report/segmentation_report_pdf/";
  std::string code = source(pdf + "document.cpp") + source(pdf + "figures.cpp");
  for (const std::string_view section : kSections) code += "\"" + std::string(section) + "\"";
  for (const char* name : {"wording.cpp", "segment_words.cpp", "number_check.cpp"}) {
    code += source("models/report/" + std::string(name));
  }
  code += source("vocabulary/segment_report_answer.cpp");
  for (const auto& [key, text] : languages()[0].entries) {
    const std::string name(key.substr(key.find('.') + 1));
    if (is_sentence(key)) continue;
    EXPECT_TRUE(code.find("\"" + name + "\"") != std::string::npos ||
                code.find("\"" + std::string(key) + "\"") != std::string::npos)
        << key;
  }
}

}  // namespace
}  // namespace clientele::report
