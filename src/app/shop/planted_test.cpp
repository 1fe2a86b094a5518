// The planted structure is found again by the simplest statistics that can find it.
#include "app/shop/planted.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/shop/shop.hpp"
#include "app/shop/summary.hpp"

namespace clientele::shop {
namespace {

using Row = std::vector<double>;

const Shop& large_shop() {
  static const Shop shop = [] {
    auto made = generate_shop({.seed = 11, .customers = 20000, .threads = 2});
    return std::move(made).value();
  }();
  return shop;
}

// Solves a x = b by Gaussian elimination with pivoting.
Row solve(std::vector<Row> a, Row b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t pivot = i;
    for (std::size_t r = i + 1; r < n; ++r) {
      if (std::abs(a[r][i]) > std::abs(a[pivot][i])) pivot = r;
    }
    std::swap(a[i], a[pivot]);
    std::swap(b[i], b[pivot]);
    for (std::size_t r = 0; r < n; ++r) {
      if (r == i) continue;
      const double factor = a[r][i] / a[i][i];
      for (std::size_t c = i; c < n; ++c) a[r][c] -= factor * a[i][c];
      b[r] -= factor * b[i];
    }
  }
  for (std::size_t i = 0; i < n; ++i) b[i] /= a[i][i];
  return b;
}

// Weighted least squares of `y` on `rows`.
Row fit(const std::vector<Row>& rows, const Row& y, const Row& weight) {
  const std::size_t p = rows[0].size();
  std::vector<Row> normal(p, Row(p, 0.0));
  Row right(p, 0.0);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t i = 0; i < p; ++i) {
      right[i] += weight[r] * rows[r][i] * y[r];
      for (std::size_t j = 0; j < p; ++j) normal[i][j] += weight[r] * rows[r][i] * rows[r][j];
    }
  }
  return solve(normal, right);
}

// Maximum likelihood by iteratively reweighted least squares.
Row fit_logistic(const std::vector<Row>& rows, const std::vector<bool>& labels) {
  Row beta(rows[0].size(), 0.0);
  for (int round = 0; round < 12; ++round) {
    Row weight(rows.size());
    Row response(rows.size());
    for (std::size_t r = 0; r < rows.size(); ++r) {
      double eta = 0;
      for (std::size_t i = 0; i < beta.size(); ++i) eta += beta[i] * rows[r][i];
      const double p = 1.0 / (1.0 + std::exp(-eta));
      weight[r] = p * (1.0 - p);
      response[r] = eta + ((labels[r] ? 1.0 : 0.0) - p) / weight[r];
    }
    beta = fit(rows, response, weight);
  }
  return beta;
}

double auc(const Row& score, const std::vector<bool>& labels) {
  std::vector<std::pair<double, bool>> order;
  for (std::size_t i = 0; i < score.size(); ++i) order.emplace_back(score[i], labels[i]);
  std::sort(order.begin(), order.end());
  double negatives = 0;
  double ordered = 0;
  double positives = 0;
  for (const auto& [value, positive] : order) {
    if (positive) ordered += negatives;
    (positive ? positives : negatives) += 1.0;
  }
  return ordered / (positives * negatives);
}

TEST(Planted, SegmentsDifferAsPlanted) {
  const Shop& shop = large_shop();
  const auto summaries = summarise(shop);
  std::array<double, kSegments> count{};
  std::array<double, kSegments> orders{};
  std::array<double, kSegments> spent{};
  std::array<double, kSegments> categories{};
  for (std::size_t i = 0; i < summaries.size(); ++i) {
    const auto s = static_cast<std::size_t>(shop.truth.segment[i]);
    count[s] += 1;
    orders[s] += summaries[i].frequency;
    spent[s] += static_cast<double>(summaries[i].amount_spent) / 100.0;
    categories[s] += static_cast<double>(summaries[i].categories.size());
  }
  for (std::size_t s = 0; s < kSegments; ++s) {
    EXPECT_NEAR(count[s] / 20000.0, kPlans[s].share, 0.012);
    orders[s] /= count[s];
    spent[s] /= count[s];
    categories[s] /= count[s];
  }
  // A tenth less than 24 months of the planted rate: late signups and churn.
  EXPECT_NEAR(orders[0], 0.92 * 36.0, 2.0);
  EXPECT_NEAR(orders[1], 0.92 * 13.2, 1.0);
  EXPECT_NEAR(orders[2], 0.92 * 69.6, 4.0);
  EXPECT_EQ(orders[3], 1.0);
  EXPECT_GT(spent[1], 1.5 * spent[0]);
  EXPECT_GT(spent[0], 1.5 * spent[2]);
  EXPECT_GT(spent[2], 10.0 * spent[3]);
  EXPECT_NEAR(categories[0], 7.5, 0.3);  // the extras are one more
  EXPECT_NEAR(categories[1], 4.4, 0.3);
  EXPECT_NEAR(categories[2], 10.5, 0.3);
  EXPECT_NEAR(categories[3], 1.5, 0.3);
}

