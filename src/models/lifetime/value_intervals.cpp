#include "models/lifetime/value_intervals.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/parallel.hpp"
#include "models/lifetime/future_draw.hpp"

namespace clientele::lifetime {
namespace {

constexpr std::size_t kRowsAChunk = 64;
constexpr std::size_t kMostRefitsDrawn = 20;  // each costs P(alive) of every row

// Of one row's futures in units of spend: interval ends and variance per horizon.
struct RowSpread {
  std::vector<double> low, high, variance;  // rows x horizons
};

// The k-th smallest with k = (n + 1) probability, interpolated (type 6): the share of further draws
// below it is `probability` on average.
double quantile_6(std::span<const double> sorted, double probability) {
  const double n = static_cast<double>(sorted.size());
  const double at = std::clamp((n + 1.0) * probability - 1.0, 0.0, n - 1.0);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

class RowDrawer {
 public:
  RowDrawer(const SummaryTable& table, const FittedPair& pair, const ForecastPlan& plan,
            const PurchaseForecast& forecast, const IntervalSettings& settings)
      : pair_(pair),
        forecast_(forecast),
        settings_(settings),
        table_(table),
        repeats_(row_repeats(table)),
        refits_(std::min(pair.purchase_refits.size(), kMostRefitsDrawn)) {
    for (const int month : plan.months) times_.push_back(month * plan.month_length);
    alive_.resize(refits_ * table.rows());
    parallel_for(settings.threads, refits_, [&](std::size_t b) {
      for (std::size_t g = 0; g < table.groups(); ++g) {
        const std::size_t begin = table.begin[g];
        const std::size_t size = table.begin[g + 1] - begin;
        probabilities_alive(pair.purchase_refits[b], table.repeats[g],
                            {table.recency.data() + begin, size}, {table.age.data() + begin, size},
                            {alive_.data() + b * table.rows() + begin, size});
      }
    });
  }

  // Draws the futures of one row and writes their summary.
  void summarise(std::size_t row, RowSpread& spread) const {
    const std::size_t horizons = times_.size();
    const std::vector<double> worth = discounts(row);
    const Past past{repeats_[row], table_.recency[row], table_.age[row]};
    std::vector<std::vector<double>> values(horizons, std::vector<double>(settings_.draws));
    std::vector<double> purchases(horizons);
    Rng rng(settings_.seed, row);
    for (std::size_t draw = 0; draw < settings_.draws; ++draw) {
      const std::size_t refit = draw % refits_;
      const double alive = alive_[refit * table_.rows() + row];
      draw_purchases(rng, pair_.purchase_refits[refit], past, alive, times_, purchases);
      if (purchases.back() <= 0) continue;
      const double rate = draw_spend_rate(rng, pair_.spend, past.repeats);
      double sum = 0;
      for (std::size_t h = 0; h < horizons; ++h) {
        const double added = purchases[h] - (h > 0 ? purchases[h - 1] : 0.0);
        sum += worth[h] * draw_spend(rng, pair_.spend, rate, added);
        values[h][draw] = sum;
      }
    }
    for (std::size_t h = 0; h < horizons; ++h) write(values[h], row * horizons + h, spread);
  }

 private:
  // Present value of a purchase between horizon h - 1 and horizon h.
  std::vector<double> discounts(std::size_t row) const {
    const std::size_t horizons = times_.size();
    const double* expected = forecast_.expected.data() + row * horizons;
    const double* discounted = forecast_.discounted.data() + row * horizons;
    std::vector<double> worth(horizons, 1.0);
    for (std::size_t h = 0; h < horizons; ++h) {
      const double plain = expected[h] - (h > 0 ? expected[h - 1] : 0.0);
      const double present = discounted[h] - (h > 0 ? discounted[h - 1] : 0.0);
      if (plain > 1e-12 * expected[h]) worth[h] = present / plain;
    }
    return worth;
  }

  void write(std::vector<double>& values, std::size_t place, RowSpread& spread) const {
    std::sort(values.begin(), values.end());
    const double n = static_cast<double>(values.size());
    double mean = 0;
    for (const double value : values) mean += value / n;
    double variance = 0;
    for (const double value : values) variance += (value - mean) * (value - mean) / (n - 1.0);
    const auto empty = std::upper_bound(values.begin(), values.end(), 0.0) - values.begin();
    const double tail = 0.5 * (1.0 - settings_.level);
    const bool central = static_cast<double>(empty) < tail * n;
    spread.low[place] = central ? quantile_6(values, tail) : 0.0;
    spread.high[place] = quantile_6(values, central ? 1.0 - tail : settings_.level);
    spread.variance[place] = variance;
  }

  const FittedPair& pair_;
  const PurchaseForecast& forecast_;
  const IntervalSettings& settings_;
  const SummaryTable& table_;
  std::vector<std::uint32_t> repeats_;
  std::size_t refits_;
  std::vector<double> times_;
  std::vector<double> alive_;  // P(alive), refits x rows
};

// Total expected present value of all customers under one refit, per horizon.
std::vector<double> refit_totals(const SummaryTable& table, const PurchaseModel& purchases,
                                 const SpendModel& spend, std::span<const double> row_mean,
                                 const ForecastPlan& plan) {
  const PurchaseForecast forecast = forecast_purchases(table, purchases, plan);
  const std::vector<std::uint32_t> repeats = row_repeats(table);
  std::vector<double> totals(forecast.horizons, 0.0);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    // Conditional spend is linear in the mean value, so a row's customers share their average.
    const double each = table.count[row] * expected_spend(spend, repeats[row], row_mean[row]);
    for (std::size_t h = 0; h < forecast.horizons; ++h) {
      totals[h] += each * forecast.discounted[row * forecast.horizons + h];
    }
  }
  return totals;
}

// The value below which `probability` of the equal mixture of normals lies.
double mixture_quantile(std::span<const double> means, double deviation, double probability) {
  const auto [least, most] = std::minmax_element(means.begin(), means.end());
  double low = *least - 10.0 * deviation;
  double high = *most + 10.0 * deviation;
  for (int step = 0; step < 200 && low < high; ++step) {
    const double middle = 0.5 * (low + high);
    double below = 0;
    for (const double mean : means) {
      below += deviation > 0 ? 0.5 * std::erfc((mean - middle) / (deviation * std::numbers::sqrt2))
                             : static_cast<double>(mean <= middle);
    }
    (below < probability * static_cast<double>(means.size()) ? low : high) = middle;
  }
  return high;
}

std::vector<double> row_means(const SummaryTable& table, std::span<const double> mean_value) {
  std::vector<double> means(table.rows());
  for (std::size_t i = 0; i < table.customers(); ++i) {
    means[table.row_of[i]] += mean_value[i] / table.count[table.row_of[i]];
  }
  return means;
}

void set_totals(ValueIntervals& result, const SummaryTable& table, const FittedPair& pair,
                std::span<const double> mean_value, const ForecastPlan& plan,
                std::span<const double> variance, const IntervalSettings& settings) {
  const std::vector<double> means = row_means(table, mean_value);
  const std::size_t refits = std::max(pair.purchase_refits.size(), pair.spend_refits.size());
  std::vector<std::vector<double>> totals(refits);
  parallel_for(settings.threads, refits, [&](std::size_t b) {
    totals[b] = refit_totals(table, pair.purchase_refits[b % pair.purchase_refits.size()],
                             pair.spend_refits[b % pair.spend_refits.size()], means, plan);
  });
  const double tail = 0.5 * (1.0 - settings.level);
  for (std::size_t h = 0; h < result.horizons; ++h) {
    std::vector<double> of_horizon;
    for (const std::vector<double>& total : totals) of_horizon.push_back(total[h]);
    const double deviation = std::sqrt(variance[h]);
    result.total_low.push_back(std::max(0.0, mixture_quantile(of_horizon, deviation, tail)));
    result.total_high.push_back(mixture_quantile(of_horizon, deviation, 1.0 - tail));
  }
}

}  // namespace

ValueIntervals value_intervals(const SummaryTable& table, const FittedPair& pair,
                               std::span<const double> mean_value, const ForecastPlan& plan,
                               const IntervalSettings& settings) {
  const std::size_t horizons = plan.months.size();
  ValueIntervals result{
      .horizons = horizons, .low = {}, .high = {}, .total_low = {}, .total_high = {}};
  if (horizons == 0) return result;
  const PurchaseForecast forecast =
      forecast_purchases(table, pair.purchases, plan, settings.threads);
  const std::size_t places = table.rows() * horizons;
  RowSpread spread{std::vector<double>(places), std::vector<double>(places),
                   std::vector<double>(places)};
  const RowDrawer drawer(table, pair, plan, forecast, settings);
  const std::size_t chunks = (table.rows() + kRowsAChunk - 1) / kRowsAChunk;
  parallel_for(settings.threads, chunks, [&](std::size_t chunk) {
    const Range range = chunk_range(table.rows(), chunks, chunk);
    for (std::size_t row = range.begin; row < range.end; ++row) drawer.summarise(row, spread);
  });
  const std::vector<std::uint32_t> repeats = row_repeats(table);
  std::vector<double> variance(horizons, 0.0);
  for (std::size_t i = 0; i < table.customers(); ++i) {
    const std::size_t row = table.row_of[i];
    const double unit = spend_unit(pair.spend, repeats[row], mean_value[i]);
    for (std::size_t h = 0; h < horizons; ++h) {
      const std::size_t place = row * horizons + h;
      result.low.push_back(unit * spread.low[place]);
      result.high.push_back(unit * spread.high[place]);
      variance[h] += unit * unit * spread.variance[place];
    }
  }
  set_totals(result, table, pair, mean_value, plan, variance, settings);
  return result;
}

}  // namespace clientele::lifetime
