// Every declared rule of every endpoint is enforced, with the place and the code of the fault.
#include <algorithm>

#include "bad_values.hpp"
#include "exchange.hpp"

namespace clientele::contract {
namespace {

class BadValues : public EachEndpoint {
 protected:
  void expect_refused(const BadValue& bad) const {
    const std::string text = bad.text();
    const Reply reply = call(entry(), text, 1, &bad.limits);
    const std::string about =
        bad.what + " at " + bad.pointer + " (" + bad.code + "): " + text.substr(0, 600);
    if (!reply.error) {
      ADD_FAILURE() << "accepted: " << about;
      return;
    }
    const Error& error = *reply.error;
    EXPECT_EQ(error.kind, ErrorKind::invalid_input) << about;
    const auto match = std::find_if(
        error.faults.begin(), error.faults.end(),
        [&bad](const Fault& f) { return f.pointer == bad.pointer && f.code == bad.code; });
    ASSERT_NE(match, error.faults.end()) << about << "\n got " << words_of(error);
    EXPECT_FALSE(match->detail.empty()) << about;
    EXPECT_EQ(match->allowed.empty(), bad.code != "not_allowed" && bad.code != "unknown_field");
    if (bad.only_fault) {
      EXPECT_EQ(error.fault_total, 1u) << about << "\n got " << words_of(error);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Catalog, BadValues, testing::ValuesIn(all_entries()), name_of);

TEST_P(BadValues, AreRefusedAtTheirPlace) {
  const auto all = bad_values(entry());
  EXPECT_GT(all.size(), 10u);
  for (const BadValue& bad : all) expect_refused(bad);
}

TEST_P(BadValues, AreRefusedAtTheirPlaceInColumns) {
  for (const BadValue& bad : bad_values(entry())) {
    if (bad.list.empty()) continue;
    if (const auto columns = as_columns(bad)) expect_refused(*columns);
  }
  for (const BadValue& bad : bad_columns(entry())) expect_refused(bad);
}

TEST_P(BadValues, BreakTheSchemaThatCanSaySo) {
  for (const BadValue& bad : bad_values(entry())) {
    if (!bad.in_schema) continue;
    EXPECT_NE(request_violation(entry(), bad.request, &bad.limits), "")
        << bad.what << " at " << bad.pointer;
  }
}

TEST_P(BadValues, NearlyDeclaredFieldsAreWarnedAbout) {
  for (const BadValue& miss : near_misses(entry())) {
    const Reply reply = call(entry(), miss.text());
    ASSERT_FALSE(reply.error) << miss.pointer << ": " << words_of(*reply.error);
    const bool warned =
        std::any_of(reply.warnings.begin(), reply.warnings.end(), [&miss](const Warning& warning) {
          return warning.code == miss.code && warning.pointer == miss.pointer;
        });
    EXPECT_TRUE(warned) << miss.pointer;
    // An answer that is a list has no place for them.
    EXPECT_EQ(reply.json.contains("warnings"),
              entry().endpoint.response->kind == schema::Kind::object)
        << miss.pointer;
  }
}

}  // namespace
}  // namespace clientele::contract
