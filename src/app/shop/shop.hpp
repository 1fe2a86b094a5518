// A shop that never was: customers, orders and studies with a planted structure, from a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/shop/truth.hpp"
#include "base/date.hpp"
#include "base/result.hpp"

namespace clientele::shop {

using Cents = std::int64_t;

struct ShopOptions {
  std::uint64_t seed = 42;
  std::size_t customers = 400;                // 10 to 5 000 000
  int months = 24;                            // of orders and revenue, 1 to 120
  Date last_date = date_from({2025, 6, 30});  // the snapshot day, years 1950 to 2150
  std::size_t threads = 1;                    // the shop is the same for every number
};

struct Product {
  std::string id;
  std::string title;
  std::string category;
  Cents price = 0;
  Cents cost = 0;
};

// Features as of the last date; all but the segment, which the truth keeps.
struct Customer {
  std::string id;
  Date signup;
  std::string_view plan;       // Basic, Silver, Gold
  std::string_view region;     // no influence on anything
  int age = 0;                 // no influence on anything
  int tenure = 0;              // days since signup
  double usage_frequency = 0;  // sessions a week
  int service_tickets = 0;     // last 90 days
  int payment_events = 0;      // late or failed payments, last 12 months
  double discount_share = 0;   // long-run share of lines bought at a discount
  int nps = 0;                 // -100 to 100, falls with tickets
  bool autopay = false;        // no influence on anything
  bool churned = false;
};

struct OrderLine {
  std::uint32_t product = 0;  // index
  std::uint32_t quantity = 1;
  Cents amount = 0;  // of the line, discount deducted
  Cents cost = 0;    // of the line
};

struct Order {
  std::uint32_t customer = 0;  // index
  Date date;
  std::uint64_t first_line = 0;  // the lines are [first_line, first_line + line_count)
  std::uint32_t line_count = 0;
};

// Revenue of the whole shop, customers without an account included.
struct RevenueDay {
  Date date;
  Cents revenue = 0;
  bool promotion = false;
};

// One address of a mailing list on which a campaign was tried at random (half treated).
struct CampaignContact {
  std::string id;
  bool treated = false;
  bool responded = false;
  int age = 0;
  std::string_view region;
  int prior_purchases = 0;
  double average_order_value = 0;
  double email_click_rate = 0;
  int days_since_last_order = 0;
};

struct PriceDay {
  Date date;
  Cents price = 0;
  Cents competitor_price = 0;
  int units_sold = 0;
  int inventory_level = 0;
};

// One product whose price was drawn anew every day.
struct PriceExperiment {
  std::string product_id;
  Cents cost_per_unit = 0;
  std::vector<PriceDay> days;
};

struct NpsAnswer {
  std::uint32_t customer = 0;  // index
  std::string_view store;
  int answer = 0;  // 0-10
  Date date;
};

// One customer of a plan below Gold, and whether the next plan was taken.
struct UpgradeRow {
  std::uint32_t customer = 0;  // index
  int months_on_current_plan = 0;
  int storage_usage_pct = 0;
  int support_tickets_last_30d = 0;
  bool upgraded = false;
};

struct Shop {
  Date first_date;
  Date last_date;
  std::vector<Product> products;
  std::vector<Customer> customers;
  std::vector<Order> orders;  // by customer, then date; every customer has at least one
  std::vector<OrderLine> lines;
  std::vector<RevenueDay> revenue;  // every day from first_date to last_date
  std::vector<CampaignContact> campaign;
  PriceExperiment prices;
  std::vector<NpsAnswer> nps;
  std::vector<UpgradeRow> upgrades;
  Truth truth;
};

// The shop of these options. Errors: invalid_input when an option is out of its range.
// Deterministic: the same options but for `threads` give the same shop.
// Complexity: O(orders), about 30 orders a customer in 24 months.
Result<Shop> generate_shop(const ShopOptions& options);

// "O-0000001" for order 0, and so on.
std::string order_id(std::size_t order);

}  // namespace clientele::shop
