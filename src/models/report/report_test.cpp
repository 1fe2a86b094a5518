// Facts against numbers worked out by hand, wording, and how sections keep to their length.
#include <gtest/gtest.h>

#include <cmath>

#include "models/report/chapters.hpp"
#include "models/report/narrative.hpp"
#include "models/report/segment_words.hpp"

namespace clientele::report {
namespace {

// Ten customers: five small ones, four middle ones, one large; one category each but the last.
struct Base {
  std::vector<double> frequency{1, 1, 1, 1, 1, 4, 4, 4, 4, 10};
  std::vector<double> spend{10, 10, 10, 10, 10, 50, 50, 50, 50, 750};
  std::vector<std::int32_t> group{0, 0, 0, 0, 0, 1, 1, 1, 1, 2};
  std::vector<std::int32_t> ids{-1, 4, 7};
  std::vector<std::uint32_t> offsets{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9};
  std::vector<std::uint32_t> terms{0, 0, 0, 1, 1, 2, 2, 2, 1};
  std::vector<std::string_view> names{"tea", "wine", "laptop"};

  Facts facts() const { return facts_of({frequency, spend, group, ids, {offsets, terms, 3}}, 5); }
};

TEST(SegmentFacts, AreThoseWorkedOutByHand) {
  const Facts facts = Base().facts();
  EXPECT_EQ(facts.customers, 10u);
  EXPECT_DOUBLE_EQ(facts.revenue, 1000);
  EXPECT_DOUBLE_EQ(facts.avg_frequency, 3.1);
  EXPECT_EQ(facts.by_revenue, (std::vector<std::size_t>{2, 1, 0}));
  EXPECT_EQ(facts.half.segments, 1u);
  EXPECT_DOUBLE_EQ(facts.half.share_revenue_pct, 75);
  EXPECT_EQ(facts.top.customers, 2u);
  EXPECT_DOUBLE_EQ(facts.top.share_revenue_pct, 80);
  EXPECT_EQ(facts.tiny_segments, 2u);
  const Segment& last = facts.segments[2];
  EXPECT_EQ(last.id, 7);
  EXPECT_DOUBLE_EQ(last.spend_ratio, 7.5);
  EXPECT_DOUBLE_EQ(last.order_value, 75);
  EXPECT_EQ(last.persona, Persona::champions);
  EXPECT_TRUE(last.categories.empty());
  EXPECT_EQ(facts.segments[0].persona, Persona::occasional);
  EXPECT_EQ(facts.segments[1].persona, Persona::regulars);
}

TEST(SegmentFacts, WithoutPurchasesNothingIsDividedByZero) {
  Base base;
  std::fill(base.frequency.begin(), base.frequency.end(), 0);
  std::fill(base.spend.begin(), base.spend.end(), 0);
  const Facts facts = base.facts();
  for (const Segment& segment : facts.segments) {
    EXPECT_EQ(segment.persona, Persona::inactive);
    EXPECT_EQ(segment.share_revenue_pct, 0);
    EXPECT_EQ(segment.spend_ratio, 1);
    EXPECT_EQ(segment.order_value, 0);
  }
}

// ((0 1) 2) and (3 4) meet at 9; leaf 2 belongs to another segment than 0 and 1.
const std::vector<hierarchy::Merge> kMerges{{0, 1, 1, 2}, {3, 4, 2, 2}, {2, 5, 3, 3}, {6, 7, 9, 5}};

TEST(HierarchyFacts, FindBranchesStepsAndNeighbours) {
  const std::vector<std::int32_t> segments{0, 0, 1, 2, 2};
  const std::vector<std::size_t> wanted{0, 1, 2};
  const HierarchyFacts facts = hierarchy_facts(kMerges, segments, wanted, 3);
  EXPECT_EQ(facts.groups, 2u);
  EXPECT_DOUBLE_EQ(facts.jump, 3);
  EXPECT_EQ(facts.previous_distance, 3);
  ASSERT_EQ(facts.branches.size(), 3u);
  EXPECT_TRUE(facts.branches[0].pure);
  EXPECT_EQ(facts.branches[0].formed_at, 1);
  EXPECT_EQ(facts.branches[0].joined_at, 3);
  EXPECT_EQ(facts.branches[0].nearest, 1u);
  EXPECT_EQ(facts.branches[1].formed_at, 0);
  EXPECT_EQ(facts.branches[1].nearest, 0u);
  EXPECT_EQ(facts.branches[2].joined_at, 9);
  EXPECT_EQ(facts.branches[2].nearest, 0u);
}

TEST(HierarchyFacts, AStepFromNothingIsInfiniteAndLikePairsAreNoGroups) {
  const std::vector<std::int32_t> segments{0, 0, 1, 1};
  const std::vector<std::size_t> wanted{0, 1};
  const HierarchyFacts apart = hierarchy_facts(
      std::vector<hierarchy::Merge>{{0, 1, 0, 2}, {2, 3, 0, 2}, {4, 5, 7, 4}}, segments, wanted, 2);
  EXPECT_EQ(apart.groups, 2u);
  EXPECT_TRUE(std::isinf(apart.jump));
  EXPECT_EQ(apart.distance_below, 0);
  const HierarchyFacts pair = hierarchy_facts(
      std::vector<hierarchy::Merge>{{0, 1, 0, 2}, {2, 3, 2, 2}, {4, 5, 4, 4}}, segments, wanted, 2);
  EXPECT_EQ(pair.groups, 2u);
  EXPECT_EQ(pair.jump, 2);
}

TEST(SegmentFacts, CategoriesStandOutThatOthersBuyLess) {
  const Facts facts = Base().facts();
  const Segment& small = facts.segments[0];  // tea: three of five, nobody else
  ASSERT_FALSE(small.categories.empty());
  EXPECT_EQ(small.categories[0].term, 0u);
  EXPECT_TRUE(small.stands_out[0]);
  Base like;
  like.terms = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  like.offsets.back() = 10;
  for (const Segment& segment : like.facts().segments) EXPECT_FALSE(segment.stands_out.at(0));
}

TEST(SegmentFacts, RecordsThatDoNotFitTogetherAreNoPersona) {
  Base base;
  base.frequency = {0, 0, 0, 0, 0, 3, 3, 3, 3, 0};
  base.spend = {9, 9, 9, 9, 9, 0, 0, 0, 0, 0};
  const Facts facts = base.facts();
  EXPECT_EQ(facts.segments[0].persona, Persona::uncounted);
  EXPECT_EQ(facts.segments[1].persona, Persona::unpaid);
  EXPECT_EQ(facts.segments[2].persona, Persona::inactive);
}

TEST(HierarchyFacts, ASegmentThatIsNoBranchSaysHowMixedItIs) {
  const std::vector<std::int32_t> segments{0, 1, 0, 1, 1};
  const std::vector<std::size_t> wanted{0, 1};
  const HierarchyFacts facts = hierarchy_facts(kMerges, segments, wanted, 2);
  EXPECT_FALSE(facts.branches[0].pure);
  EXPECT_NEAR(facts.branches[0].purity_pct, 200.0 / 3, 1e-9);
  EXPECT_TRUE(facts.branches[1].whole_tree);
}

TEST(Wording, WritesNumbersAsEachLanguageDoes) {
  const Wording en(language("en"), "USD"), es(language("es"), "EUR"), pt(language("pt"), "BRL");
  EXPECT_EQ(en.money(1234567.5), "$1,234,568");
  EXPECT_EQ(es.money(1234567.5), "1.234.568 €");
  EXPECT_EQ(pt.money(12.5), "R$ 12,50");
  EXPECT_EQ(Wording(language("en"), "CHF").money(1000), "CHF 1,000");
  EXPECT_EQ(en.percent(40.71), "40.7%");
  EXPECT_EQ(es.percent(40.71), "40,7 %");
  EXPECT_EQ(en.percent(100), "100%");
  EXPECT_EQ(en.percent(0.01), "<0.1%");
  EXPECT_EQ(pt.percent(99.99), ">99,9%");
  EXPECT_EQ(en.number(-1234, 0), "-1,234");
  EXPECT_EQ(en.average(2), "2");
  EXPECT_EQ(en.average(1.96), "2.0");
  EXPECT_EQ(pt.average(0.01), "<0,1");
  EXPECT_TRUE(en.is_one(1) && pt.is_one(1.5) && !en.is_one(1.5) && !pt.is_one(1.96));
  EXPECT_EQ(en.distance(0), "0");
  EXPECT_EQ(en.distance(4.9), "4.90");
  EXPECT_EQ(en.distance(0.1234), "0.12");
  EXPECT_EQ(en.distance(0.00123), "0.0012");
  EXPECT_EQ(es.distance(1234.5), "1.235");
  EXPECT_EQ(en.list({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(es.list({"vino", "infusiones"}), "vino e infusiones");
  EXPECT_EQ(es.list({"agua", "hielo"}), "agua y hielo");
}

TEST(Wording, NamesAreShownWithoutWhatCannotBeSeen) {
  EXPECT_EQ(shown_name("\u202Ewi\u0007ne\n\n red\u200F "), "wine red");
  EXPECT_EQ(shown_name("\u200B\u0001"), "?");
  EXPECT_EQ(shown_name(std::string(40, 'x')), std::string(32, 'x') + "…");
  EXPECT_EQ(shown_name("café"), "café");
}

TEST(Section, TakesTheImportantFirstAndFillsUp) {
  Section section;
  section.add(5, "later words here");
  section.add(0, "first words");
  section.add(9, "far too many words to find any place in it");
  section.add(Section::kFill, "filling words");
  EXPECT_EQ(section.text({6, 8}), "later words here first words filling words");
  EXPECT_EQ(section.text({2, 4}), "first words");
}

TEST(Section, ParagraphsAreKeptApart) {
  Section section;
  section.add(0, "One.");
  section.begin_paragraph();
  section.begin_paragraph();
  section.add(1, "Two.");
  section.add(2, "Three.");
  EXPECT_EQ(section.text({0, 9}), "One.\n\nTwo. Three.");
}

TEST(Section, ASentenceDoesNotStandWithoutTheOneItRefersTo) {
  Section section;
  const std::size_t first = section.add(0, "one two three four five");
  section.add(1, "same here", first);
  EXPECT_EQ(section.text({0, 4}), "");
  EXPECT_EQ(section.text({0, 9}), "one two three four five same here");
}

TEST(CategoryKind, IsReadFromAnyWordInAnyLanguage) {
  EXPECT_EQ(kind_of("Dog food"), CategoryKind::consumable);
  EXPECT_EQ(kind_of("smart-TV"), CategoryKind::durable);
  EXPECT_EQ(kind_of("pañales"), CategoryKind::consumable);
  EXPECT_EQ(kind_of("misc 3"), CategoryKind::unknown);
}

TEST(Texts, AreFreeOfDoubledBlanksAndOpenPlaceholdersAtTheirEnds) {
  for (const LanguageTexts& texts : languages()) {
    for (const auto& [key, text] : texts.entries) {
      EXPECT_FALSE(text.empty()) << texts.code << key;
      EXPECT_EQ(text.find("  "), std::string_view::npos) << texts.code << key;
      if (key.find(".fill_") == std::string_view::npos) continue;
      EXPECT_TRUE(text.ends_with('.')) << texts.code << key;
    }
  }
}

TEST(Narrative, EveryLanguageRendersEveryPersona) {
  Base base;
  base.frequency = {0, 1, 1, 3, 3, 3, 9, 9, 9, 9};
  base.spend = {0, 1, 100, 1, 100, 900, 1, 100, 900, 100};
  base.group = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  base.ids = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const Facts facts = base.facts();
  for (const LanguageTexts& texts : languages()) {
    const Wording wording(texts, "");
    const Story story{.facts = facts, .hierarchy = nullptr, .categories = base.names};
    for (const Segment& segment : facts.segments) {
      for (const std::string& text : segment_page(segment, story, wording)) {
        EXPECT_EQ(text.find_first_of("{}|"), std::string::npos) << text;
      }
    }
  }
}

}  // namespace
}  // namespace clientele::report
