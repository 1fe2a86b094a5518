#include "models/lifetime/purchase_history.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace clientele::lifetime {
namespace {

// Appends the customer who made the purchases [first, last).
void append(PurchaseHistory& history, const PurchaseDay* first, const PurchaseDay* last,
            double unit_days, Date end) {
  const auto repeats = static_cast<std::uint32_t>(last - first - 1);
  const auto add = [](double sum, const PurchaseDay& day) { return sum + day.value; };
  const double later = std::accumulate(first + 1, last, 0.0, add);
  history.customer.push_back(first->customer);
  history.repeats.push_back(repeats);
  history.recency.push_back(((last - 1)->day - first->day) / unit_days);
  history.age.push_back((end - first->day) / unit_days);
  history.mean_repeat_value.push_back(repeats > 0 ? later / repeats : 0.0);
  history.mean_purchase_value.push_back((first->value + later) / (repeats + 1.0));
}

}  // namespace

std::vector<PurchaseDay> purchase_days(std::vector<Order> orders) {
  std::sort(orders.begin(), orders.end(), [](const Order& a, const Order& b) {
    return std::tie(a.customer, a.day, b.amount) < std::tie(b.customer, b.day, a.amount);
  });
  std::vector<PurchaseDay> days;
  for (const Order& order : orders) {
    const bool known = !days.empty() && days.back().customer == order.customer;
    if (order.amount < 0) {
      if (known) days.back().value = std::max(0.0, days.back().value + order.amount);
    } else if (known && days.back().day == order.day) {
      days.back().value += order.amount;
    } else {
      days.push_back({order.customer, order.day, order.amount});
    }
  }
  return days;
}

double days_of(Clock clock) {
  if (clock == Clock::day) return 1.0;
  return clock == Clock::week ? 7.0 : 365.25 / 12.0;
}

double month_length(Clock clock) { return days_of(Clock::month) / days_of(clock); }

PurchaseHistory reduce(std::span<const Order> orders, Clock clock, Date end) {
  std::vector<Order> kept;
  kept.reserve(orders.size());
  std::copy_if(orders.begin(), orders.end(), std::back_inserter(kept),
               [end](const Order& order) { return order.day <= end; });
  PurchaseHistory history;
  history.orders_after_end = orders.size() - kept.size();
  const std::vector<PurchaseDay> days = purchase_days(std::move(kept));
  for (std::size_t from = 0, to = 0; from < days.size(); from = to) {
    while (to < days.size() && days[to].customer == days[from].customer) ++to;
    append(history, days.data() + from, days.data() + to, days_of(clock), end);
  }
  return history;
}

HoldoutActuals holdout_actuals(const PurchaseHistory& history, std::span<const Order> orders,
                               Date end, Date last) {
  std::vector<Order> later;
  std::copy_if(orders.begin(), orders.end(), std::back_inserter(later),
               [=](const Order& order) { return order.day > end && order.day <= last; });
  HoldoutActuals actuals{std::vector<double>(history.size()), std::vector<double>(history.size())};
  for (const PurchaseDay& day : purchase_days(std::move(later))) {
    const auto found =
        std::lower_bound(history.customer.begin(), history.customer.end(), day.customer);
    if (found == history.customer.end() || *found != day.customer) continue;
    const std::size_t place = found - history.customer.begin();
    actuals.purchases[place] += 1.0;
    actuals.value[place] += day.value;
  }
  return actuals;
}

}  // namespace clientele::lifetime