// Thresholds half way between the segments put nearly everyone where he belongs.
TEST(Planted, SegmentsAreSeparable) {
  const Shop& shop = large_shop();
  const auto summaries = summarise(shop);
  std::size_t right = 0;
  for (std::size_t i = 0; i < summaries.size(); ++i) {
    const std::size_t categories = summaries[i].categories.size();
    const auto found = summaries[i].frequency == 1 ? Segment::one_time
                       : categories >= 10          ? Segment::bargain_hunter
                       : categories >= 6           ? Segment::loyal_regular
                                                   : Segment::big_ticket;
    right += found == shop.truth.segment[i] ? 1 : 0;
  }
  EXPECT_GT(static_cast<double>(right) / 20000.0, 0.97);
}

TEST(Planted, ChurnFollowsItsDrivers) {
  const Shop& shop = large_shop();
  std::vector<Row> rows;
  std::vector<bool> labels;
  for (const Customer& customer : shop.customers) {
    rows.push_back({1.0, static_cast<double>(customer.tenure), customer.usage_frequency,
                    static_cast<double>(customer.service_tickets),
                    static_cast<double>(customer.payment_events), customer.discount_share,
                    customer.plan == "Basic" ? 1.0 : 0.0, customer.plan == "Silver" ? 1.0 : 0.0,
                    customer.age / 10.0, customer.autopay ? 1.0 : 0.0});
    labels.push_back(customer.churned);
  }
  const LogisticTruth& truth = shop.truth.churn;
  const Row found = fit_logistic(rows, labels);
  EXPECT_NEAR(found[0], truth.intercept, 0.25);
  const std::array<double, 7> tolerance{0.00015, 0.04, 0.06, 0.08, 0.4, 0.18, 0.18};
  for (std::size_t i = 0; i < tolerance.size(); ++i) {
    EXPECT_NEAR(found[i + 1], truth.coefficients[i].value, tolerance[i])
        << truth.coefficients[i].feature;
  }
  EXPECT_NEAR(found[8], 0.0, 0.04);  // age
  EXPECT_NEAR(found[9], 0.0, 0.13);  // autopay
  EXPECT_NEAR(auc(truth.probability, labels), truth.bayes_auc, 0.012);
  EXPECT_GT(truth.bayes_auc, 0.78);
}

TEST(Planted, UpgradesFollowTheirDrivers) {
  const Shop& shop = large_shop();
  std::vector<Row> rows;
  std::vector<bool> labels;
  for (const UpgradeRow& row : shop.upgrades) {
    rows.push_back({1.0, static_cast<double>(row.months_on_current_plan),
                    static_cast<double>(row.storage_usage_pct),
                    static_cast<double>(row.support_tickets_last_30d)});
    labels.push_back(row.upgraded);
  }
  const LogisticTruth& truth = shop.truth.upgrade;
  const Row found = fit_logistic(rows, labels);
  EXPECT_NEAR(found[1], truth.coefficients[0].value, 0.008);
  EXPECT_NEAR(found[2], truth.coefficients[1].value, 0.004);
  EXPECT_NEAR(found[3], truth.coefficients[2].value, 0.09);
  EXPECT_NEAR(auc(truth.probability, labels), truth.bayes_auc, 0.012);
}

TEST(Planted, BayesAucIsTheExpectedOne) {
  // By hand: pairs (i, j) weigh p_i (1 - p_j); 0.9 over 0.2 is 0.72, 0.2 over 0.9 is 0.02.
  EXPECT_NEAR(bayes_auc({0.2, 0.9}), 0.72 / 0.74, 1e-12);
  EXPECT_EQ(bayes_auc({1.0, 0.0}), 1.0);
}

TEST(Planted, PairsHaveTheirLift) {
  const Shop& shop = large_shop();
  const auto n = static_cast<double>(shop.orders.size());
  for (std::size_t k = 0; k < kPairs.size(); ++k) {
    const auto a = static_cast<std::uint32_t>(kFirstExtra + kPairs[k].a);
    const auto b = static_cast<std::uint32_t>(kFirstExtra + kPairs[k].b);
    double with_a = 0;
    double with_b = 0;
    double both = 0;
    for (const Order& order : shop.orders) {
      bool has_a = false;
      bool has_b = false;
      for (std::uint32_t line = 0; line < order.line_count; ++line) {
        const std::uint32_t product = shop.lines[order.first_line + line].product;
        has_a = has_a || product == a;
        has_b = has_b || product == b;
      }
      with_a += has_a;
      with_b += has_b;
      both += has_a && has_b;
    }
    const PairTruth& truth = shop.truth.pairs[k];
    EXPECT_EQ(truth.product_a, shop.products[a].id);
    EXPECT_NEAR(with_a / n, truth.p_a, 0.04 * truth.p_a);
    EXPECT_NEAR(with_b / n, truth.p_b, 0.04 * truth.p_b);
    EXPECT_NEAR(both * n / (with_a * with_b), truth.lift, 0.05 * truth.lift + 0.06);
  }
}

