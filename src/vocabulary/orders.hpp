// Customers with their orders, as most customer endpoints take them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/context.hpp"
#include "base/error.hpp"
#include "base/pointer.hpp"
#include "schema/describe.hpp"

namespace clientele::vocabulary {

inline constexpr Limit kMostCustomers{"customers", 250'000};
// Amounts of money are read up to here, so that no sum of them can overflow.
inline constexpr double kMostMoney = 1e15;

inline constexpr Limit kMostOrders{"orders_per_customer", 250'000};

// An order's day and value.
struct Order {
  Date date;
  double amount = 0;
  std::optional<std::string_view> transaction_id;
};
schema::Object describe(schema::For<Order>);

// An order that may know what it cost.
struct CostedOrder {
  Date date;
  double amount = 0;
  std::optional<double> cost;
  std::optional<std::string_view> transaction_id;
};
schema::Object describe(schema::For<CostedOrder>);

template <typename OrderType>
struct CustomerWith {
  std::string_view customer_id;
  std::vector<OrderType> transactions;
};

template <typename OrderType>
schema::Object describe(schema::For<CustomerWith<OrderType>>) {
  using Customer = CustomerWith<OrderType>;
  return schema::object<Customer>(
      "A customer and their orders.",
      schema::field<&Customer::customer_id>("Your id of the customer.").not_empty(),
      schema::field<&Customer::transactions>("The customer's orders, in any order.")
          .at_least_items(1)
          .at_most_items(kMostOrders));
}

// The day on which the request's facts are to be seen.
inline Date reference_day(const std::optional<Date>& today, const Context& context) {
  return today.value_or(context.today);
}

inline constexpr std::string_view kTransactionIdSummary =
    "Your id of the order; with merge_lines, rows that share one are lines of one order.";

// One fault for every order dated after `today`, at /customers/I/transactions/J/date.
template <typename Customers>
void refuse_future(const Customers& customers, Date today, Faults& faults) {
  for (std::size_t i = 0; i < customers.size(); ++i) {
    const auto& orders = customers[i].transactions;
    for (std::size_t j = 0; j < orders.size(); ++j) {
      if (orders[j].date <= today) continue;
      if (faults.full()) {
        faults.count_only();
        continue;
      }
      faults.add(pointer_to("customers", i, "transactions", j, "date"), "future_date",
                 to_string(orders[j].date) + " is after today (" + to_string(today) +
                     "); correct the date, give a later today, or set ignore_future to true.");
    }
  }
}

// Warns that customers were left out because no order of theirs lies on or before today.
void warn_without_orders(const std::vector<std::string_view>& ids, Context& context);

}  // namespace clientele::vocabulary
