#include "vocabulary/report_rewriting.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "base/rewriter.hpp"
#include "models/report/number_check.hpp"

namespace clientele::vocabulary {
namespace {

class Fake final : public Rewriter {
 public:
  explicit Fake(std::function<std::string(std::string)> reword) : reword_(std::move(reword)) {}
  Result<std::vector<NamedText>> rewrite(std::string_view, const std::vector<NamedText>& texts,
                                         const Cancellation*) const override {
    if (!reword_) return Error{.kind = ErrorKind::internal, .detail = "out of order", .faults = {}};
    std::vector<NamedText> answer;
    for (const NamedText& text : texts) answer.push_back({text.name, reword_(text.text)});
    return answer;
  }

 private:
  std::function<std::string(std::string)> reword_;
};

struct Told {
  SegmentReport plain;
  SegmentReport report;
  Context context;
};

Told told_with(std::function<std::string(std::string)> reword) {
  static const std::vector<SegmentedCustomer> customers{{"a", 3, 120, {"wine"}},
                                                        {"b", 30, 4000, {"laptop"}}};
  static const Labels labels{{{"a", 0}, {"b", 1}}};
  static const std::optional<SegmentDendrogram> none;
  const auto read = read_segmentation({customers, labels, none});
  EXPECT_TRUE(read.ok());
  const ReportWish wish{};
  const Fake fake(std::move(reword));
  Told told;
  told.plain = write_report(*read, wish, told.context);
  told.report = told.plain;
  told.context.rewriter = &fake;
  rewrite_sections(wish, told.report, told.context);
  return told;
}

TEST(ReportRewriting, GoodTextsAreTaken) {
  const Told told = told_with([](std::string text) { return "Well then: " + text; });
  EXPECT_EQ(told.report.executive_summary, "Well then: " + told.plain.executive_summary);
  EXPECT_EQ(told.report.rewritten->size(), report::kSections.size());
  EXPECT_TRUE(told.context.warnings.empty());
}

TEST(ReportRewriting, AnotherNumberIsNotTaken) {
  for (const char* wrong : {"Spend rose by 17%. ", "It has seven parts. ", "²"}) {
    const Told told = told_with([&](const std::string& text) { return wrong + text; });
    EXPECT_EQ(told.report.executive_summary, told.plain.executive_summary) << wrong;
    EXPECT_TRUE(told.report.rewritten->empty()) << wrong;
    ASSERT_EQ(told.context.warnings.size(), report::kSections.size());
    EXPECT_EQ(told.context.warnings[0].code, "rewriting_refused");
  }
}

TEST(ReportRewriting, AnotherLengthIsNotTaken) {
  const Told told = told_with([](const std::string&) { return "All is well."; });
  EXPECT_EQ(told.report.next_steps, told.plain.next_steps);
  EXPECT_TRUE(told.report.rewritten->empty());
}

TEST(ReportRewriting, AFailureKeepsTheComputedTexts) {
  const Told told = told_with(nullptr);
  EXPECT_EQ(told.report.executive_summary, told.plain.executive_summary);
  ASSERT_EQ(told.context.warnings.size(), 1u);
  EXPECT_EQ(told.context.warnings[0].code, "rewriting_failed");
}

TEST(NumberCheck, ComparesByValueInTheLanguagesOwnWriting) {
  const auto& en = report::language("en");
  const auto& es = report::language("es");
  EXPECT_EQ(report::unknown_number("It is 4,322 or 5.0.", "5 and 4322.", en), "");
  EXPECT_EQ(report::unknown_number("4,322", "4.322", en), "4.322");
  EXPECT_EQ(report::unknown_number("4.322,50", "Son 4322,5", es), "");
  EXPECT_EQ(report::unknown_number("Half of it.", "half", en), "");
  EXPECT_EQ(report::unknown_number("All of it.", "Twice as much", en), "twice");
  EXPECT_EQ(report::unknown_number("1", "١", en), "١");
}

}  // namespace
}  // namespace clientele::vocabulary
