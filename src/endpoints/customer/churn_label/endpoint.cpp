// churn_label: binary churn labels by the rule of the kind of business.
#include <array>
#include <string>

#include "base/pointer.hpp"
#include "schema/endpoint.hpp"

namespace clientele::endpoints::churn_label {
namespace {

using schema::field;

enum class BusinessType { ecommerce, saas, prepaid };
constexpr auto choices(schema::For<BusinessType>) {
  return std::array<std::string_view, 3>{"ecommerce", "saas", "prepaid"};
}

struct Snapshot {
  std::string_view customer_id;
  Date snapshot_date;
  std::optional<Date> last_purchase_date;
  std::optional<bool> subscription_cancelled;
  std::optional<double> balance_after_t;
  std::optional<bool> topped_up_within_cycle;
};
schema::Object describe(schema::For<Snapshot>) {
  using S = Snapshot;
  return schema::object<S>(
      "A customer at one moment.",
      field<&S::customer_id>("Your id of the customer; may repeat.").not_empty(),
      field<&S::snapshot_date>("Day on which the state is seen."),
      field<&S::last_purchase_date>("Last purchase on or before the snapshot (ecommerce)."),
      field<&S::subscription_cancelled>("Whether the subscription is cancelled (saas)."),
      field<&S::balance_after_t>("Credit left at the snapshot (prepaid).").unit("currency"),
      field<&S::topped_up_within_cycle>("Whether there was a top-up in the cycle (prepaid)."));
}

struct Request {
  BusinessType business_type = BusinessType::ecommerce;
  std::int32_t window_days = 90;
  std::vector<Snapshot> data;
};
schema::Object describe(schema::For<Request>) {
  return schema::object<Request>(
      "Snapshots and the rule that labels them.",
      field<&Request::business_type>("Which rule applies."),
      field<&Request::window_days>("Days of silence that count as churn (ecommerce).")
          .or_default()
          .between(1, 3650)
          .unit("days"),
      field<&Request::data>("One row a customer and snapshot.")
          .at_least_items(1)
          .at_most_items({"churn_label_rows", 250'000}));
}

struct Label {
  std::string_view customer_id;
  Date snapshot_date;
  std::int32_t churned = 0;
};
schema::Object describe(schema::For<Label>) {
  return schema::object<Label>("A label.", field<&Label::customer_id>("The id as sent."),
                               field<&Label::snapshot_date>("The day as sent."),
                               field<&Label::churned>("1 = churned, 0 = not."));
}

// Names every rule field that a row lacks.
void require_rule_fields(const Request& request, Faults& faults) {
  const auto require = [&](std::size_t row, std::string_view name, bool present) {
    if (present) return;
    if (faults.full()) return faults.count_only();
    faults.add(pointer_to("data", row, name), "required",
               "Required by the rule of this business_type.");
  };
  for (std::size_t i = 0; i < request.data.size(); ++i) {
    const Snapshot& row = request.data[i];
    switch (request.business_type) {
      case BusinessType::ecommerce:
        require(i, "last_purchase_date", row.last_purchase_date.has_value());
        break;
      case BusinessType::saas:
        require(i, "subscription_cancelled", row.subscription_cancelled.has_value());
        break;
      case BusinessType::prepaid:
        require(i, "balance_after_t", row.balance_after_t.has_value());
        require(i, "topped_up_within_cycle", row.topped_up_within_cycle.has_value());
        break;
    }
  }
}

bool is_churned(const Snapshot& row, const Request& request) {
  switch (request.business_type) {
    case BusinessType::ecommerce:
      return row.snapshot_date - *row.last_purchase_date >= request.window_days;
    case BusinessType::saas:
      return *row.subscription_cancelled;
    case BusinessType::prepaid:
      return *row.balance_after_t == 0 && !*row.topped_up_within_cycle;
  }
  return false;
}

// A purchase after the snapshot was not known then: a label made from it leaks the future.
void warn_of_later_purchases(const Request& request, Context& context) {
  std::size_t later = 0;
  std::string first;
  for (std::size_t i = 0; i < request.data.size(); ++i) {
    const Snapshot& row = request.data[i];
    if (!row.last_purchase_date || *row.last_purchase_date <= row.snapshot_date) continue;
    if (later++ == 0) first = pointer_to("data", i, "last_purchase_date");
  }
  if (later == 0) return;
  context.warn("purchase_after_snapshot",
               std::to_string(later) + (later == 1 ? " row has" : " rows have") +
                   " a last purchase after the snapshot; give the last one known at the snapshot.",
               first);
}

Result<std::vector<Label>> compute(const Request& request, Context& context) {
  Faults faults;
  require_rule_fields(request, faults);
  if (!faults.empty()) return std::move(faults).to_error();
  if (request.business_type == BusinessType::ecommerce) warn_of_later_purchases(request, context);
  std::vector<Label> labels;
  labels.reserve(request.data.size());
  for (const Snapshot& row : request.data) {
    labels.push_back({row.customer_id, row.snapshot_date, is_churned(row, request) ? 1 : 0});
  }
  return labels;
}

}  // namespace

schema::Endpoint endpoint() {
  return schema::declare<Request, std::vector<Label>, compute>(
      {.name = "churn_label",
       .group = "customer",
       .title = "Churn labels by business rule",
       .description =
           "Labels each row 1 (churned) or 0 by the rule of the business:\n\n"
           "- `ecommerce`: snapshot_date - last_purchase_date >= window_days\n"
           "- `saas`: subscription_cancelled is true\n"
           "- `prepaid`: balance_after_t is 0 and topped_up_within_cycle is false\n\n"
           "The answer is a bare list in the order of the rows; warnings travel in the header "
           "X-Warnings. Use the labels to train churn_risk.",
       .cost = "O(n)",
       .since = "0.1"});
}

}  // namespace clientele::endpoints::churn_label
