// Orders: in the time of the calendar each customer orders as a Poisson process with a rate of his
// own (gamma distributed within the segment) until he drops out. Source of the process:
// Schmittlein, Morrison, Colombo (1987), "Counting your customers", with planted instead of random
// dropouts.
#include <algorithm>
#include <array>

#include "app/shop/planted.hpp"
#include "app/shop/stages.hpp"
#include "base/parallel.hpp"

namespace clientele::shop {
namespace {

constexpr std::size_t kChunk = 1024;  // customers

struct Piece {
  std::vector<Order> orders;  // first_line counts from the piece's own lines
  std::vector<OrderLine> lines;
};

// What one customer buys.
struct Taste {
  Segment segment{};
  std::array<std::uint32_t, kCategories> categories{};
  std::size_t category_count = 0;
  double discount_share = 0;
};

Taste draw_taste(Rng& rng, Segment segment, double discount_share) {
  const SegmentPlan& plan = kPlans[static_cast<std::size_t>(segment)];
  Taste taste{.segment = segment, .discount_share = discount_share};
  for (std::uint32_t i = 0; i < kCategories; ++i) taste.categories[i] = i;
  for (std::size_t i = 0; i + 1 < kCategories; ++i) {
    std::swap(taste.categories[i], taste.categories[i + rng.below(kCategories - i)]);
  }
  const int sizes = plan.most_categories - plan.fewest_categories + 1;
  taste.category_count = static_cast<std::size_t>(plan.fewest_categories) +
                         rng.below(static_cast<std::uint64_t>(sizes));
  return taste;
}

std::size_t draw_tier(Rng& rng, Segment segment) {
  switch (segment) {
    case Segment::loyal_regular:
      return 1;
    case Segment::big_ticket:
      return 2;
    case Segment::bargain_hunter:
      return 0;
    case Segment::one_time:
      break;
  }
  return rng.below(2);
}

std::uint32_t draw_product(Rng& rng, const Taste& taste) {
  constexpr std::array<double, kProductsPerTier> kPopularity{0.4, 0.7, 0.9, 1.0};
  const std::size_t category = taste.categories[rng.below(taste.category_count)];
  const double u = rng.uniform();
  std::size_t rank = 0;
  while (u >= kPopularity[rank]) ++rank;
  const std::size_t tier = draw_tier(rng, taste.segment);
  return static_cast<std::uint32_t>((category * kTiers + tier) * kProductsPerTier + rank);
}

// Adds one unit or more of a product to the order that starts at `first`.
void add_line(std::vector<OrderLine>& lines, std::size_t first, std::uint32_t product,
              std::uint32_t quantity) {
  for (std::size_t i = first; i < lines.size(); ++i) {
    if (lines[i].product == product) {
      lines[i].quantity += quantity;
      return;
    }
  }
  lines.push_back({.product = product, .quantity = quantity});
}

// The planted pairs: one draw each, independent of customer, date and the other lines.
void add_pairs(Rng& rng, std::vector<OrderLine>& lines, std::size_t first) {
  for (const PairPlan& pair : kPairs) {
    const double both = pair.lift * pair.p_a * pair.p_b;
    const double u = rng.uniform();
    const bool has_a = u < pair.p_a;
    const bool has_b = u < both || (u >= pair.p_a && u < pair.p_a + pair.p_b - both);
    if (has_a) add_line(lines, first, static_cast<std::uint32_t>(kFirstExtra + pair.a), 1);
    if (has_b) add_line(lines, first, static_cast<std::uint32_t>(kFirstExtra + pair.b), 1);
  }
}

void price_lines(Rng& rng, const Shop& shop, double discount_share, std::span<OrderLine> lines) {
  constexpr std::array<Cents, 3> kDiscountPct{10, 20, 30};
  for (OrderLine& line : lines) {
    const Product& product = shop.products[line.product];
    const Cents off = rng.uniform() < discount_share ? kDiscountPct[rng.below(3)] : 0;
    line.amount = (product.price * line.quantity * (100 - off) + 50) / 100;
    line.cost = product.cost * line.quantity;
  }
}

void add_order(Rng& rng, const Shop& shop, const Taste& taste, Order order, Piece& piece) {
  const SegmentPlan& plan = kPlans[static_cast<std::size_t>(taste.segment)];
  const std::size_t first = piece.lines.size();
  for (std::uint64_t n = 1 + rng.poisson(plan.extra_lines); n > 0; --n) {
    const bool two = taste.segment != Segment::big_ticket && rng.uniform() < 0.15;
    add_line(piece.lines, first, draw_product(rng, taste), two ? 2 : 1);
  }
  add_pairs(rng, piece.lines, first);
  price_lines(rng, shop, taste.discount_share, std::span(piece.lines).subspan(first));
  order.first_line = first;
  order.line_count = static_cast<std::uint32_t>(piece.lines.size() - first);
  piece.orders.push_back(order);
}

// Days (counted from the first) on which a customer orders, ascending, at least one.
std::vector<std::int32_t> draw_days(Rng& rng, Segment segment, Date signup, Date until,
                                    const Calendar& calendar) {
  const SegmentPlan& plan = kPlans[static_cast<std::size_t>(segment)];
  const std::int32_t start = std::max(0, signup - calendar.first());
  std::vector<std::int32_t> days;
  if (signup >= calendar.first()) days.push_back(start);
  if (segment == Segment::one_time) return days;
  const std::int32_t end = std::max(start + 1, until - calendar.first() + 1);
  const double rate = plan.orders_per_month * rng.gamma(plan.rate_shape) / plan.rate_shape;
  std::uint64_t count = rng.poisson(rate / kDaysPerMonth * calendar.elapsed(start, end));
  if (days.empty() && count == 0) count = 1;
  for (; count > 0; --count) days.push_back(calendar.draw(rng, start, end));
  std::sort(days.begin(), days.end());
  return days;
}

void add_customer(const Shop& shop, std::uint64_t seed, std::size_t index, const Calendar& calendar,
                  Piece& piece) {
  Rng rng = stream_of(seed, Stream::orders, index);
  const Customer& customer = shop.customers[index];
  const Segment segment = shop.truth.segment[index];
  const Taste taste = draw_taste(rng, segment, customer.discount_share);
  for (const std::int32_t day :
       draw_days(rng, segment, customer.signup, shop.truth.active_until[index], calendar)) {
    const Order order{.customer = static_cast<std::uint32_t>(index),
                      .date = calendar.first() + day};
    add_order(rng, shop, taste, order, piece);
  }
}

}  // namespace

void make_orders(Shop& shop, const ShopOptions& options, const Calendar& calendar) {
  const std::size_t chunks = (shop.customers.size() + kChunk - 1) / kChunk;
  std::vector<Piece> pieces(chunks);
  parallel_for(options.threads, chunks, [&](std::size_t chunk) {
    const std::size_t end = std::min((chunk + 1) * kChunk, shop.customers.size());
    for (std::size_t i = chunk * kChunk; i < end; ++i) {
      add_customer(shop, options.seed, i, calendar, pieces[chunk]);
    }
  });
  std::size_t orders = 0;
  std::size_t lines = 0;
  for (const Piece& piece : pieces) {
    orders += piece.orders.size();
    lines += piece.lines.size();
  }
  shop.orders.reserve(orders);
  shop.lines.reserve(lines);
  for (Piece& piece : pieces) {
    for (Order& order : piece.orders) order.first_line += shop.lines.size();
    shop.orders.insert(shop.orders.end(), piece.orders.begin(), piece.orders.end());
    shop.lines.insert(shop.lines.end(), piece.lines.begin(), piece.lines.end());
    piece = {};
  }
}

}  // namespace clientele::shop
