#include "app/shop/shop.hpp"

#include <gtest/gtest.h>

#include <set>

#include "app/shop/summary.hpp"

namespace clientele::shop {
namespace {

Shop shop_of(const ShopOptions& options) {
  auto shop = generate_shop(options);
  EXPECT_TRUE(shop);
  return std::move(shop).value();
}

TEST(Shop, RefusesOptionsOutOfRange) {
  const auto refused = [](const ShopOptions& options) { return !generate_shop(options).ok(); };
  EXPECT_TRUE(refused({.customers = 9}));
  EXPECT_TRUE(refused({.customers = 5000001}));
  EXPECT_TRUE(refused({.months = 0}));
  EXPECT_TRUE(refused({.months = 121}));
  EXPECT_TRUE(refused({.last_date = date_from({1949, 12, 31})}));
  EXPECT_FALSE(refused({.customers = 10, .months = 1, .last_date = date_from({1950, 1, 1})}));
}

TEST(Shop, EveryRowIsConsistent) {
  for (const int months : {1, 2, 7, 24, 120}) {
    const Shop shop = shop_of({.seed = 3, .customers = 300, .months = months});
    EXPECT_EQ(shop.revenue.size(), static_cast<std::size_t>(shop.last_date - shop.first_date + 1));
    EXPECT_EQ(shop.revenue.back().date, shop.last_date);
    std::set<std::string> ids;
    for (const Customer& customer : shop.customers) {
      EXPECT_TRUE(ids.insert(customer.id).second);
      EXPECT_EQ(customer.tenure, shop.last_date - customer.signup);
      EXPECT_GE(customer.tenure, 0);
    }
    std::uint64_t next_line = 0;
    for (const Order& order : shop.orders) {
      EXPECT_EQ(order.first_line, next_line);
      EXPECT_GT(order.line_count, 0U);
      next_line += order.line_count;
      EXPECT_GE(order.date, std::max(shop.first_date, shop.customers[order.customer].signup));
      EXPECT_LE(order.date, shop.truth.active_until[order.customer]);
    }
    EXPECT_EQ(next_line, shop.lines.size());
    for (const OrderLine& line : shop.lines) {
      EXPECT_GT(line.amount, 0);
      EXPECT_EQ(line.cost, shop.products[line.product].cost * line.quantity);
    }
    for (const CustomerSummary& summary : summarise(shop)) EXPECT_GE(summary.frequency, 1U);
  }
}

TEST(Shop, SummariesAddUpToTheOrders) {
  const Shop shop = shop_of({.seed = 5, .customers = 200});
  const auto summaries = summarise(shop);
  std::vector<CustomerSummary> slow(shop.customers.size());
  std::vector<std::set<std::uint32_t>> products(shop.customers.size());
  for (const Order& order : shop.orders) {
    slow[order.customer].frequency += 1;
    slow[order.customer].amount_spent += totals(shop, order).amount;
    for (std::uint32_t n = 0; n < order.line_count; ++n) {
      products[order.customer].insert(shop.lines[order.first_line + n].product);
    }
  }
  for (std::size_t i = 0; i < slow.size(); ++i) {
    EXPECT_EQ(summaries[i].frequency, slow[i].frequency);
    EXPECT_EQ(summaries[i].amount_spent, slow[i].amount_spent);
    EXPECT_EQ(summaries[i].distinct_products, products[i].size());
    std::set<std::string_view> categories;
    for (const std::uint32_t product : products[i]) {
      categories.insert(shop.products[product].category);
    }
    EXPECT_EQ(std::set(summaries[i].categories.begin(), summaries[i].categories.end()), categories);
    EXPECT_EQ(summaries[i].categories.size(), categories.size());
  }
}

bool same_orders(const Shop& a, const Shop& b) {
  const auto same_line = [](const OrderLine& x, const OrderLine& y) {
    return x.product == y.product && x.quantity == y.quantity && x.amount == y.amount &&
           x.cost == y.cost;
  };
  const auto same_order = [](const Order& x, const Order& y) {
    return x.customer == y.customer && x.date == y.date && x.first_line == y.first_line;
  };
  return std::equal(a.lines.begin(), a.lines.end(), b.lines.begin(), b.lines.end(), same_line) &&
         std::equal(a.orders.begin(), a.orders.end(), b.orders.begin(), b.orders.end(), same_order);
}

TEST(Shop, TheThreadsDoNotMatterTheSeedDoes) {
  const Shop one = shop_of({.seed = 7, .customers = 5000, .months = 6, .threads = 1});
  for (const std::size_t threads : {2, 8}) {
    EXPECT_TRUE(
        same_orders(one, shop_of({.seed = 7, .customers = 5000, .months = 6, .threads = threads})));
  }
  const Shop other = shop_of({.seed = 8, .customers = 5000, .months = 6});
  EXPECT_FALSE(same_orders(one, other));
  EXPECT_NE(one.truth.segment, other.truth.segment);
}

// More customers only add rows: those who were there keep their data.
TEST(Shop, ALargerShopContainsTheSmaller) {
  const Shop small = shop_of({.seed = 7, .customers = 100});
  const Shop large = shop_of({.seed = 7, .customers = 900});
  for (std::size_t i = 0; i < small.orders.size(); ++i) {
    EXPECT_EQ(small.orders[i].customer, large.orders[i].customer);
    EXPECT_EQ(small.orders[i].date, large.orders[i].date);
  }
}

}  // namespace
}  // namespace clientele::shop
