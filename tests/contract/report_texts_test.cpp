// The reports' prose: lengths, language, and no number that the answer does not hold.
#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "base/rng.hpp"
#include "exchange.hpp"

namespace clientele::contract {
namespace {

constexpr std::size_t kRandom = 500;
const std::vector<std::string> kSections{"executive_summary", "cluster_analysis",
                                         "customer_insights", "marketing_recommendations",
                                         "channel_strategy",  "product_cross_sell_ideas",
                                         "retention_actions", "next_steps"};

std::size_t words_in(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool no_break = text.compare(i, 2, "\xC2\xA0") == 0;
    plain += no_break ? ' ' : text[i];
    if (no_break) ++i;
  }
  std::istringstream stream(plain);
  std::size_t words = 0;
  for (std::string word; stream >> word;) ++words;
  return words;
}

void collect_numbers(const Json& value, std::vector<double>& numbers) {
  if (value.is_number()) numbers.push_back(value.get<double>());
  if (value.is_structured()) {
    for (const auto& member : value) collect_numbers(member, numbers);
  }
}

struct Written {
  double value = 0;
  int decimals = 0;
  char before = ' ';
};

// The numbers of a text whose decimal sign is `decimal`; grouping is the other of point and comma.
std::vector<Written> numbers_in(const std::string& text, char decimal) {
  const char group = decimal == '.' ? ',' : '.';
  const auto digit = [&](std::size_t i) {
    return i < text.size() && text[i] >= '0' && text[i] <= '9';
  };
  std::vector<Written> found;
  for (std::size_t i = 0; i < text.size();) {
    if (!digit(i)) {
      ++i;
      continue;
    }
    Written written{.before = i > 0 ? text[i - 1] : ' '};
    std::string plain = written.before == '-' ? "-" : "";
    bool fraction = false;
    for (;; ++i) {
      if (digit(i)) {
        plain += text[i];
        written.decimals += fraction ? 1 : 0;
      } else if (!fraction && i < text.size() && text[i] == decimal && digit(i + 1)) {
        plain += '.';
        fraction = true;
      } else if (i >= text.size() || fraction || text[i] != group || !digit(i + 1) ||
                 !digit(i + 2) || !digit(i + 3)) {
        break;
      }
    }
    written.value = std::stod(plain);
    found.push_back(written);
  }
  return found;
}

// `sorted`: all numbers of the answer.
bool is_known(const Written& written, const std::vector<double>& sorted) {
  const double half =
      0.5 * std::pow(10.0, -written.decimals) * (1 + 1e-9) + 1e-9 * std::fabs(written.value);
  double low = written.value - half, high = written.value + half;
  if (written.before == '<') low = 1e-300, high = 0.05;
  if (written.before == '>') low = 99.95, high = 100;
  const auto found = std::lower_bound(sorted.begin(), sorted.end(), low);
  return found != sorted.end() && *found <= high;
}

void expect_known_numbers(const Json& report, char decimal, const std::string& about) {
  std::vector<double> numbers;
  collect_numbers(report, numbers);
  std::sort(numbers.begin(), numbers.end());
  const auto check = [&](const std::string& text) {
    for (const Written& written : numbers_in(text, decimal)) {
      EXPECT_TRUE(is_known(written, numbers)) << written.value << " of: " << text << about;
    }
    EXPECT_EQ(text.find_first_of("{}"), std::string::npos) << text;
    EXPECT_EQ(text.find("  "), std::string::npos) << text;
  };
  for (const std::string& section : kSections) check(report.at(section));
  for (const Json& insight : report.at("auto_insights")) check(insight);
  if (report.at("dendrogram_insights").is_string()) check(report.at("dendrogram_insights"));
}

void expect_lengths(const Json& report, bool brief, const std::string& about) {
  const auto within = [&](const std::string& section, std::size_t least, std::size_t most) {
    if (!report.at(section).is_string()) return;
    const std::size_t words = words_in(report.at(section));
    EXPECT_GE(words, least) << section << about << report.at(section);
    EXPECT_LE(words, most) << section << about << report.at(section);
  };
  within("executive_summary", brief ? 80 : 250, brief ? 120 : 350);
  for (std::size_t i = 1; i < kSections.size(); ++i) {
    within(kSections[i], brief ? 26 : 80, brief ? 68 : 200);
  }
  within("dendrogram_insights", brief ? 26 : 80, brief ? 68 : 200);
}

// Which language's small words a text has most of.
std::string language_of(const std::string& text) {
  const std::map<std::string, std::set<std::string>> kWords{
      {"en", {"the", "of", "and", "is", "are", "to", "with", "by", "their"}},
      {"es", {"el", "los", "las", "y", "del", "una", "con", "al", "su", "sus", "en", "es"}},
      {"pt", {"os", "do", "da", "dos", "das", "um", "uma", "com", "não", "ao", "seu", "no"}}};
  std::map<std::string, int> hits;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    if (word[0] >= 'A' && word[0] <= 'Z') word[0] = static_cast<char>(word[0] + ('a' - 'A'));
    for (const auto& [language, words] : kWords) hits[language] += words.contains(word) ? 1 : 0;
  }
  return std::max_element(hits.begin(), hits.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

const std::vector<std::string> kCategories{"wine",    "cheese", "laptop",      "café",  "zapatos",
                                           "iogurte", "ink",    "dog food",    "hielo", "smart-tv",
                                           "livros",  "toys",   "board games", "velas"};

// Merges of neighbours, so that it is a tree whatever the count.
Json chain_of(std::size_t leaves, Rng& rng) {
  Json rows = Json::array();
  double distance = 0;
  for (std::size_t i = 1; i < leaves; ++i) {
    distance += rng.below(4) == 0 ? 0.0 : static_cast<double>(rng.below(1000)) / 7;
    const std::size_t left = i == 1 ? 0 : leaves + i - 2;
    rows.push_back(Json::array({std::min(left, i), std::max(left, i), distance, i + 1}));
  }
  return rows;
}

Json random_request(Rng& rng) {
  const std::size_t customers = 1 + rng.below(rng.below(3) == 0 ? 6 : 120);
  const std::size_t clusters = 1 + rng.below(std::min<std::uint64_t>(30, customers));
  const bool equal = rng.below(6) == 0, idle = rng.below(8) == 0, noise = rng.below(5) == 0;
  const bool unpaid = rng.below(8) == 0, uncounted = rng.below(8) == 0;
  const double scale = std::pow(10.0, static_cast<double>(rng.below(6)));
  Json request{{"customers", Json::array()}, {"labels", Json::object()}, {"echo", false}};
  Json leaves = Json::array();
  for (std::size_t i = 0; i < customers; ++i) {
    const std::size_t cluster = rng.below(clusters);
    const double level = equal ? 1 : 1 + static_cast<double>(cluster * cluster);
    const bool none = idle && cluster == 0;
    const bool is_free = none || (unpaid && cluster < 2),
               is_silent = none || (uncounted && cluster == 2);
    Json categories = Json::array();
    for (std::size_t c = rng.below(4); c > 0; --c) {
      categories.push_back(kCategories[(cluster + rng.below(5)) % kCategories.size()]);
    }
    const std::string id = "c" + std::to_string(i);
    request["customers"].push_back(
        {{"id", id},
         {"frequency", is_silent ? 0 : 1 + rng.below(equal ? 1 : 10 + cluster)},
         {"amount_spent",
          is_free ? 0.0 : level * scale * (equal ? 1 : static_cast<double>(rng.below(1000)) / 500)},
         {"product_types", categories}});
    request["labels"][id] = static_cast<int>(cluster) - (noise ? 1 : 0);
    leaves.push_back(id);
  }
  if (rng.below(2) == 0) {
    request["dendrogram"] = {{"linkage_matrix", chain_of(customers, rng)}, {"leaf_labels", leaves}};
  }
  return request;
}

TEST(ReportTexts, OfRandomSegmentationsKeepLengthLanguageAndNumbers) {
  const catalog::Entry* entry = catalog::find("segmentation_report_json");
  ASSERT_NE(entry, nullptr);
  Rng rng(9);
  const std::vector<std::string> languages{"en", "es", "pt"};
  for (std::size_t i = 0; i < kRandom && !HasFailure(); ++i) {
    Json request = random_request(rng);
    const std::string language = languages[i % 3];
    const bool brief = i % 4 == 3;
    request["lang"] = language;
    if (brief) request["depth"] = "brief";
    if (i % 5 == 0) request["currency"] = i % 10 == 0 ? "eur" : "CHF";
    const Reply reply = call(*entry, text_of(request));
    ASSERT_FALSE(reply.error) << words_of(*reply.error);
    const std::string about = " (" + language + ", " + std::to_string(i) + ") ";
    expect_lengths(reply.json, brief, about);
    expect_known_numbers(reply.json, language == "en" ? '.' : ',', about);
    for (const std::string& section : kSections) {
      EXPECT_EQ(language_of(reply.json.at(section)), language) << text_of(reply.json.at(section));
    }
  }
}

Json small_request() {
  return {{"customers",
           {{{"id", "a"}, {"frequency", 1}, {"amount_spent", 5}, {"product_types", {"tea"}}},
            {{"id", "b"}, {"frequency", 9}, {"amount_spent", 95}, {"product_types", {"wine"}}}}},
          {"labels", {{"a", 0}, {"b", 1}}},
          {"echo", false}};
}

Reply report_of(const Json& request) {
  return call(*catalog::find("segmentation_report_json"), text_of(request));
}

void expect_fault(const Json& request, const std::string& pointer, const std::string& code) {
  const Reply reply = report_of(request);
  ASSERT_TRUE(reply.error) << pointer;
  EXPECT_EQ(reply.error->faults.front().pointer, pointer);
  EXPECT_EQ(reply.error->faults.front().code, code);
}

TEST(ReportTexts, LabelsAndLeavesThatDoNotMatchAreRefused) {
  Json request = small_request();
  request["labels"]["ghost"] = 3;
  expect_fault(request, "/labels/ghost", "unknown_customer");
  request = small_request();
  request["labels"].erase("b");
  expect_fault(request, "/customers/1/id", "no_label");
  request = small_request();
  request["dendrogram"] = {{"linkage_matrix", {{0, 1, 2.5, 2}}}, {"leaf_labels", {"a", "other"}}};
  expect_fault(request, "/dendrogram/leaf_labels/1", "unknown_customer");
  request["dendrogram"]["leaf_labels"] = {"a", "a"};
  expect_fault(request, "/dendrogram/leaf_labels/1", "duplicate_leaf");
  request["dendrogram"] = {{"linkage_matrix", Json::array()}, {"leaf_labels", {"a"}}};
  expect_fault(request, "/dendrogram/leaf_labels", "missing_leaves");
  request = small_request();
  request["lang"] = "zh";
  expect_fault(request, "/lang", "not_allowed");
  request = small_request();
  request["currency"] = "E1R";
  expect_fault(request, "/currency", "bad_currency");
}

TEST(ReportTexts, MarksThatCannotBeSeenAreLeftOutOfTexts) {
  Json request = small_request();
  request["customers"][1]["product_types"] = {"wi\u202Ene\u0007\u200F\nred", std::string(500, 'x'),
                                              "{first}"};
  const Reply reply = report_of(request);
  ASSERT_FALSE(reply.error);
  EXPECT_EQ(reply.json["cluster_metrics"][1]["top_categories"],
            "wine red, " + std::string(32, 'x') + "…, {first}");
  EXPECT_NE(reply.text.find("“wine red”"), std::string::npos);
  for (const char* mark : {"\u202E", "\u200F", "\\u0007"}) {
    EXPECT_EQ(reply.text.find(mark), std::string::npos);
  }
}

TEST(ReportTexts, ClustersWithoutPurchasesAreToldAsSuch) {
  Json request = small_request();
  request["customers"][0]["frequency"] = 0;
  request["customers"][0]["amount_spent"] = 0;
  Json report = report_of(request).json;
  EXPECT_EQ(report["facts"]["segments"][0]["persona"], "inactive");
  EXPECT_EQ(report["cluster_metrics"][0]["share_revenue_pct"], 0);
  EXPECT_NE(report["customer_insights"].get<std::string>().find("Cluster 0 made no purchases"),
            std::string::npos);
  request["customers"][1]["amount_spent"] = 0;
  report = report_of(request).json;
  EXPECT_EQ(report["facts"]["segments"][1]["persona"], "unpaid");
  EXPECT_EQ(report["auto_insights"][1], "No cluster generated any revenue.");
  request["customers"][0]["amount_spent"] = 12;
  report = report_of(request).json;
  EXPECT_EQ(report["facts"]["segments"][0]["persona"], "uncounted");
}

TEST(ReportTexts, OneCustomerTakesTheSingular) {
  Json request = small_request();
  request["customers"].erase(1);
  request["labels"].erase("b");
  for (const auto& [lang, words] : std::map<std::string, std::string>{
           {"en", "a single customer, who spent 5.00 in 1 purchase."},
           {"es", "un solo cliente, que gastó 5,00 en 1 compra."},
           {"pt", "um único cliente, que gastou 5,00 em 1 compra."}}) {
    request["lang"] = lang;
    const std::string text = report_of(request).json["executive_summary"];
    EXPECT_NE(text.find(words), std::string::npos) << text;
  }
}

TEST(ReportTexts, TenThousandCategoriesAreTold) {
  Json request = small_request();
  Json& types = request["customers"][0]["product_types"];
  for (int i = 0; i < 10'000; ++i) types.push_back("kind " + std::to_string(i));
  EXPECT_FALSE(report_of(request).error);
}

TEST(ReportTexts, OtherDataGiveAnotherReport) {
  Json one = small_request(), other = small_request();
  other["customers"][0]["amount_spent"] = 90;
  other["customers"][0]["frequency"] = 30;
  other["customers"][0]["product_types"] = {"toys", "books"};
  const Json first = report_of(one).json, second = report_of(other).json;
  for (const std::string& section : kSections) EXPECT_NE(first.at(section), second.at(section));
}

}  // namespace
}  // namespace clientele::contract