TEST(Planted, CampaignLiftsEachSegmentAsPlanted) {
  std::array<std::array<double, 2>, kSegments> sent{};
  std::array<std::array<double, 2>, kSegments> answered{};
  double average = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto shop = generate_shop({.seed = seed, .customers = 10, .months = 1});
    ASSERT_TRUE(shop);
    for (std::size_t i = 0; i < shop->campaign.size(); ++i) {
      const auto s = static_cast<std::size_t>(shop->truth.mail_segment[i]);
      sent[s][shop->campaign[i].treated] += 1;
      answered[s][shop->campaign[i].treated] += shop->campaign[i].responded;
    }
    average += shop->truth.average_uplift / 12.0;
  }
  for (std::size_t s = 0; s < kSegments; ++s) {
    const double control = answered[s][0] / sent[s][0];
    EXPECT_NEAR(control, kPlans[s].control_response, 0.02);
    EXPECT_NEAR(answered[s][1] / sent[s][1] - control, kPlans[s].uplift, 0.025);
  }
  EXPECT_NEAR(average, 0.3 * -0.05 + 0.2 * 0.06 + 0.25 * 0.20 + 0.25 * 0.01, 0.003);
}

TEST(Planted, ElasticityByLogLogRegression) {
  double own = 0;
  double cross = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto shop = generate_shop({.seed = seed, .customers = 10, .months = 6});
    ASSERT_TRUE(shop);
    std::vector<Row> rows;
    Row units;
    for (const PriceDay& day : shop->prices.days) {
      Row row(9, 0.0);
      row[static_cast<std::size_t>(weekday(day.date))] = 1.0;
      row[7] = std::log(static_cast<double>(day.price) / 100.0);
      row[8] = std::log(static_cast<double>(day.competitor_price) / 100.0);
      rows.push_back(row);
      units.push_back(std::log(std::max(day.units_sold, 1)));
    }
    const Row found = fit(rows, units, Row(rows.size(), 1.0));
    EXPECT_NEAR(found[7], shop->truth.price.elasticity, 0.25);
    own += found[7] / 10.0;
    cross += found[8] / 10.0;
  }
  EXPECT_NEAR(own, -1.8, 0.08);
  EXPECT_NEAR(cross, 0.6, 0.10);
}

// Regression of log revenue on weekdays, the year, the trend and promotions.
TEST(Planted, RevenueHasItsSeasons) {
  const Shop& shop = large_shop();
  const SeasonTruth& truth = shop.truth.season;
  std::vector<Row> rows;
  Row logs;
  for (std::size_t t = 0; t < shop.revenue.size(); ++t) {
    const RevenueDay& day = shop.revenue[t];
    const YearMonthDay ymd = year_month_day(day.date);
    const int day_of_year = day.date - date_from({ymd.year, 1, 1}) + 1;
    const double angle = 2.0 * std::numbers::pi * day_of_year / 365.25;
    Row row(11, 0.0);
    row[static_cast<std::size_t>(weekday(day.date))] = 1.0;
    row[7] = std::cos(angle);
    row[8] = std::sin(angle);
    row[9] = std::log(1.0 + truth.trend_per_year * static_cast<double>(t) / 365.25);
    row[10] = day.promotion ? 1.0 : 0.0;
    rows.push_back(row);
    logs.push_back(std::log(static_cast<double>(day.revenue) / 100.0));
  }
  const Row found = fit(rows, logs, Row(rows.size(), 1.0));
  for (std::size_t d = 0; d < 7; ++d) {
    EXPECT_NEAR(found[d], std::log(truth.base * truth.weekday[d]), 0.03) << d;
  }
  EXPECT_NEAR(std::hypot(found[7], found[8]), truth.yearly_amplitude, 0.015);
  const double peak = std::atan2(found[8], found[7]) * 365.25 / (2.0 * std::numbers::pi);
  EXPECT_NEAR(peak < 0 ? peak + 365.25 : peak, truth.peak_day, 4.0);
  EXPECT_NEAR(found[9], 1.0, 0.15);
  EXPECT_NEAR(std::exp(found[10]), truth.promotion_factor, 0.03);
}

TEST(Planted, OrdersFollowTheWeek) {
  const Shop& shop = large_shop();
  std::array<double, 7> orders{};
  double total = 0;
  for (const Order& order : shop.orders) {
    orders[static_cast<std::size_t>(weekday(order.date))] += 1;
    total += 1;
  }
  for (std::size_t d = 0; d < 7; ++d) {
    EXPECT_NEAR(7.0 * orders[d] / total, kSeason.weekday[d], 0.03) << d;
  }
}

TEST(Planted, StoresHaveTheirScores) {
  const Shop& shop = large_shop();
  for (const StoreTruth& store : shop.truth.stores) {
    double score = 0;
    double answers = 0;
    for (const NpsAnswer& answer : shop.nps) {
      if (answer.store != store.store) continue;
      answers += 1;
      score += answer.answer >= 9 ? 1 : answer.answer <= 6 ? -1 : 0;
    }
    EXPECT_NEAR(100.0 * score / answers, store.nps(), 3.0) << store.store;
  }
}

}  // namespace
}  // namespace clientele::shop
