#include "app/shop/shop.hpp"

#include "app/shop/planted.hpp"
#include "app/shop/stages.hpp"

namespace clientele::shop {
namespace {

Status check(const ShopOptions& options) {
  Faults faults;
  if (options.customers < 10 || options.customers > 5000000) {
    faults.add("/customers", "out_of_range", "A shop has 10 to 5000000 customers.");
  }
  if (options.months < 1 || options.months > 120) {
    faults.add("/months", "out_of_range", "A shop has 1 to 120 months of orders.");
  }
  const int year = year_month_day(options.last_date).year;
  if (year < 1950 || year > 2150) {
    faults.add("/last_date", "out_of_range", "The last date lies in the years 1950 to 2150.");
  }
  if (!faults.empty()) return std::move(faults).to_error();
  return Nothing{};
}

}  // namespace

std::string numbered(std::string_view prefix, std::size_t number, int digits) {
  const std::string text = std::to_string(number);
  const std::size_t width = static_cast<std::size_t>(digits);
  return std::string(prefix) + "-" + std::string(width - std::min(width, text.size()), '0') + text;
}

std::string order_id(std::size_t order) { return numbered("O", order + 1, 7); }

Result<Shop> generate_shop(const ShopOptions& options) {
  if (const Status status = check(options); !status) return status.error();
  const Calendar calendar(options.last_date, options.months, options.seed);
  Shop shop;
  shop.first_date = calendar.first();
  shop.last_date = calendar.last();
  shop.truth.plans = kPlans;
  make_products(shop, options.seed);
  make_customers(shop, options, calendar);
  make_orders(shop, options, calendar);
  make_revenue(shop, options.seed, calendar);
  make_campaign(shop, options.seed);
  make_prices(shop, options.seed);
  make_nps(shop, options.seed);
  make_upgrades(shop, options.seed);
  return shop;
}

}  // namespace clientele::shop
