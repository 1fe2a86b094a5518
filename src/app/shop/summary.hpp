// What the orders say about every customer.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "app/shop/shop.hpp"

namespace clientele::shop {

struct CustomerSummary {
  std::uint32_t frequency = 0;  // orders
  Cents amount_spent = 0;
  std::uint32_t distinct_products = 0;
  Date first_order;
  Date last_order;
  std::vector<std::string_view> categories;  // in the order of the products
};

// One entry a customer. Complexity: O(order lines).
std::vector<CustomerSummary> summarise(const Shop& shop);

// Totals over the lines of an order, and its line of the highest amount.
struct OrderTotals {
  Cents amount = 0;
  Cents cost = 0;
  std::uint32_t main_product = 0;
};
OrderTotals totals(const Shop& shop, const Order& order);

}  // namespace clientele::shop
