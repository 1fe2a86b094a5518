#include "app/shop/summary.hpp"

#include <algorithm>

namespace clientele::shop {

std::vector<CustomerSummary> summarise(const Shop& shop) {
  constexpr std::uint32_t kNobody = ~std::uint32_t{0};
  std::vector<CustomerSummary> summaries(shop.customers.size());
  std::vector<std::uint32_t> last_buyer(shop.products.size(), kNobody);
  std::vector<std::uint32_t> bought;  // products of the current customer
  const auto close = [&](std::uint32_t customer) {
    std::sort(bought.begin(), bought.end());
    CustomerSummary& summary = summaries[customer];
    summary.distinct_products = static_cast<std::uint32_t>(bought.size());
    for (const std::uint32_t product : bought) {
      const std::string_view category = shop.products[product].category;
      if (summary.categories.empty() || summary.categories.back() != category) {
        summary.categories.push_back(category);
      }
    }
    bought.clear();
  };
  for (std::size_t i = 0; i < shop.orders.size(); ++i) {
    const Order& order = shop.orders[i];
    CustomerSummary& summary = summaries[order.customer];
    if (summary.frequency++ == 0) summary.first_order = order.date;
    summary.last_order = order.date;
    for (std::uint32_t n = 0; n < order.line_count; ++n) {
      const OrderLine& line = shop.lines[order.first_line + n];
      summary.amount_spent += line.amount;
      if (last_buyer[line.product] == order.customer) continue;
      last_buyer[line.product] = order.customer;
      bought.push_back(line.product);
    }
    const bool last = i + 1 == shop.orders.size() || shop.orders[i + 1].customer != order.customer;
    if (last) close(order.customer);
  }
  return summaries;
}

OrderTotals totals(const Shop& shop, const Order& order) {
  OrderTotals sum;
  Cents highest = -1;
  for (std::uint32_t n = 0; n < order.line_count; ++n) {
    const OrderLine& line = shop.lines[order.first_line + n];
    sum.amount += line.amount;
    sum.cost += line.cost;
    if (line.amount > highest) {
      highest = line.amount;
      sum.main_product = line.product;
    }
  }
  return sum;
}

}  // namespace clientele::shop
