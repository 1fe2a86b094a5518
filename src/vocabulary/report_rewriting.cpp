#include "vocabulary/report_rewriting.hpp"

#include <algorithm>

#include "base/rewriter.hpp"
#include "models/report/number_check.hpp"

namespace clientele::vocabulary {
namespace {

constexpr std::array<std::string_view, 3> kEnglishNames{"English", "Spanish",
                                                        "Brazilian Portuguese"};
// A section may be a little shorter or longer than the composed ones, within what is promised.
constexpr report::WordRange kSummary{250, 350}, kBriefSummary{80, 120};
constexpr report::WordRange kOther{80, 200}, kBriefOther{27, 70};

report::WordRange promised(std::size_t section, bool brief) {
  if (section == 0) return brief ? kBriefSummary : kSummary;
  return brief ? kBriefOther : kOther;
}

// Why the rewritten text cannot stand for the computed one; "" if it can.
std::string objection(std::size_t section, std::string_view computed, std::string_view rewritten,
                      const ReportWish& wish, const report::LanguageTexts& texts) {
  const std::string number = report::unknown_number(computed, rewritten, texts);
  if (!number.empty()) return "it states a number that was not computed";
  const auto [fewest, most] = promised(section, wish.depth == Depth::brief);
  const std::size_t words = report::count_words(rewritten);
  return words < fewest || words > most ? "its length is not that of the section" : "";
}

}  // namespace

void rewrite_sections(const ReportWish& wish, SegmentReport& report, Context& context) {
  if (context.rewriter == nullptr) return;
  auto& done = report.rewritten.emplace();
  const auto language = static_cast<std::size_t>(wish.lang);
  const auto& texts = report::language(choices(schema::For<Language>{})[language]);
  const auto sections = sections_of(report);
  std::vector<NamedText> computed;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    computed.push_back({std::string(report::kSections[i]), *sections[i]});
  }
  const auto answer =
      context.rewriter->rewrite(kEnglishNames[language], computed, context.cancellation);
  if (!answer) {
    context.warn("rewriting_failed",
                 "The computed texts are used, for the chat endpoint gave no usable answer: " +
                     answer.error().detail);
    return;
  }
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const auto found = std::ranges::find(*answer, computed[i].name, &NamedText::name);
    const std::string reason = found == answer->end()
                                   ? "it is missing"
                                   : objection(i, computed[i].text, found->text, wish, texts);
    if (reason.empty()) {
      *sections[i] = found->text;
      done.push_back(report::kSections[i]);
    } else {
      context.warn("rewriting_refused", "The computed text of " + computed[i].name +
                                            " is used; of the rewritten one, " + reason + ".");
    }
  }
}

}  // namespace clientele::vocabulary
