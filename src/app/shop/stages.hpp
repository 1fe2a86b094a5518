// The stages of generate_shop(), in their order; each draws from its own streams.
#pragma once

#include <cstdint>

#include "app/shop/calendar.hpp"
#include "app/shop/shop.hpp"
#include "base/rng.hpp"

namespace clientele::shop {

enum class Stream : std::uint64_t {
  promotions = 1,
  products,
  people,
  orders,
  revenue,
  campaign,
  prices,
  nps,
  upgrades,
};

// The random numbers of one row of one stage.
inline Rng stream_of(std::uint64_t seed, Stream stream, std::uint64_t row = 0) {
  return Rng(seed, static_cast<std::uint64_t>(stream) << 40 | row);
}

// Each fills its part of `shop` and of the truth. Products come first, then customers, then the
// others in any order.
void make_products(Shop& shop, std::uint64_t seed);
void make_customers(Shop& shop, const ShopOptions& options, const Calendar& calendar);
void make_orders(Shop& shop, const ShopOptions& options, const Calendar& calendar);
void make_revenue(Shop& shop, std::uint64_t seed, const Calendar& calendar);
void make_campaign(Shop& shop, std::uint64_t seed);
void make_prices(Shop& shop, std::uint64_t seed);
void make_nps(Shop& shop, std::uint64_t seed);
void make_upgrades(Shop& shop, std::uint64_t seed);

// "C-0001" for ("C", 1, 4): a prefix and a number of at least `digits` digits.
std::string numbered(std::string_view prefix, std::size_t number, int digits);

}  // namespace clientele::shop
