#include "vocabulary/orders.hpp"

#include <algorithm>

namespace clientele::vocabulary {

schema::Object describe(schema::For<Order>) {
  return schema::object<Order>(
      "An order.", schema::field<&Order::date>("Day of the order."),
      schema::field<&Order::amount>("Value of the order.").between(0, kMostMoney).unit("currency"),
      schema::field<&Order::transaction_id>(std::string(kTransactionIdSummary)).not_empty());
}

schema::Object describe(schema::For<CostedOrder>) {
  return schema::object<CostedOrder>(
      "An order with an optional cost.", schema::field<&CostedOrder::date>("Day of the order."),
      schema::field<&CostedOrder::amount>("Value of the order.")
          .between(0, kMostMoney)
          .unit("currency"),
      schema::field<&CostedOrder::cost>("What the order cost you; amount - cost is its margin.")
          .between(0, kMostMoney)
          .unit("currency"),
      schema::field<&CostedOrder::transaction_id>(std::string(kTransactionIdSummary)).not_empty());
}

void warn_without_orders(const std::vector<std::string_view>& ids, Context& context) {
  if (ids.empty()) return;
  constexpr std::size_t kMostNamed = 5;
  std::string names;
  for (std::size_t i = 0; i < std::min(ids.size(), kMostNamed); ++i) {
    names += (i == 0 ? "" : ", ") + std::string(ids[i]);
  }
  if (ids.size() > kMostNamed) names += ", ...";
  context.warn("no_orders", std::to_string(ids.size()) +
                                (ids.size() == 1 ? " customer has" : " customers have") +
                                " no order on or before today: " + names + ".");
}

}  // namespace clientele::vocabulary
